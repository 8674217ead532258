/**
 * What the edge of each route is on average, and how far it strays.
 * @module
 */
import { topEdgeBps } from "./edge.ts";
import type { Route } from "./route.ts";
import type { StrategyView } from "./strategy_view.ts";

/** Longest time that one sample stands for: over a gap nobody knows what the edge was. */
const longestStandMs = 5_000;
/** A deviation under this is the size of ticks, not of the market, basis points. */
const leastDeviationBps = 0.1;
/** Part of the half-life that must have been seen before the statistics count. */
const warmUpShare = 0.1;

/** Settings of {@link SpreadStatistics}, read anew each time. */
export interface SpreadStatisticsSettings {
  readonly basis: {
    /** Time after which a sample counts half, milliseconds. */
    readonly halfLifeMs: number;
  };
}

/**
 * Time-weighted mean and deviation of {@link topEdgeBps} by route, older samples counting less.
 *
 * A sample of value x that stands for the time t since the one before has the weight 1 - 2^(-t / halfLife), and every
 * older weight is multiplied by 2^(-t / halfLife). Mean and variance are those of the weighted samples, kept up to
 * date by West's recurrence, which subtracts no large sums. The first sample only starts the clock.
 */
export class SpreadStatistics {
  readonly #weights: Float64Array;
  readonly #means: Float64Array;
  /** Weighted sums of squared distances to the mean. */
  readonly #squares: Float64Array;
  /** Epoch milliseconds of the last sample; NaN before the first. */
  readonly #lastAt: Float64Array;
  /** Time that was seen, milliseconds. */
  readonly #seen: Float64Array;

  constructor(routeCount: number, private readonly settings: SpreadStatisticsSettings) {
    this.#weights = new Float64Array(routeCount);
    this.#means = new Float64Array(routeCount);
    this.#squares = new Float64Array(routeCount);
    this.#lastAt = new Float64Array(routeCount).fill(NaN);
    this.#seen = new Float64Array(routeCount);
  }

  /** Looks at a route's books now. Without them, or with an empty side, nothing is learned. */
  sample(route: Route, view: StrategyView): void {
    const books = view.books(route);
    if (books !== undefined) this.add(route.id, topEdgeBps(route, books.buy, books.sell), view.epochMs);
  }

  /** Takes an edge in basis points at an epoch millisecond. One that is no number, or from before, is left out. */
  add(route: number, edgeBps: number, epochMs: number): void {
    if (!Number.isFinite(edgeBps)) return;
    const since = epochMs - this.#lastAt[route]!;
    this.#lastAt[route] = epochMs;
    if (!(since > 0)) return;
    const stood = Math.min(since, longestStandMs);
    const decay = 2 ** (-stood / this.settings.basis.halfLifeMs);
    const added = 1 - decay;
    const weight = this.#weights[route]! * decay + added;
    const distance = edgeBps - this.#means[route]!;
    const mean = this.#means[route]! + distance * added / weight;
    this.#squares[route] = this.#squares[route]! * decay + added * distance * (edgeBps - mean);
    this.#means[route] = mean;
    this.#weights[route] = weight;
    this.#seen[route]! += stood;
  }

  /** Whether a tenth of the half-life was seen: before that the figures say nothing. */
  isWarm(route: number): boolean {
    return this.#seen[route]! >= this.settings.basis.halfLifeMs * warmUpShare;
  }

  /** Mean edge in basis points; NaN while it does not count. */
  mean(route: number): number {
    return this.isWarm(route) ? this.#means[route]! : NaN;
  }

  /** Standard deviation of the edge in basis points, not under a tenth; NaN while it does not count. */
  deviation(route: number): number {
    if (!this.isWarm(route)) return NaN;
    return Math.max(leastDeviationBps, Math.sqrt(this.#squares[route]! / this.#weights[route]!));
  }

  /** How many deviations an edge lies above the mean; NaN while that does not count. */
  zScore(route: number, edgeBps: number): number {
    return (edgeBps - this.mean(route)) / this.deviation(route);
  }
}
