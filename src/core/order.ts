/**
 * Orders.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** Direction of an order or a fill. */
export type Side = "buy" | "sell";

/** What an order does in the book: rest at a price, take at any price, or rest and never take. */
export type OrderType = "limit" | "market" | "post-only";

/** How long an order lives: until cancelled, filled at once as far as possible, or filled at once and whole. */
export type TimeInForce = "gtc" | "ioc" | "fok";

/** Life of an order as the venue sees it. */
export type OrderStatus =
  | "open"
  | "partially-filled"
  | "filled"
  | "cancelled"
  | "partially-cancelled"
  | "rejected";

/** An order. Sizes are whole lots and prices whole ticks of its instrument, so no rounding artefact exists. */
export interface Order {
  readonly clientOrderId: string;
  /** The venue's id; empty until the venue has given one. */
  readonly exchangeOrderId: string;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Limit price in ticks; 0 for a market order. */
  readonly priceTicks: number;
  /** Size in lots. */
  readonly lots: number;
  /** Filled size in lots; only grows. */
  readonly filledLots: number;
  readonly status: OrderStatus;
  readonly reduceOnly: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** The other side. */
export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}
