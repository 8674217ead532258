/**
 * How often inventory trades of each direction show up.
 * @module
 */
import type { Route } from "./route.ts";

/** What was seen of a direction of late, per hour. */
export interface SignalRate {
  /** Opportunities per hour. */
  readonly count: number;
  /** Base units per hour that they would have moved, balances left aside. */
  readonly quantity: number;
}

const hourMs = 3_600_000;

/**
 * Counts opportunities by route, older ones less: each halves in weight after the half-life. The sums are taken over
 * the part of time that could be seen, so that the rates are right from the start on.
 */
export class InventorySignals {
  readonly #counts: Float64Array;
  readonly #quantities: Float64Array;
  /** Epoch milliseconds of the last signal. */
  readonly #lastAt: Float64Array;
  /** The opportunity that was counted last: it is told again with every change of a book. */
  readonly #last: Float64Array;
  /** Epoch milliseconds at which watching began. */
  #since = NaN;

  /** @param halfLifeMs Time after which a signal counts half, milliseconds. */
  constructor(routeCount: number, private readonly halfLifeMs: number = hourMs) {
    this.#counts = new Float64Array(routeCount);
    this.#quantities = new Float64Array(routeCount);
    this.#lastAt = new Float64Array(routeCount);
    this.#last = new Float64Array(routeCount).fill(NaN);
  }

  /** Begins to watch; only the first call counts. */
  start(epochMs: number): void {
    if (Number.isNaN(this.#since)) this.#since = epochMs;
  }

  /** Takes a signal; the same opportunity of a route counts once. */
  add({ id }: Route, opportunity: number, quantity: number, epochMs: number): void {
    if (this.#last[id] === opportunity) return;
    this.start(epochMs);
    const decay = this.#decay(epochMs - this.#lastAt[id]!);
    this.#last[id] = opportunity;
    this.#lastAt[id] = epochMs;
    this.#counts[id] = this.#counts[id]! * decay + 1;
    this.#quantities[id] = this.#quantities[id]! * decay + quantity;
  }

  /** Signals of a route per hour; 0 before anything could be seen. */
  rate({ id }: Route, epochMs: number): SignalRate {
    // An even stream of one signal an hour adds up to the integral of the weights over the time that was watched.
    const watched = this.halfLifeMs / Math.LN2 * (1 - this.#decay(epochMs - this.#since)) / hourMs;
    if (!(watched > 0)) return { count: 0, quantity: 0 };
    const decay = this.#decay(epochMs - this.#lastAt[id]!);
    return {
      count: this.#counts[id]! * decay / watched,
      quantity: this.#quantities[id]! * decay / watched,
    };
  }

  #decay(elapsedMs: number): number {
    return 2 ** (-Math.max(0, elapsedMs) / this.halfLifeMs);
  }
}
