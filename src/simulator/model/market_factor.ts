/**
 * What moves many prices at once.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";

/** A common cause of price changes. */
export interface FactorOptions {
  /** Name by which assets refer to it. */
  readonly name: string;
  /** Standard deviation of its change within one second, in basis points. */
  readonly volatilityBps: number;
}

/** A random walk that several prices share. */
export class MarketFactor {
  readonly #random: SeededRandom;
  readonly #volatility: number;
  #level = 0;
  #atMs = 0;

  /** @param volatilityBps Standard deviation of the change within one second, in basis points. */
  constructor(random: SeededRandom, volatilityBps: number) {
    this.#random = random;
    this.#volatility = volatilityBps * 1e-4;
  }

  /**
   * Change since the start as a logarithm.
   *
   * @param nowMs Milliseconds since the start, never before the moment asked for last.
   */
  at(nowMs: number): number {
    const seconds = (nowMs - this.#atMs) / 1000;
    if (seconds > 0) {
      this.#level += this.#random.normal() * this.#volatility * Math.sqrt(seconds);
      this.#atMs = nowMs;
    }
    return this.#level;
  }
}
