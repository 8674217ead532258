/**
 * What Gate.io's errors mean: one table from label to outcome, for REST and the WebSocket trading API.
 * @module
 */
import { VenueError } from "../../core/errors.ts";
import type { RefusalReason, Refused, Unknown } from "../../core/order_request.ts";

/**
 * What a label says about a request: definitely refused, with the class of the reason, or nothing. UNCONFIRMED: labels
 * of failures that do not say whether something was done (CANCEL_FAIL, FAILED_RETRIEVE_ASSETS, the failed transfers)
 * are taken for nothing.
 */
export const gateioLabels: Readonly<Record<string, RefusalReason | "unknown">> = {
  // Requests.
  INVALID_PARAM_VALUE: "parameters",
  INVALID_PROTOCOL: "parameters",
  INVALID_ARGUMENT: "parameters",
  INVALID_REQUEST_BODY: "parameters",
  MISSING_REQUIRED_PARAM: "parameters",
  BAD_REQUEST: "parameters",
  INVALID_CONTENT_TYPE: "parameters",
  NOT_ACCEPTABLE: "parameters",
  METHOD_NOT_ALLOWED: "parameters",
  NOT_FOUND: "parameters",
  // Authentication.
  INVALID_CREDENTIALS: "permission",
  INVALID_KEY: "permission",
  IP_FORBIDDEN: "permission",
  READ_ONLY: "permission",
  INVALID_SIGNATURE: "signature",
  MISSING_REQUIRED_HEADER: "signature",
  REQUEST_EXPIRED: "clock",
  ACCOUNT_LOCKED: "permission",
  FORBIDDEN: "permission",
  AUTHENTICATION_FAILED: "permission",
  // Wallet.
  SUB_ACCOUNT_NOT_FOUND: "not-found",
  SUB_ACCOUNT_LOCKED: "permission",
  MARGIN_BALANCE_EXCEPTION: "balance",
  MARGIN_TRANSFER_FAILED: "unknown",
  TOO_MUCH_FUTURES_AVAILABLE: "balance",
  FUTURES_BALANCE_NOT_ENOUGH: "balance",
  ACCOUNT_EXCEPTION: "permission",
  SUB_ACCOUNT_TRANSFER_FAILED: "unknown",
  ADDRESS_NOT_USED: "parameters",
  TOO_FAST: "rate",
  WITHDRAWAL_OVER_LIMIT: "size",
  API_WITHDRAW_DISABLED: "permission",
  INVALID_WITHDRAW_ID: "not-found",
  INVALID_WITHDRAW_CANCEL_STATUS: "already-finished",
  DUPLICATE_REQUEST: "duplicate-id",
  ORDER_EXISTS: "duplicate-id",
  INVALID_CLIENT_ORDER_ID: "parameters",
  // Spot and margin.
  INVALID_PRECISION: "precision",
  INVALID_CURRENCY: "parameters",
  INVALID_CURRENCY_PAIR: "symbol-closed",
  POC_FILL_IMMEDIATELY: "post-only",
  ORDER_NOT_FOUND: "not-found",
  CLIENT_ID_NOT_FOUND: "not-found",
  ORDER_CLOSED: "already-finished",
  ORDER_CANCELLED: "already-finished",
  QUANTITY_NOT_ENOUGH: "size",
  BALANCE_NOT_ENOUGH: "balance",
  MARGIN_NOT_SUPPORTED: "margin",
  MARGIN_BALANCE_NOT_ENOUGH: "balance",
  AMOUNT_TOO_LITTLE: "size",
  AMOUNT_TOO_MUCH: "size",
  REPEATED_CREATION: "duplicate-id",
  LOAN_NOT_FOUND: "not-found",
  LOAN_RECORD_NOT_FOUND: "not-found",
  NO_MATCHED_LOAN: "not-found",
  NOT_MERGEABLE: "parameters",
  NO_CHANGE: "no-change",
  REPAY_TOO_MUCH: "size",
  TOO_MANY_CURRENCY_PAIRS: "parameters",
  TOO_MANY_ORDERS: "too-many-orders",
  MIXED_ACCOUNT_TYPE: "parameters",
  AUTO_BORROW_TOO_MUCH: "margin",
  TRADE_RESTRICTED: "symbol-closed",
  FOK_NOT_FILL: "not-filled",
  INITIAL_MARGIN_TOO_LOW: "margin",
  NO_MERGEABLE_ORDERS: "not-found",
  ORDER_BOOK_NOT_FOUND: "symbol-closed",
  FAILED_RETRIEVE_ASSETS: "unknown",
  CANCEL_FAIL: "unknown",
  // Futures.
  USER_NOT_FOUND: "permission",
  CONTRACT_NO_COUNTER: "not-filled",
  CONTRACT_NOT_FOUND: "symbol-closed",
  RISK_LIMIT_EXCEEDED: "position",
  INSUFFICIENT_AVAILABLE: "balance",
  LIQUIDATE_IMMEDIATELY: "margin",
  LEVERAGE_TOO_HIGH: "margin",
  LEVERAGE_TOO_LOW: "margin",
  ORDER_NOT_OWNED: "not-found",
  ORDER_FINISHED: "already-finished",
  POSITION_CROSS_MARGIN: "margin",
  POSITION_IN_LIQUIDATION: "position",
  POSITION_IN_CLOSE: "position",
  POSITION_EMPTY: "position",
  REMOVE_TOO_MUCH: "margin",
  RISK_LIMIT_NOT_MULTIPLE: "parameters",
  RISK_LIMIT_TOO_HIGH: "parameters",
  RISK_LIMIT_TOO_LOW: "parameters",
  // The venue's own spelling.
  RISK_LIMIT_TOO_lOW: "parameters",
  PRICE_TOO_DEVIATED: "price",
  SIZE_TOO_LARGE: "size",
  SIZE_TOO_SMALL: "size",
  PRICE_OVER_LIQUIDATION: "price",
  PRICE_OVER_BANKRUPT: "price",
  ORDER_POC_IMMEDIATE: "post-only",
  INCREASE_POSITION: "reduce-only",
  CONTRACT_IN_DELISTING: "symbol-closed",
  POSITION_NOT_FOUND: "position",
  POSITION_DUAL_MODE: "position",
  ORDER_PENDING: "position",
  POSITION_HOLDING: "position",
  REDUCE_EXCEEDED: "reduce-only",
  AMEND_WITH_STOP: "parameters",
  ORDER_FOK: "not-filled",
  CROSS_ACCOUNT_NOT_FOUND: "permission",
  PRICE_THRESHOLD_EXCEEDED: "price",
  AUTO_TRIGGER_PRICE_LESS_LAST: "price",
  AUTO_TRIGGER_PRICE_GREATE_LAST: "price",
  // Limits and failures of the server.
  TOO_MANY_REQUESTS: "rate",
  INTERNAL: "unknown",
  SERVER_ERROR: "unknown",
  TOO_BUSY: "unknown",
};

/** An error as REST or the WebSocket states it. */
export interface GateioError {
  /** HTTP status, or the text of one in `header.status`, as a number. */
  readonly status: number;
  /** Empty when the answer had none. */
  readonly label: string;
  /** `message` or `detail`: for people only. */
  readonly message: string;
  /** Moment at which access resumes, as the limit headers have it; undefined when absent. */
  readonly resetAt?: number | undefined;
}

/** Numbers above this are milliseconds. */
const longestSeconds = 1e11;
const tooManyRequests = 429;
const firstServerError = 500;

/**
 * The outcome that an error stands for. A server error says nothing whatever its label; a limit is a refusal even
 * without one.
 *
 * @param nowMs The venue's time in epoch milliseconds.
 */
export function errorOutcome(error: GateioError, nowMs: number): Refused | Unknown {
  const { status, label, message } = error;
  const reason = status >= firstServerError
    ? "unknown"
    : status === tooManyRequests
    ? "rate"
    : Object.hasOwn(gateioLabels, label)
    ? gateioLabels[label]!
    : "unknown";
  if (reason === "unknown") {
    return { kind: "unknown", why: `Gate.io answered ${status} ${label || "without a label"}: ${message}` };
  }
  const refused: Refused = { kind: "refused", reason, code: label, message };
  return reason === "rate" && error.resetAt !== undefined
    ? { ...refused, retryAfterMs: Math.max(0, milliseconds(error.resetAt) - nowMs) }
    : refused;
}

/** UNCONFIRMED: whether REST states the reset in seconds or, as the WebSocket does, in milliseconds. */
function milliseconds(stamp: number): number {
  return stamp > longestSeconds ? stamp : stamp * 1000;
}

/** A refusal by this client: nothing was sent. Its code is none of the venue's. */
export function notSent(reason: RefusalReason, why: string, retryAfterMs?: number): Refused {
  const refused: Refused = { kind: "refused", reason, code: "unsent", message: `Not sent: ${why}` };
  return retryAfterMs === undefined ? refused : { ...refused, retryAfterMs };
}

/** Whether the venue says that there is no such order. */
export function isNotFound(error: unknown): boolean {
  return error instanceof VenueError && error.status < firstServerError &&
    Object.hasOwn(gateioLabels, error.code) &&
    gateioLabels[error.code] === "not-found";
}
