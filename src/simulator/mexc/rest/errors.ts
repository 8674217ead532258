/**
 * Error answers of the MEXC REST interface.
 * @module
 */
import type { Refusal, RefusalReason } from "../../trading/refusal.ts";

/** An answer with a business error code. UNCONFIRMED: the HTTP status that goes with each code. */
export class MexcError extends Error {
  override readonly name = "MexcError";

  /**
   * @param status HTTP status.
   * @param code Business code in the body.
   * @param message Text of the body's `msg`.
   */
  constructor(readonly status: number, readonly code: number, message: string) {
    super(message);
  }
}

/** Makes the same error again and again. */
function always(code: number, message: string, status = 400): () => MexcError {
  return () => new MexcError(status, code, message);
}

/**
 * The errors. UNCONFIRMED wording, except for −1121, −2011, 30002, 30004, 30005, 700003 and the missing key, whose
 * texts are documented or known to client libraries.
 */
export const mexcErrors = {
  /** There is no such symbol, or not any more. */
  invalidSymbol: always(-1121, "Invalid symbol."),
  /** Parameters that exclude or need each other. */
  badCombination: always(-1128, "Combination of optional parameters invalid."),
  /** An order to cancel is not open. */
  unknownOrder: always(-2011, "Unknown order sent."),
  /** An order to look up does not exist. */
  orderMissing: always(-2013, "Order does not exist."),
  /** A time range ends before it begins, or is longer than allowed. */
  badTimeRange: always(400, "Invalid time range."),
  /** What is asked for is not possible now. */
  notAllowed: (why: string): MexcError => new MexcError(400, 26, `Operation not allowed: ${why}`),
  /** A mandatory parameter is absent. */
  missingParameter: (name: string): MexcError => new MexcError(400, 44444, `Parameter ${name} is null`),
  /** A parameter has a value that is not allowed. */
  badParameter: (name: string): MexcError => new MexcError(400, 33333, `Parameter ${name} error`),
  /** A list names a record that does not exist. */
  recordMissing: always(22222, "Record does not exist"),
  /** A sub-account does not exist. */
  subAccountMissing: always(140001, "Sub account does not exist"),
  /** There is no such endpoint. */
  notFound: always(404, "Not Found", 404),
  /** The endpoint does not take this method. */
  methodNotAllowed: always(405, "Method Not Allowed", 405),

  /** No key was sent. */
  keyRequired: always(400, "api key required"),
  /** The key cannot be one. */
  keyFormat: always(700001, "API-key format invalid."),
  /** Nobody has this key. */
  unknownKey: always(10072, "Api key info invalid"),
  /** The time of a request is not a number. */
  badRequestTime: always(10073, "Invalid request time"),
  /** The signature is another one. */
  badSignature: always(700002, "Signature for this request is not valid."),
  /** The request is too old or too new. */
  outsideWindow: always(700003, "Timestamp for this request is outside of the recvWindow."),
  /** An order is named by neither id. */
  orderIdRequired: always(
    700004,
    "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
  ),
  /** The window is too long. */
  windowTooLong: always(700005, "recvWindow must be less than 60000"),
  /** The key may not do this. */
  noPermission: always(700007, "No permission to access the endpoint."),
  /** A parameter has characters that are not allowed. */
  illegalCharacters: (name: string, range: string): MexcError =>
    new MexcError(400, 700008, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`),
  /** The body is of a kind that is not read. */
  badContentType: always(700013, "Invalid content Type."),

  /** A quantity is absent. */
  amountMissing: always(10095, "Amount cannot be null"),
  /** A quantity or price has too many decimals. UNCONFIRMED: 30002, 10096 or 400. */
  tooManyDecimals: always(10096, "Amount decimal is too long"),
  /** A quantity is not a number. */
  badAmount: always(10097, "Amount is error"),
  /** A quantity is zero or negative. */
  amountNotPositive: always(10102, "Amount cannot be zero or negative"),
  /** There is too little of a coin to move. */
  insufficientBalance: always(10101, "Insufficient balance"),

  /** The symbol is halted. */
  suspended: always(30000, "Suspended transaction for the symbol"),
  /** The order is worth too little. @param limit Amount with its coin. */
  belowMinimum: (limit: string): MexcError =>
    new MexcError(400, 30002, `The minimum transaction volume cannot be less than:${limit}`),
  /** The order is worth too much. @param limit Amount with its coin. */
  aboveMaximum: (limit: string): MexcError =>
    new MexcError(400, 30003, `The maximum transaction volume cannot be greater than:${limit}`),
  /** A buyer has too little. */
  insufficientPosition: always(30004, "Insufficient position"),
  /** A seller has too little. */
  oversold: always(30005, "Oversold"),
  /** The price is no price. */
  badPrice: always(30010, "No valid trade price"),
  /** The symbol is not traded through the API. */
  tradingDisabled: always(30016, "Trading disabled"),
  /** A market order meets an empty book. */
  noOpposite: always(30025, "No opposite order"),
  /** A client order id is in use. UNCONFIRMED: the code. */
  duplicateOrderId: always(30026, "Invalid order ids"),
  /** The account has as many open orders as it may. */
  tooManyOrders: always(30029, "Cannot exceed the maximum order limit"),
  /** There is no such type of order. */
  badOrderType: always(30041, "Current order type can not place order"),
};

const refusals: Readonly<Partial<Record<RefusalReason, () => MexcError>>> = {
  "halted": mexcErrors.suspended,
  "delisting": mexcErrors.tradingDisabled,
  "duplicate-client-id": mexcErrors.duplicateOrderId,
  "too-many-orders": mexcErrors.tooManyOrders,
  "order-not-open": mexcErrors.unknownOrder,
  "no-liquidity": mexcErrors.noOpposite,
};

/** The answer to an order that the market did not take. @param side What the order was to do. */
export function refusalError({ reason, message }: Refusal, side: "buy" | "sell"): MexcError {
  if (reason === "insufficient-balance") {
    return side === "buy" ? mexcErrors.insufficientPosition() : mexcErrors.oversold();
  }
  return refusals[reason]?.() ?? mexcErrors.notAllowed(message);
}
