/**
 * What is known about pairs of which only one order was filled.
 * @module
 */
import type { Route } from "./route.ts";

/** What became of a pair that was sent. */
export interface LegOutcome {
  /** Whether one order was filled and the other one not, or not as far. */
  readonly isMissing: boolean;
  /** What it cost to hedge or take back the part that was filled, quote; 0 when nothing was missing. */
  readonly unwindCost: number;
  /** Value of the pair, quote. */
  readonly notional: number;
}

/** What is expected of the next pair. */
export interface MissingLegEstimate {
  /** From 0 to 1. */
  readonly probability: number;
  /** What unwinding costs when it comes to it, basis points of the pair's value. */
  readonly costBps: number;
}

/** What is thought before anything was seen, and how fast that and what was seen is forgotten. */
export interface MissingLegPrior extends MissingLegEstimate {
  /** Number of pairs that the prior counts as. */
  readonly weight: number;
  /** What a pair still counts after one more, from 0 to 1: 0.98 remembers about the last 50. */
  readonly memory: number;
}

/** One pair in twenty, at 20 basis points: more than a quiet market has, until outcomes say so. */
export const defaultMissingLegPrior: MissingLegPrior = {
  probability: 0.05,
  costBps: 20,
  weight: 20,
  memory: 0.98,
};

/** Sums over outcomes, older ones counting less. */
class Outcomes {
  pairs = 0;
  missing = 0;
  /** Sum of the costs of missing legs, basis points. */
  cost = 0;

  add(isMissing: boolean, costBps: number, memory: number): void {
    this.pairs = this.pairs * memory + 1;
    this.missing = this.missing * memory + (isMissing ? 1 : 0);
    this.cost = this.cost * memory + (isMissing ? costBps : 0);
  }

  /** The mean of what was seen and of a prior that counts as `weight` pairs. */
  beside({ probability, costBps }: MissingLegEstimate, weight: number): MissingLegEstimate {
    return {
      probability: (this.missing + probability * weight) / (this.pairs + weight),
      costBps: (this.cost + costBps * weight) / (this.missing + weight),
    };
  }
}

/**
 * Learns from recorded outcomes how often a leg is missing and what that costs. A route alone has few outcomes, so
 * those of all routes between the same two venues stand beside the prior, and the route's own beside those.
 */
export class MissingLegs {
  readonly #venues = new Map<string, Outcomes>();
  readonly #routes = new Map<number, Outcomes>();
  /** Estimates by route, as far as they were asked for; an outcome empties them. */
  readonly #estimates: (MissingLegEstimate | undefined)[] = [];

  constructor(private readonly prior: MissingLegPrior = defaultMissingLegPrior) {}

  /**
   * Takes an outcome. A negative cost counts as none: a hedge that happened to gain is no reason to expect it. One
   * whose cost is no number counts with the cost that was expected.
   */
  learn(route: Route, { isMissing, unwindCost, notional }: LegOutcome): void {
    const told = notional > 0 ? Math.max(0, unwindCost) / notional * 10_000 : NaN;
    const costBps = Number.isFinite(told) ? told : this.of(route).costBps;
    const key = venuesOf(route);
    entry(this.#venues, key).add(isMissing, costBps, this.prior.memory);
    entry(this.#routes, route.id).add(isMissing, costBps, this.prior.memory);
    // An outcome moves every route between its venues. Outcomes are rare beside questions.
    this.#estimates.length = 0;
  }

  /** What is expected of the next pair of a route. */
  of(route: Route): MissingLegEstimate {
    return this.#estimates[route.id] ??= this.#estimate(route);
  }

  #estimate(route: Route): MissingLegEstimate {
    const { prior } = this;
    const general = this.#venues.get(venuesOf(route))?.beside(prior, prior.weight) ?? prior;
    return this.#routes.get(route.id)?.beside(general, prior.weight) ?? general;
  }
}

function venuesOf({ buy, sell }: Route): string {
  return `${buy.exchange} ${sell.exchange}`;
}

function entry<Key>(map: Map<Key, Outcomes>, key: Key): Outcomes {
  let outcomes = map.get(key);
  if (outcomes === undefined) map.set(key, outcomes = new Outcomes());
  return outcomes;
}
