/**
 * What is traded: the strategies, and the paper account.
 * @module
 */
import * as v from "valibot";
import {
  basisPoints,
  basisPointsFrom0,
  holdingTime,
  money,
  positiveBasisPoints,
  positiveTime,
  share,
  timeFrom0,
} from "./setting_schemas.ts";

/** When it is proposed to bring coins back to their shares. Nothing is moved. */
const rebalanceSchema = v.strictObject({
  /** Least value that is worth moving, quote. */
  minNotional: v.optional(money, 500),
  /** Longest wait for trades that carry a coin back by themselves. */
  maxWaitMs: v.optional(timeFrom0, 14_400_000),
  /** Time that a transfer is expected to take. */
  transferMs: v.optional(positiveTime, 1_800_000),
});

/** Spot against spot, out of what is there. */
const inventorySchema = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** By how much the least edge falls for a trade that brings a coin back to its share, and rises for one that does not. */
  skewBps: v.optional(basisPointsFrom0, 2),
  /** Share of a coin that is wanted on the first of two venues. */
  targetShare: v.optional(share, 0.5),
  rebalance: v.nullish(rebalanceSchema, {}),
});

/** Spot against a perpetual until the difference is gone. */
const basisSchema = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** Least expected value of a round trip, basis points of its value. */
  minValueBps: v.optional(basisPointsFrom0, 2),
  /** The difference must be so many standard deviations from its mean. */
  entryZ: v.optional(v.pipe(v.number(), v.finite("must be a finite number"), v.minValue(0)), 1),
  /** Half-life of mean and deviation. */
  halfLifeMs: v.optional(holdingTime, 600_000),
  /** Time after which a position is taken off at what it brings. */
  maxHoldMs: v.optional(holdingTime, 28_800_000),
  /** Loss at which it is taken off, basis points of its value. */
  stopBps: v.optional(positiveBasisPoints, 100),
});

/** The same legs, held for funding. */
const carrySchema = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** Least expected value until the horizon, basis points of the position's value. */
  minValueBps: v.optional(basisPointsFrom0, 5),
  /** How far ahead funding is counted. */
  horizonMs: v.optional(holdingTime, 86_400_000),
});

/** What makes a trade worth while. */
export const tradingSchema = v.strictObject({
  /** Least edge of the last unit after fees, basis points. */
  minEdgeBps: v.optional(basisPointsFrom0, 2),
  /** Least profit of a trade after fees, quote. */
  minProfit: v.optional(money, 0.05),
  /** Least profit of a round trip that takes a hedged position off, basis points. */
  exitProfitBps: v.optional(basisPoints, 2),
  /** How far a limit price may lie beyond the worst level that a plan takes, basis points. */
  slippageBps: v.optional(basisPointsFrom0, 5),
  inventory: v.nullish(inventorySchema, {}),
  basis: v.nullish(basisSchema, {}),
  carry: v.nullish(carrySchema, {}),
});

/** The paper account: what it begins with, and how far away its venues are. */
export const paperSchema = v.strictObject({
  /** Quote on every venue at the start. */
  quoteBalance: v.optional(money, 50_000),
  /** Value of each coin on every spot venue at the start, quote. */
  inventoryNotional: v.optional(money, 5_000),
  /** Time of an order to the venue, and of what the venue says back, milliseconds each. */
  latencyMs: v.optional(timeFrom0, 20),
  /** Largest addition to it, drawn anew each time, milliseconds. */
  latencyJitterMs: v.optional(timeFrom0, 10),
});
