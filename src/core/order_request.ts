/**
 * What is asked of a venue about orders, and what a venue says about them.
 * @module
 */
import type { DecimalStep } from "./decimal_step.ts";
import type { Instrument, InstrumentId } from "./instrument.ts";
import type { OrderStatus, OrderType, Side, TimeInForce } from "./order.ts";

/** An order to place. It carries whole ticks and lots only; texts are formatted from those. */
export interface OrderRequest {
  /** 1 to 26 of `0-9 A-Z a-z _ -`, unique: what every venue takes. */
  readonly clientOrderId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Limit price in ticks; 0 for a market order. */
  readonly priceTicks: number;
  /** Size in lots: base units on spot, contracts on futures; 0 when {@link OrderRequest.spend} is given. */
  readonly lots: number;
  /** For a market buy on spot: quote amount to spend, `count` steps. Venues that need it refuse lots there. */
  readonly spend?: { readonly count: number; readonly step: DecimalStep };
  /** Futures: may only make the position smaller. */
  readonly reduceOnly: boolean;
}

/** A change of an open order; what is left out stays. */
export interface OrderAmendment {
  /** Limit price in ticks. */
  readonly priceTicks?: number;
  /** Total size in lots, filled part included. */
  readonly lots?: number;
}

/** How an order is named to a venue: one of both is enough. */
export interface OrderReference {
  readonly instrument: Instrument;
  readonly exchangeOrderId?: string;
  readonly clientOrderId?: string;
}

/** The state of an order in the venue's words of one moment. */
export interface OrderReport {
  readonly instrument: InstrumentId;
  readonly exchangeOrderId: string;
  /** Empty when the order has none. */
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Limit price in ticks; 0 for a market order. */
  readonly priceTicks: number;
  /** Size in lots. */
  readonly lots: number;
  /** Filled in lots; only grows from report to report. */
  readonly filledLots: number;
  /** Average price of the fills in quote per base; 0 without fills. */
  readonly averagePrice: number;
  readonly status: OrderStatus;
  readonly reduceOnly: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Class of a definite refusal. */
export type RefusalReason =
  | "balance"
  | "size"
  | "price"
  | "notional"
  | "precision"
  | "post-only"
  | "not-filled"
  | "reduce-only"
  | "position"
  | "margin"
  | "permission"
  | "signature"
  | "clock"
  | "rate"
  | "symbol-closed"
  | "duplicate-id"
  | "not-found"
  | "already-finished"
  | "no-change"
  | "too-many-orders"
  | "parameters";

/** The venue has taken it. */
export interface Accepted<Value> {
  readonly kind: "accepted";
  readonly value: Value;
}

/** The venue has definitely not taken it. */
export interface Refused {
  readonly kind: "refused";
  readonly reason: RefusalReason;
  /** Code (MEXC) or label (Gate.io). */
  readonly code: string;
  /** The venue's words, for people. */
  readonly message: string;
  /** Milliseconds to wait before the next request, where the venue said so. */
  readonly retryAfterMs?: number;
}

/**
 * Nobody knows: a failure of the network or the server, a time-out, or a code that is in no table. It is no evidence
 * about the order; whoever sent it asks by client order id until the venue states a fact.
 */
export interface Unknown {
  readonly kind: "unknown";
  readonly why: string;
}

/** What became of something that was sent. */
export type Outcome<Value> = Accepted<Value> | Refused | Unknown;

/** What a venue says when it takes an order: its id always, its state where the venue tells it at once. */
export interface OrderAck {
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly report?: OrderReport;
}
