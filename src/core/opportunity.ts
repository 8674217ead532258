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
  /** Who kept it from being taken: `strategies` or `desk`; empty when nobody did, left out when it was not noted. */
  readonly rejectedBy?: string;
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

/**
 * How an execution ended:
 * - `hedged`: all that was had on one side was had on the other, at once or by hedges.
 * - `missed`: nothing was filled.
 * - `flattened`: what was had on one side only was given up again, wholly or in part.
 * - `residue`: something of at least a whole order stayed on one side.
 * - `refused`: no order was accepted.
 */
export type ExecutionOutcome = "hedged" | "missed" | "flattened" | "residue" | "refused";

/** Every {@link ExecutionOutcome}, the worse ones later. */
export const executionOutcomes: readonly ExecutionOutcome[] = [
  "hedged",
  "refused",
  "missed",
  "flattened",
  "residue",
];

/** Moments of an execution in epoch milliseconds, NaN where they never came, and what it came to. */
export interface ExecutionAttribution {
  /** Name of the strategy that wanted it. */
  readonly strategy: string;
  readonly outcome: ExecutionOutcome;
  /** Why something is missing; empty when nothing is. */
  readonly reason: string;
  /** Orders that were sent for it, hedges among them. */
  readonly orders: number;

  /** Receipt of the quote that led to it. */
  readonly seenAt: number;
  /** It was decided and had passed every check. */
  readonly decidedAt: number;
  /** The first order was handed to the system. */
  readonly sentAt: number;
  /** Both venues had answered. */
  readonly acknowledgedAt: number;
  /** The last fill of the two orders that it began with was known. */
  readonly filledAt: number;
  /** The last fill of a hedge was known; NaN when none was needed. */
  readonly hedgedAt: number;
  /** All its orders had ended and nothing was left to do. */
  readonly endedAt: number;

  /** Base units that were wanted. */
  readonly wanted: BaseQuantity;
  /** Base units of them that were not had on both sides, hedges counted. */
  readonly missed: BaseQuantity;
  /** Base units that were traded in hedges. */
  readonly hedgedQuantity: BaseQuantity;
  /** Base units that stayed on one side, also less than an order: positive when bought, negative when sold. */
  readonly residue: BaseQuantity;

  /** Expected value when it was decided. */
  readonly expectedQuote: QuoteAmount;
  /** Proceeds minus cost of all its trades minus the fees that were charged, a residue at the price of the market. */
  readonly profitQuote: QuoteAmount;
  /** Fees that its trades should have cost at the known rates: of what was filled, so it compares with the next. */
  readonly expectedFees: QuoteAmount;
  /** Fees that the venues took; NaN when one was in a coin whose value is not known. */
  readonly chargedFees: QuoteAmount;
}
