/**
 * The price of an asset on which all venues agree in the long run.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";

/** A geometric random walk, advanced whenever somebody asks. */
export class FairPrice {
  readonly #random: SeededRandom;
  readonly #volatilityBps: number;
  #price: number;
  #atMs = 0;

  /**
   * @param price First price in quote per base.
   * @param volatilityBps Standard deviation of the change within one second, in basis points.
   */
  constructor(random: SeededRandom, price: number, volatilityBps: number) {
    this.#random = random;
    this.#price = price;
    this.#volatilityBps = volatilityBps;
  }

  /** The price at a moment, which is never before the one asked for last. @param nowMs Milliseconds since the start. */
  at(nowMs: number): number {
    const seconds = (nowMs - this.#atMs) / 1000;
    if (seconds > 0) {
      this.#price *= Math.exp(this.#random.normal() * this.#volatilityBps * 1e-4 * Math.sqrt(seconds));
      this.#atMs = nowMs;
    }
    return this.#price;
  }
}
