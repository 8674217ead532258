/**
 * What the strategies are set to.
 * @module
 */

/**
 * Settings of the strategies. Every one is read anew each time it is needed, so that the object may be made of getters
 * and a reload counts at once.
 */
export interface StrategySettings {
  /** Least edge of the last unit of an inventory trade after fees, basis points. */
  readonly minEdgeBps: number;
  /** Least expected value of a pair of trades, quote. */
  readonly minProfit: number;
  /** Least profit of a round trip that takes a hedged position off, basis points of its value. */
  readonly exitProfitBps: number;
  /** How far a limit price may lie beyond the worst level that a plan takes, basis points. */
  readonly slippageBps: number;
  /** Largest value of one order, quote. */
  readonly maxNotional: number;
  /** Largest value of a position in one coin or contract, quote. */
  readonly maxPositionNotional: number;
  readonly inventory: InventorySettings;
  readonly basis: BasisSettings;
  readonly carry: CarrySettings;
}

/** Spot against spot, out of what is there. */
export interface InventorySettings {
  readonly enabled: boolean;
  /** By how much the least edge falls where a trade brings a coin back to its share, and rises where it does not. */
  readonly skewBps: number;
  /** Share of a coin that is wanted on the first of two venues, in the order of their ids; above 0 and under 1. */
  readonly targetShare: number;
}

/** Spot against a perpetual until the difference is gone. */
export interface BasisSettings {
  readonly enabled: boolean;
  /** Least expected value of a round trip, basis points of its value. */
  readonly minValueBps: number;
  /** The edge must be so many standard deviations above its mean. */
  readonly entryZ: number;
  /** Half-life of mean and deviation, milliseconds. */
  readonly halfLifeMs: number;
  /** Time after which a position is taken off at what it brings, milliseconds. */
  readonly maxHoldMs: number;
  /** Loss of the round trip at which it is taken off, basis points of its value. */
  readonly stopBps: number;
}

/** The same legs, held for funding. */
export interface CarrySettings {
  readonly enabled: boolean;
  /** Least expected value until the horizon, basis points of the position's value. */
  readonly minValueBps: number;
  /** How far ahead funding is counted, milliseconds. */
  readonly horizonMs: number;
}

/**
 * The least edge with which a detector must tell of a route so that no strategy misses one, basis points: a trade that
 * brings inventory back may have less than the usual least edge.
 */
export function leastEdgeBps({ minEdgeBps, inventory }: StrategySettings): number {
  return Math.max(0, minEdgeBps - (inventory.enabled ? inventory.skewBps : 0));
}
