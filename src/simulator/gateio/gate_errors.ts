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
   */
  constructor(readonly status: number, readonly label: string, message: string) {
    super(message);
  }
}

/** A refused WebSocket request. */
export class GateWsError extends Error {
  override readonly name = "GateWsError";

  /**
   * @param code 1 for a malformed request, 2 for an invalid argument.
   * @param message Text of `error.message`.
   */
  constructor(readonly code: 1 | 2, message: string) {
    super(message);
  }
}

/** The REST errors of the public endpoints. UNCONFIRMED wording. */
export const gateRestErrors = {
  /** There is no such spot pair. */
  invalidPair: (pair: string): GateRestError =>
    new GateRestError(400, "INVALID_CURRENCY_PAIR", `Invalid currency pair ${pair}`),
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
  /** The endpoint was asked too often. The wording is that of a captured answer. */
  tooManyRequests: (limit: number): GateRestError =>
    new GateRestError(429, "TOO_MANY_REQUESTS", `Request Rate limit Exceeded (${limit})`),
  /** There is no such endpoint. */
  notFound: (): GateRestError => new GateRestError(404, "NOT_FOUND", "Not found"),
  /** The endpoint does not take this method. */
  methodNotAllowed: (): GateRestError => new GateRestError(405, "METHOD_NOT_ALLOWED", "Method not allowed"),
};
