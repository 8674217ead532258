/**
 * A quantity that wanders about zero.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";

/** A mean-reverting deviation: its standard deviation in the long run and how fast it is forgotten. */
export interface ReversionOptions {
  /** Standard deviation in basis points. */
  readonly sd: number;
  /** Time constant in milliseconds. */
  readonly tauMs: number;
}

/** An Ornstein–Uhlenbeck process. It begins anywhere in its range. */
export class MeanReversion {
  readonly #random: SeededRandom;
  readonly #options: ReversionOptions;
  #value: number;

  constructor(random: SeededRandom, options: ReversionOptions) {
    this.#random = random;
    this.#options = options;
    this.#value = random.normal() * options.sd;
  }

  /** The value after this many milliseconds more, in basis points: an exact step of the process. */
  advance(elapsedMs: number): number {
    const keep = Math.exp(-elapsedMs / this.#options.tauMs);
    this.#value = this.#value * keep + this.#options.sd * Math.sqrt(1 - keep * keep) * this.#random.normal();
    return this.#value;
  }
}
