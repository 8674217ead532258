/**
 * What the journal holds. Records name instruments by venue and symbol: ids differ from run to run.
 * @module
 */
import type { StrategyName } from "../arbitrage/trade_intent.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { OrderStatus, OrderType, Side, TimeInForce } from "../core/order.ts";

/** An instrument in the journal. */
export interface JournalInstrument {
  readonly exchange: ExchangeKey;
  readonly symbol: string;
}

/** An order as it is about to be sent. */
export interface JournalOrder extends JournalInstrument {
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly priceTicks: number;
  readonly lots: number;
  readonly reduceOnly: boolean;
}

/** A fill. Amounts as in `Fill`. */
export interface JournalFill extends JournalInstrument {
  readonly tradeId: string;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly notional: number;
  readonly fee: number;
  readonly feeCoin: string;
  /** Null where the fee has no value in quote. */
  readonly feeQuote: number | null;
  readonly liquidity: "maker" | "taker";
  readonly time: number;
}

/** What makes a fill one of a kind, and when it was. */
export interface JournalFillName {
  /** Venue, symbol, trade id and side joined by blanks. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** A position of the ledger. */
export interface JournalPosition extends JournalInstrument {
  readonly quantity: number;
  readonly averageEntry: number;
  readonly entryFees: number;
  readonly realisedPnl: number;
}

/** A hedged position that a strategy holds. */
export interface JournalHolding {
  readonly strategy: StrategyName;
  /** Where it was bought and sold. */
  readonly buy: JournalInstrument;
  readonly sell: JournalInstrument;
  /** Base units. */
  readonly quantity: number;
  /** Epoch milliseconds; the mean by quantity where it was opened in parts. */
  readonly openedAt: number;
  /** Quote per base unit that opening it brought, fees taken off; negative when it cost. */
  readonly entryEdge: number;
}

/** What the journal knows of an order. */
export interface JournalOrderState {
  readonly order: JournalOrder;
  /** Execution that it belongs to; 0 for none. */
  readonly execution: number;
  /** When it was written down, epoch milliseconds. */
  readonly at: number;
  /** What became of the sending; `none` while nothing came back: it may or may not have left. */
  readonly outcome: "none" | "accepted" | "refused" | "unknown" | "absent";
  /** The venue's id; empty until it is known. */
  readonly exchangeOrderId: string;
  /** What the venue said last; a final word stays. Null until it said something. */
  readonly status: OrderStatus | null;
  /** Most lots that were told. */
  readonly filledLots: number;
  /** Average price of those; 0 without fills. */
  readonly averagePrice: number;
  /** When something was last heard of it, epoch milliseconds; null before. */
  readonly heardAt: number | null;
  /** When its end became known, epoch milliseconds; null before. */
  readonly endedAt: number | null;
  readonly fills: readonly JournalFill[];
}

/** An execution that has not ended. */
export interface JournalExecution {
  readonly execution: number;
  /** When it was written down, epoch milliseconds. */
  readonly at: number;
  readonly strategy: StrategyName;
  readonly purpose: "enter" | "exit";
  readonly opportunity: number;
  /** Base units that are to be hedged. */
  readonly quantity: number;
  /** Expected value in quote. */
  readonly expected: number;
  /** Client order ids of all its orders so far. */
  readonly orders: readonly string[];
}

/** Acquisition that is stopped; `scope` is `all` or a coin. */
export interface JournalStop {
  readonly scope: string;
  readonly why: string;
}

/** An amount of a coin on a venue. */
export interface JournalAmount {
  readonly coin: string;
  /** Units of the coin. */
  readonly amount: number;
}

/**
 * What an account held when it was compared with the ledger. A later balance that differs from this by anything but
 * the flows since then was changed by somebody else.
 */
export interface JournalBalances {
  readonly exchange: ExchangeKey;
  /** Available, locked and frozen together. */
  readonly balances: readonly JournalAmount[];
  /** The flows of the ledger on this venue at that moment. */
  readonly flows: readonly JournalAmount[];
}

/** What the loss of a day is counted from. */
export interface JournalDay {
  /** Days since 1970, UTC. */
  readonly day: number;
  /** Profit of the ledger, open positions included, when the day began, quote. */
  readonly equity: number;
  /** Profit of the day from which its loss is counted since somebody has forgiven what was lost until then; at most 0. */
  readonly forgiven: number;
}

/** A funding payment that is in the ledger. */
export interface JournalFunding {
  readonly instrument: JournalInstrument;
  /** Quote; positive when received. */
  readonly amount: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Everything that was known at one moment: what was before it need not be read. */
export interface JournalSnapshot {
  readonly kind: "snapshot";
  /** Number that the next execution gets. */
  readonly nextExecution: number;
  readonly positions: readonly JournalPosition[];
  readonly holdings: readonly JournalHolding[];
  /** Changes of balances by the program's own trades since it was first used, in units of the coin. */
  readonly flows: readonly {
    readonly exchange: ExchangeKey;
    readonly coin: string;
    readonly amount: number;
  }[];
  readonly feesQuote: number;
  /** Fills before this epoch millisecond are all in the positions. */
  readonly fillsUntil: number;
  /** The fills at and after it that are in the positions, and those of {@link JournalSnapshot.orders}. */
  readonly recentFills: readonly JournalFillName[];
  /** Orders that have not ended, whose fills are not all known, or whose execution has not ended. */
  readonly orders: readonly JournalOrderState[];
  /** Executions that have not ended. */
  readonly executions: readonly JournalExecution[];
  readonly stops: readonly JournalStop[];
  /** The last comparison of each venue. */
  readonly balances: readonly JournalBalances[];
  /** Funding payments before this epoch millisecond are in the positions, or are not the program's. */
  readonly fundingSince: number;
  /** The payments from then on that are in the positions. */
  readonly recentFunding: readonly JournalFunding[];
  /** Null before the first day whose profit is known. */
  readonly day: JournalDay | null;
}

/** A record of the journal, without its number and time. */
export type JournalEvent =
  /** Two orders that belong together are about to be sent. */
  | {
    readonly kind: "execution";
    readonly execution: number;
    readonly strategy: StrategyName;
    readonly purpose: "enter" | "exit";
    readonly opportunity: number;
    /** Base units that are to be hedged. */
    readonly quantity: number;
    /** Expected value in quote. */
    readonly expected: number;
    readonly orders: readonly JournalOrder[];
  }
  /** A further order of an execution, such as a hedge, is about to be sent. Execution 0 for one of no execution. */
  | { readonly kind: "order"; readonly execution: number; readonly why: string; readonly order: JournalOrder }
  /** What came back on a send, or that nobody knows. */
  | {
    readonly kind: "outcome";
    readonly clientOrderId: string;
    readonly outcome: "accepted" | "refused" | "unknown" | "absent";
    readonly exchangeOrderId: string;
    readonly why: string;
  }
  /** What the venue said of an order. */
  | {
    readonly kind: "report";
    readonly clientOrderId: string;
    readonly exchangeOrderId: string;
    readonly status: OrderStatus;
    readonly filledLots: number;
    readonly averagePrice: number;
  }
  | { readonly kind: "fill"; readonly fill: JournalFill }
  /** A position was changed by something other than a fill: liquidation, a hand, a fill that cannot be found. */
  | {
    readonly kind: "adjustment";
    readonly instrument: JournalInstrument;
    /** Signed base units. */
    readonly quantity: number;
    readonly price: number;
    readonly why: string;
  }
  | { readonly kind: "funding" } & JournalFunding
  /** An execution has ended: all its orders have. */
  | {
    readonly kind: "ended";
    readonly execution: number;
    /** Base units that stayed unhedged: under the least order, or named. */
    readonly residue: number;
    readonly profit: number;
    readonly why: string;
  }
  /** A holding of a strategy has changed. */
  | { readonly kind: "holding"; readonly holding: JournalHolding }
  /** Acquisition was stopped, or is allowed again; `scope` is `all` or a coin. */
  | { readonly kind: "stopped"; readonly scope: string; readonly why: string }
  | { readonly kind: "resumed"; readonly scope: string; readonly why: string }
  /** A day has begun, or its loss was forgiven. */
  | { readonly kind: "day"; readonly day: JournalDay }
  /** An account was compared with the ledger. */
  | { readonly kind: "balances"; readonly balances: JournalBalances }
  | JournalSnapshot;

/** A record as it stands in the journal. */
export type JournalRecord = JournalEvent & {
  /** 1, 2, 3, … without holes within a journal. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
};

/** Takes events before what they announce happens. */
export interface Journal {
  /** Part of every client order id: the orders of this journal and no other. 1 to 8 of `0-9a-z`. */
  readonly id: string;
  /**
   * Writes an event. It is in the hands of the operating system when this returns, so no end of the process loses it.
   *
   * @throws {JournalError} when it cannot be written: nothing may be sent then.
   */
  append(event: JournalEvent): void;
}
