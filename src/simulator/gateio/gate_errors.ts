/**
 * Error answers of Gate.io.
 * @module
 */

/** A REST answer `{"label":…,"message":…}`. UNCONFIRMED: the HTTP status that goes with each label. */
export class GateRestError extends Error {
  override readonly name = "GateRestError";

  /**
   * @param status HTTP status.
   * @param label Label in the body, which is what clients key on.
   * @param message Text for people.
   * @param field Where the text stands: the futures engine says `detail`.
   */
  constructor(
    readonly status: number,
    readonly label: string,
    message: string,
    readonly field: "message" | "detail" = "message",
  ) {
    super(message);
  }

  /** The body of the answer. */
  get body(): Record<string, string> {
    return { label: this.label, [this.field]: this.message };
  }
}

/** A refused WebSocket request. */
export class GateWsError extends Error {
  override readonly name = "GateWsError";

  /**
   * @param code 1 for a malformed request, 2 for an invalid argument, 4 for a failed authentication.
   * @param message Text of `error.message`.
   */
  constructor(readonly code: 1 | 2 | 4, message: string) {
    super(message);
  }
}

/** The errors that all endpoints share. UNCONFIRMED wording, where nothing else is said. */
export const gateRestErrors = {
  /** There is no such spot pair. */
  invalidPair: (pair: string): GateRestError =>
    new GateRestError(400, "INVALID_CURRENCY_PAIR", `Invalid currency pair ${pair}`),
  /** There is no such coin. */
  invalidCurrency: (coin: string): GateRestError =>
    new GateRestError(400, "INVALID_CURRENCY", `Invalid currency ${coin}`),
  /** There is no such contract. */
  contractNotFound: (): GateRestError => new GateRestError(400, "CONTRACT_NOT_FOUND", "CONTRACT_NOT_FOUND"),
  /** A mandatory parameter is absent. */
  missingParameter: (name: string): GateRestError =>
    new GateRestError(400, "MISSING_REQUIRED_PARAM", `Missing required parameter: ${name}`),
  /** A parameter has a value that is not allowed. The wording is that of a captured answer. */
  badParameter: (name: string, value: string): GateRestError =>
    new GateRestError(
      400,
      "INVALID_PARAM_VALUE",
      `Invalid request parameter \`${name}\` value: ${value}`,
    ),
  /** The endpoint was asked too often. The wording is documented. @param subCode 211 for spot, 311 for futures. */
  tooManyRequests: (subCode: number): GateRestError =>
    new GateRestError(429, "TOO_MANY_REQUESTS", `Request Rate limit Exceeded (${subCode})`),
  /** The body is not JSON. */
  invalidBody: (): GateRestError => new GateRestError(400, "INVALID_REQUEST_BODY", "Invalid request body"),
  /** The body is not announced as JSON. */
  invalidContentType: (type: string): GateRestError =>
    new GateRestError(400, "INVALID_CONTENT_TYPE", `Invalid content type: ${type}`),
  /** A mandatory header is absent. The wording is captured. */
  missingHeader: (name: string): GateRestError =>
    new GateRestError(400, "MISSING_REQUIRED_HEADER", `Missing required header: ${name}`),
  /** The request's clock is wrong. The beginning of the wording is captured. */
  expired: (): GateRestError =>
    new GateRestError(
      403,
      "REQUEST_EXPIRED",
      "gap between request Timestamp and server time exceeds 60 seconds",
    ),
  /** `x-gate-exptime` is over. */
  deadlinePassed: (): GateRestError =>
    new GateRestError(403, "REQUEST_EXPIRED", "request was received after x-gate-exptime"),
  /** There is no such key. The wording is captured. */
  invalidKey: (): GateRestError => new GateRestError(401, "INVALID_KEY", "Invalid key provided"),
  /** The signature is another. */
  invalidSignature: (): GateRestError => new GateRestError(401, "INVALID_SIGNATURE", "Signature mismatch"),
  /** A key that may only read was to write. */
  readOnly: (): GateRestError => new GateRestError(403, "READ_ONLY", "API key is read-only"),
  /** The key lacks a permission. */
  forbidden: (): GateRestError =>
    new GateRestError(403, "FORBIDDEN", "API key has no permission for this operation"),
  /** A WebSocket request came before the login. The wording is captured. */
  notLoggedIn: (): GateRestError => new GateRestError(400, "AUTHENTICATION_FAILED", "Not login"),
  /** There is no such endpoint. */
  notFound: (): GateRestError => new GateRestError(404, "NOT_FOUND", "Not found"),
  /** The endpoint does not take this method. */
  methodNotAllowed: (): GateRestError => new GateRestError(405, "METHOD_NOT_ALLOWED", "Method not allowed"),
};
