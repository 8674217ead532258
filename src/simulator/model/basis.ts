/**
 * How far a venue's price is from the common one.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";
import { MeanReversion, type ReversionOptions } from "./mean_reversion.ts";

/** Sudden dislocations of one venue. */
export interface BurstOptions {
  /** Mean time between two bursts of one instrument in milliseconds; Infinity for none. */
  readonly meanGapMs: number;
  /** Smallest and largest size in basis points; the sign is drawn. */
  readonly minBps: number;
  readonly maxBps: number;
  /** Shortest and longest duration in milliseconds. */
  readonly minMs: number;
  readonly maxMs: number;
}

/** The parts of a venue's deviation. */
export interface BasisOptions {
  /** Level about which it moves, in basis points. */
  readonly mean: number;
  readonly fast: ReversionOptions;
  readonly slow: ReversionOptions;
  readonly burst: BurstOptions;
}

/**
 * The basis of one instrument in basis points, calibrated to the recorded book tickers of LUNC/USDT on MEXC spot
 * against the Gate.io perpetual (11 October 2025, 93 minutes, quotes not older than 5 s). Difference of the mids
 * there, without dislocations of more than 20 bps from the two-minute median: 4.3 bps on average, means of
 * ten-minute windows from −1.9 to +8.9, standard deviation 4.9 over all and 2.2 to 5.1 (mean 3.1) inside a
 * window; autocorrelation 0.87 at 1 s, 0.77 at 10 s, 0.62 at 1 min, 0.49 at 2 min. Dislocations: one cluster of
 * about a minute, up to −128 and +184 bps, each peak shorter than 4 s. The difference of two independent
 * instruments of the model has √2 times the standard deviations of one; a test holds it to these figures.
 */
export class Basis {
  readonly #random: SeededRandom;
  readonly #options: BasisOptions;
  readonly #fast: MeanReversion;
  readonly #slow: MeanReversion;
  #nextBurstMs: number;
  #burstEndMs = -Infinity;
  #burstBps = 0;

  constructor(random: SeededRandom, options: BasisOptions) {
    this.#random = random;
    this.#options = options;
    this.#fast = new MeanReversion(random, options.fast);
    this.#slow = new MeanReversion(random, options.slow);
    this.#nextBurstMs = random.exponential(options.burst.meanGapMs);
  }

  /**
   * The basis at a moment.
   *
   * @param nowMs Milliseconds since the start of the market.
   * @param elapsedMs Milliseconds since the previous call.
   */
  advance(nowMs: number, elapsedMs: number): number {
    const fast = this.#fast.advance(elapsedMs);
    const slow = this.#slow.advance(elapsedMs);
    this.#burst(nowMs);
    return this.#options.mean + fast + slow + this.#burstBps;
  }

  #burst(nowMs: number): void {
    if (nowMs >= this.#burstEndMs) this.#burstBps = 0;
    if (nowMs < this.#nextBurstMs) return;
    const { minBps, maxBps, minMs, maxMs, meanGapMs } = this.#options.burst;
    const sign = this.#random.uniform() < 0.5 ? -1 : 1;
    this.#burstBps = sign * (minBps + (maxBps - minBps) * this.#random.uniform());
    this.#burstEndMs = nowMs + minMs + (maxMs - minMs) * this.#random.uniform();
    this.#nextBurstMs = this.#burstEndMs + this.#random.exponential(meanGapMs);
  }
}
