/**
 * What Gate.io futures answers when the trading engine refuses.
 * @module
 */
import { Refusal, type RefusalReason } from "../trading/refusal.ts";
import { GateRestError } from "./gate_errors.ts";

/** UNCONFIRMED: the label for a halted contract and for a client order id that is taken. */
const labels: Readonly<Record<RefusalReason, string>> = {
  "insufficient-balance": "INSUFFICIENT_AVAILABLE",
  "would-take": "ORDER_POC_IMMEDIATE",
  "not-fillable": "ORDER_FOK",
  "no-liquidity": "CONTRACT_NO_COUNTER",
  "halted": "CONTRACT_NO_COUNTER",
  "delisting": "CONTRACT_IN_DELISTING",
  "duplicate-client-id": "INVALID_PARAM_VALUE",
  "too-many-orders": "TOO_MANY_ORDERS",
  "order-not-open": "ORDER_FINISHED",
  "no-change": "NO_CHANGE",
  "size-below-filled": "INVALID_PARAM_VALUE",
  "price-deviates": "PRICE_TOO_DEVIATED",
  "reduce-only-increases": "INCREASE_POSITION",
  "position-empty": "POSITION_EMPTY",
  "position-mode": "POSITION_DUAL_MODE",
  "position-exists": "POSITION_HOLDING",
  "orders-pending": "ORDER_PENDING",
  "leverage-too-high": "LEVERAGE_TOO_HIGH",
  "leverage-too-low": "LEVERAGE_TOO_LOW",
  "risk-limit-exceeded": "RISK_LIMIT_EXCEEDED",
  "cross-margin": "POSITION_CROSS_MARGIN",
  "would-liquidate": "LIQUIDATE_IMMEDIATELY",
  "margin-too-low": "REMOVE_TOO_MUCH",
};

/** UNCONFIRMED: the HTTP status 400 of every label. The engine's own refusals state their figures as `detail`. */
export function engineError(label: string, detail: string): GateRestError {
  return new GateRestError(400, label, detail, "detail");
}

/** A refused argument. @param message Text for people; UNCONFIRMED wording. */
export function argumentError(message: string, label = "INVALID_PARAM_VALUE"): GateRestError {
  return new GateRestError(400, label, message);
}

/** There is no such order. The wording is captured; UNCONFIRMED: the status. */
export function orderNotFound(): GateRestError {
  return new GateRestError(400, "ORDER_NOT_FOUND", "Order not found");
}

/** The error for a refusal. */
export function refusalError(refusal: Refusal): GateRestError {
  // The wording of NO_CHANGE is captured.
  if (refusal.reason === "no-change") return new GateRestError(400, "NO_CHANGE", "No change is made");
  return engineError(labels[refusal.reason], refusal.message);
}

/** Runs `act` and states refusals as the exchange does. @throws {GateRestError} when it is refused. */
export function refusedAs<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw error instanceof Refusal ? refusalError(error) : error;
  }
}
