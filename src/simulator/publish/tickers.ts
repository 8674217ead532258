/**
 * The beats of one venue.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { SeededRandom } from "../../core/random.ts";
import { FlushTicker } from "./flush_ticker.ts";

/** One {@link FlushTicker} per interval, each with its own phase. */
export class FlushTickers {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #tickers = new Map<number, FlushTicker>();

  constructor(clock: Clock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The beat of this interval in milliseconds; 0 sends at once. */
  every(intervalMs: number): FlushTicker {
    let ticker = this.#tickers.get(intervalMs);
    if (ticker === undefined) {
      const phaseMs = Math.floor(this.#random.fork(`phase ${intervalMs}`).uniform() * intervalMs);
      ticker = new FlushTicker(this.#clock, intervalMs, phaseMs);
      this.#tickers.set(intervalMs, ticker);
    }
    return ticker;
  }

  /** Stops every beat. */
  stop(): void {
    for (const ticker of this.#tickers.values()) ticker.stop();
  }
}
