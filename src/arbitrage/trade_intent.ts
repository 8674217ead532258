/**
 * What a strategy wants done: two orders that belong together, with what they are expected to bring.
 * @module
 */
import type { Instrument } from "../core/instrument.ts";
import type { Side } from "../core/order.ts";
import type { BaseQuantity, QuoteAmount } from "../core/units.ts";
import type { Route } from "./route.ts";

/**
 * Names of the strategies: `inventory` trades spot against spot out of what is there, `basis` holds spot against a
 * perpetual until the difference is gone, `carry` holds the same for its funding.
 */
export type StrategyName = "inventory" | "basis" | "carry";

/** One order of a pair, in whole lots and ticks. */
export interface LegPlan {
  readonly instrument: Instrument;
  readonly side: Side;
  /** Size in lots: base units on spot, contracts on futures. */
  readonly lots: number;
  /** The same in base units, before any fee. */
  readonly quantity: BaseQuantity;
  /** Value in quote at the prices that the book holds, before fees. */
  readonly notional: QuoteAmount;
  /** Limit price in ticks: the worst price at which the pair is still worth it. */
  readonly capTicks: number;
  /** Whether the order may only make a futures position smaller. */
  readonly reduceOnly: boolean;
}

/** What a pair of trades is expected to bring, in quote. `value` is the sum of the others, costs taken off. */
export interface ExpectedValue {
  /** Difference of the best prices times the quantity, before everything else. */
  readonly edge: QuoteAmount;
  /** Fees of these trades, and of those that take the position off again; positive. */
  readonly fees: QuoteAmount;
  /** What the depth costs beyond the best prices, now and at the exit; positive. */
  readonly depthCost: QuoteAmount;
  /** Funding until the exit; positive when received. */
  readonly funding: QuoteAmount;
  /** Expected difference of the prices at the exit; 0 where nothing is held. */
  readonly exit: QuoteAmount;
  /** Probability that a leg is missing times what its unwinding costs; positive. */
  readonly missing: QuoteAmount;
  readonly value: QuoteAmount;
}

/** Two orders that are sent together, or not at all. */
export interface TradeIntent {
  readonly strategy: StrategyName;
  /** Whether it opens a position or matches a pair at once (`enter`), or takes a hedged one off (`exit`). */
  readonly purpose: "enter" | "exit";
  /** The opportunity that is taken; 0 when it is none. */
  readonly opportunity: number;
  readonly route: Route;
  readonly buy: LegPlan;
  readonly sell: LegPlan;
  /** Base units that are bought and sold, fees in the coin taken off: what is hedged. */
  readonly quantity: BaseQuantity;
  readonly expected: ExpectedValue;
  /** Why, in a few words. */
  readonly reason: string;
  /** Receipt of the book that led to it, epoch milliseconds. */
  readonly seenAt: number;
}
