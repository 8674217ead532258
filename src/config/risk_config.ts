/**
 * How far trading may go.
 * @module
 */
import * as v from "valibot";
import { positiveBasisPoints, positiveMoney, positiveTime, wholeNumber } from "./setting_schemas.ts";

/** Limits of trading. Every one of them stops a trade that would pass it. */
export const riskSchema = v.strictObject({
  /** Largest value of one order, quote. */
  maxNotional: v.optional(positiveMoney, 1_000),
  /** Largest value of a position in one coin or contract, quote. */
  maxPositionNotional: v.optional(positiveMoney, 5_000),
  /** Largest value of all positions on one venue, quote. */
  maxExchangeNotional: v.optional(positiveMoney, 40_000),
  /** Largest value of all positions, quote. */
  maxTotalNotional: v.optional(positiveMoney, 80_000),
  /** Largest value of what a coin's positions leave unhedged when a leg of the next trade is missing, quote. */
  maxExposure: v.optional(positiveMoney, 2_500),
  /** Loss of a UTC day at which nothing new is begun until the next one, quote. */
  maxDailyLoss: v.optional(positiveMoney, 250),
  /** Largest loss of one trade, at its limit prices before it and in fact after it, quote. */
  maxSingleLoss: v.optional(positiveMoney, 50),
  /** Farthest that a limit price may be from the price that the book shows for the size, basis points. */
  maxSlippageBps: v.optional(positiveBasisPoints, 50),
  /** Farthest that a limit price may be from the fair price, basis points. */
  maxDeviationBps: v.optional(positiveBasisPoints, 300),
  /** Trades that may be under way at once. */
  maxOpenExecutions: v.optional(wholeNumber(1, 1_000), 4),
  /** Orders within any second. */
  maxOrdersPerSecond: v.optional(wholeNumber(1, 1_000), 20),
  /** Least value within 1 % of the best price on the side of a book that is taken, quote. */
  minDepthNotional: v.optional(positiveMoney, 500),
  /** Largest distance of best bid and ask of a book, basis points. */
  maxSpreadBps: v.optional(positiveBasisPoints, 50),
  /** Largest standard deviation of a price's change in a minute, basis points. */
  maxVolatilityBps: v.optional(positiveBasisPoints, 300),
  /** A book that was not heard of for this long is stale, milliseconds. */
  maxBookAgeMs: v.optional(positiveTime, 5_000),
  /** Farthest that a venue's clock may be from what is taken for it, milliseconds. */
  maxClockErrorMs: v.optional(positiveTime, 500),
  /** Trades in a row that end with a loss by a missing leg or an error. */
  maxConsecutiveFailures: v.optional(wholeNumber(1, 1_000), 5),
  /** Time for which a breaker that has tripped stops new trades, milliseconds. */
  breakerCooldownMs: v.optional(positiveTime, 60_000),
});
