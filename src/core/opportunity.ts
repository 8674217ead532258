/**
 * Price differences that were seen, and what was done about them.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";
import type { BaseQuantity, QuoteAmount } from "./units.ts";

/** A price difference from its first to its last moment. It is stored when it has ended. */
export interface ArbitrageOpportunity {
  /** 1, 2, 3, … in the order in which opportunities began within a run. */
  readonly id: number;
  /** Where to buy. */
  readonly buy: InstrumentId;
  /** Where to sell. */
  readonly sell: InstrumentId;
  /** First moment with an executable edge, epoch milliseconds. */
  readonly startedAt: number;
  /** First moment without it, epoch milliseconds. */
  readonly endedAt: number;
  /** Why it ended: the edge was gone, a book became unusable or stale, or the run stopped. */
  readonly endReason: "closed" | "unusable" | "stopped";
  /** Highest edge after taker fees over the executable size, in basis points of the amount bought. */
  readonly peakEdgeBps: number;
  /** Best bid over best ask at the peak before fees, basis points of the ask; left out when it was not noted. */
  readonly spreadBps?: number;
  /** Executable size at the peak, base units. */
  readonly peakQuantity: BaseQuantity;
  /** Profit after taker fees at the peak. */
  readonly peakProfit: QuoteAmount;
  /** Number of times that it was traded. */
  readonly executions: number;
  /** `taken`, or what kept it from being taken; left out when nothing was noted. */
  readonly decision?: string;
}

/** A pair of trades that were made together. */
export interface Execution {
  /** 1, 2, 3, … within a run. */
  readonly id: number;
  /** The opportunity that was taken; 0 for a trade that closes a hedged position. */
  readonly opportunity: number;
  /** Whether it opens a position or matches a pair at once (`enter`), or takes a hedged one off (`exit`). */
  readonly purpose: "enter" | "exit";
  readonly buy: InstrumentId;
  readonly sell: InstrumentId;
  /** Base units that were sold, which is what is hedged. */
  readonly quantity: BaseQuantity;
  /** Proceeds minus cost minus fees of both trades. */
  readonly edgeQuote: QuoteAmount;
  /** Epoch milliseconds. */
  readonly time: number;
  /** How it came about; left out where nothing was noted. */
  readonly attribution?: ExecutionAttribution;
}

/** Moments of an execution in epoch milliseconds, NaN where they never came, and what is missing of it. */
export interface ExecutionAttribution {
  /** Receipt of the quote that led to it. */
  readonly seenAt: number;
  /** The first order was handed to the system. */
  readonly sentAt: number;
  /** Both venues had answered. */
  readonly acknowledgedAt: number;
  /** The last fill was known. */
  readonly filledAt: number;
  /** Base units that were wanted. */
  readonly wanted: BaseQuantity;
  /** Base units of them that were not had. */
  readonly missed: BaseQuantity;
  /** Why; empty when nothing is missing. */
  readonly reason: string;
}
