/**
 * How far a venue's price is from the common one.
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
 * The basis of one instrument in basis points. Calibrated to the recorded LUNC/USDT book tickers of MEXC spot
 * against the Gate.io perpetual (11 October 2025, 93 minutes, quotes not older than 5 s): difference of the
 * mids 4.2 bps on average, means of ten-minute windows from −2.0 to +8.9 bps, standard deviation inside such a
 * window 2.4 to 4.1 bps, 2.5 bps about the two-minute median; autocorrelation 0.78 at 1 s, 0.69 at 10 s,
 * 0.44 at 2 min, 0.29 at 10 min; one cluster of dislocations, up to −128 and +184 bps, each of them shorter
 * than 4 s. The difference of two independent instruments has √2 times the standard deviations below.
 */
export class Basis {
  readonly #random: SeededRandom;
  readonly #options: BasisOptions;
  #fast: number;
  #slow: number;
  #nextBurstMs: number;
  #burstEndMs = -Infinity;
  #burstBps = 0;

  constructor(random: SeededRandom, options: BasisOptions) {
    this.#random = random;
    this.#options = options;
    this.#fast = random.normal() * options.fast.sd;
    this.#slow = random.normal() * options.slow.sd;
    this.#nextBurstMs = random.exponential(options.burst.meanGapMs);
  }

  /** Whether a burst is on. */
  get bursting(): boolean {
    return this.#burstBps !== 0;
  }

  /**
   * The basis at a moment.
   *
   * @param nowMs Milliseconds since the start of the market.
   * @param elapsedMs Milliseconds since the previous call.
   */
  advance(nowMs: number, elapsedMs: number): number {
    this.#fast = this.#revert(this.#fast, this.#options.fast, elapsedMs);
    this.#slow = this.#revert(this.#slow, this.#options.slow, elapsedMs);
    this.#burst(nowMs);
    return this.#options.mean + this.#fast + this.#slow + this.#burstBps;
  }

  /** Exact step of an Ornstein–Uhlenbeck process. */
  #revert(value: number, { sd, tauMs }: ReversionOptions, elapsedMs: number): number {
    const keep = Math.exp(-elapsedMs / tauMs);
    return value * keep + sd * Math.sqrt(1 - keep * keep) * this.#random.normal();
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
