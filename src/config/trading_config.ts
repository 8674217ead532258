/**
 * What is traded and how far: strategy, risk, and the paper account.
 * @module
 */
import * as v from "valibot";
import { basisPoints, basisPointsFrom0, money, positiveMoney, positiveTime } from "./setting_schemas.ts";

/** What makes a trade worth while. */
export const tradingSchema = v.strictObject({
  /** Least edge of the last unit after fees, basis points. */
  minEdgeBps: v.optional(basisPointsFrom0, 2),
  /** Least profit of a trade after fees, quote. */
  minProfit: v.optional(money, 0.05),
  /** Least profit of a round trip that takes a hedged position off, basis points. */
  exitProfitBps: v.optional(basisPoints, 2),
});

/** How far trading may go. */
export const riskSchema = v.strictObject({
  /** Largest value of one trade, quote. */
  maxNotional: v.optional(positiveMoney, 1_000),
  /** Largest value of a position in one coin or contract, quote. */
  maxPositionNotional: v.optional(positiveMoney, 5_000),
  /** A book that was not heard of for this long is stale, milliseconds. */
  maxBookAgeMs: v.optional(positiveTime, 5_000),
});

/** What the paper account begins with. */
export const paperSchema = v.strictObject({
  /** Quote on every venue at the start. */
  quoteBalance: v.optional(money, 50_000),
  /** Value of each coin on every spot venue at the start, quote. */
  inventoryNotional: v.optional(money, 5_000),
});
