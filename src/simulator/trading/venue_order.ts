/**
 * An order as its exchange keeps it.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { Atoms } from "../accounts/atoms.ts";
import type { Execution, MatchOrder, QueueEntry, SelfTradeAction } from "../matching/match_order.ts";
import type { Side } from "../market/book_side.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

/** Buyer or seller. */
export type OrderSide = "buy" | "sell";

/** `poc` is post-only. Market orders are `ioc` or `fok`. */
export type TimeInForce = "gtc" | "ioc" | "fok" | "poc";

/** How an order ended. */
export type FinishReason =
  | "filled"
  | "cancelled"
  | "ioc"
  | "fok"
  | "poc"
  | "stp"
  | "liquidated"
  | "reduce_only"
  | "reduce_out"
  | "position_closed"
  | "auto_deleveraged"
  | "delisted";

/** What an order is made of. */
export interface OrderTerms {
  readonly instrument: MarketInstrument;
  readonly side: OrderSide;
  readonly kind: "limit" | "market";
  readonly timeInForce: TimeInForce;
  /** Limit in ticks; for market orders the last price that they accept, which may be infinite for a buyer. */
  readonly tick: number;
  /** Total size in lots; for a market order with a budget 0. */
  readonly lots: number;
  /** Quote amount that a market buyer spends in place of a size. */
  readonly budget?: Atoms;
  /** Client order id as sent; empty for none. */
  readonly clientId: string;
  readonly stpGroup?: number;
  readonly stpAction?: SelfTradeAction;
  readonly reduceOnly?: boolean;
  /** What the protocol wants to echo: its own names, for example `text` or `action_mode`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Whoever keeps orders: hears from the matching engine through them. */
export interface OrderKeeper {
  /** Books an execution of the order. */
  settle(order: VenueOrder, execution: Execution): void;
  /** Notes that self-trade prevention took the order's rest out; it is finished when matching is over. */
  prevented(order: VenueOrder): void;
}

const noAttributes: Readonly<Record<string, unknown>> = Object.freeze({});

/** Mutable state of an order. Only the trading engines write to it. */
export class VenueOrder implements MatchOrder {
  readonly instrument: MarketInstrument;
  readonly orderSide: OrderSide;
  readonly side: Side;
  readonly kind: "limit" | "market";
  readonly timeInForce: TimeInForce;
  readonly budget: Atoms | undefined;
  readonly clientId: string;
  readonly stpGroup: number;
  readonly stpAction: SelfTradeAction;
  readonly reduceOnly: boolean;
  readonly createdMs: number;
  /** What the protocol echoes; an amendment may add to it. */
  attributes: Readonly<Record<string, unknown>>;
  tick: number;
  /** Total size in lots; of an order with a budget what was filled. */
  lots: number;
  openLots: number;
  filledLots = 0;
  /** Quote value of the fills. */
  filledValue: Atoms = 0n;
  /** Role in the latest fill. */
  lastRole: "maker" | "taker" = "taker";
  /** Lots of the latest fill. */
  lastFillLots = 0;
  status: "open" | "finished" = "open";
  finish: FinishReason | undefined;
  updatedMs: number;
  /** Grows with every change that is told. */
  updateId = 1;
  /** What the order binds: base coins of a seller, quote coins of a buyer, margin on futures. */
  locked: Atoms = 0n;
  /** Profit and loss that its fills realised, on futures. */
  pnl: Atoms = 0n;
  place: QueueEntry | undefined;
  readonly #keeper: OrderKeeper;
  #fees: Map<string, Atoms> | undefined;

  /**
   * @param id Id as the venue writes it.
   * @param sequence Number of the order on its venue, growing.
   * @param nowMs Epoch milliseconds.
   * @param keeper Moves the coins of its executions.
   */
  constructor(
    readonly id: string,
    readonly sequence: number,
    readonly account: Account,
    terms: OrderTerms,
    nowMs: number,
    keeper: OrderKeeper,
  ) {
    this.instrument = terms.instrument;
    this.orderSide = terms.side;
    this.side = terms.side === "buy" ? "bid" : "ask";
    this.kind = terms.kind;
    this.timeInForce = terms.timeInForce;
    this.tick = terms.tick;
    this.lots = terms.lots;
    this.openLots = terms.budget === undefined ? terms.lots : Number.MAX_SAFE_INTEGER;
    this.budget = terms.budget;
    this.clientId = terms.clientId;
    this.stpGroup = terms.stpGroup ?? 0;
    this.stpAction = terms.stpAction ?? "cancel-newest";
    this.reduceOnly = terms.reduceOnly ?? false;
    this.attributes = terms.attributes ?? noAttributes;
    this.createdMs = nowMs;
    this.updatedMs = nowMs;
    this.#keeper = keeper;
  }

  /** Fees by coin; negative for rebates. Most orders never pay any, so the map is made when it is asked for. */
  get fees(): Map<string, Atoms> {
    return this.#fees ??= new Map();
  }

  /** Lots that are left over: open, or cancelled without a fill. */
  get leftLots(): number {
    return this.budget === undefined ? this.lots - this.filledLots : 0;
  }

  onExecution(execution: Execution): void {
    this.#keeper.settle(this, execution);
  }

  onSelfTradePrevented(): void {
    this.#keeper.prevented(this);
  }
}

/** One execution as its user sees it. */
export interface VenueFill {
  /** Number of the trade on its instrument; both sides have the same. */
  readonly tradeId: number;
  readonly order: VenueOrder;
  readonly role: "maker" | "taker";
  readonly tick: number;
  readonly lots: number;
  /** Quote value. */
  readonly value: Atoms;
  /** Positive when paid. */
  readonly fee: Atoms;
  readonly feeCoin: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** Whether both sides are of one account. */
  readonly selfTrade: boolean;
  /** Lots of it that closed a position, on futures. */
  readonly closedLots: number;
  /** Profit and loss realised, on futures. */
  readonly pnl: Atoms;
}
