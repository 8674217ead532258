/**
 * How long things are under way between a client and a simulated exchange inside one process.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";

/** Mean delays of the in-process network. */
export interface LatencyOptions {
  /** One-way delay of a WebSocket frame in milliseconds, mean. */
  readonly feedMs: number;
  /** Round trip of an HTTP request in milliseconds, mean; half of it on the way there, half on the way back. */
  readonly requestMs: number;
}

/** A host in the same region: a few milliseconds each way, so the order of events is that of a real day. */
export const defaultLatency: LatencyOptions = { feedMs: 3, requestMs: 12 };

/** Draws delays: one half of the mean is always there, the other half is exponential. */
export class LatencyModel {
  readonly #random: SeededRandom;
  readonly #options: LatencyOptions;

  constructor(random: SeededRandom, options: LatencyOptions) {
    this.#random = random;
    this.#options = options;
  }

  /** Delay of the next WebSocket frame in milliseconds. */
  frameMs(): number {
    return this.#draw(this.#options.feedMs);
  }

  /** Delay of one direction of an HTTP request in milliseconds. */
  requestLegMs(): number {
    return this.#draw(this.#options.requestMs / 2);
  }

  #draw(meanMs: number): number {
    return meanMs / 2 + this.#random.exponential(meanMs / 2);
  }
}
