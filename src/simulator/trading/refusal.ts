/**
 * Orders that an exchange does not take.
 * @module
 */

/** Why an order or a change of one was refused. Protocols map each to their own code. */
export type RefusalReason =
  | "insufficient-balance"
  | "would-take"
  | "not-fillable"
  | "no-liquidity"
  | "halted"
  | "delisting"
  | "duplicate-client-id"
  | "too-many-orders"
  | "order-not-open"
  | "no-change"
  | "size-below-filled"
  | "price-deviates"
  | "reduce-only-increases"
  | "position-empty"
  | "position-mode"
  | "position-exists"
  | "orders-pending"
  | "leverage-too-high"
  | "leverage-too-low"
  | "risk-limit-exceeded"
  | "cross-margin"
  | "would-liquidate"
  | "margin-too-low";

/** A refusal with its reason; `message` has the figures, for people. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(readonly reason: RefusalReason, message: string) {
    super(message);
  }
}
