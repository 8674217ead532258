/**
 * The price of an asset on which all venues agree in the long run.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";
import type { MarketFactor } from "./market_factor.ts";

/** How far an asset follows a factor. */
export interface Exposure {
  readonly factor: MarketFactor;
  /** Change of the logarithm of the price for a change of the factor. */
  readonly beta: number;
}

/** What a fair price is made of. */
export interface FairPriceOptions {
  /** First price in quote per base. */
  readonly price: number;
  /** Standard deviation of the change within one second that is the asset's own, in basis points. */
  readonly volatilityBps: number;
  /** Default none. */
  readonly exposures?: readonly Exposure[];
  /** How far back {@link FairPrice.before} can look, in milliseconds. Default 0. */
  readonly memoryMs?: number;
}

/** A geometric random walk, in part shared with other assets, advanced whenever somebody asks. */
export class FairPrice {
  readonly #random: SeededRandom;
  readonly #volatilityBps: number;
  readonly #exposures: readonly Exposure[];
  readonly #memoryMs: number;
  readonly #times: number[] = [];
  readonly #prices: number[] = [];
  /** Index of the oldest remembered price. */
  #oldest = 0;
  #own: number;
  #price: number;
  #atMs = 0;

  constructor(random: SeededRandom, options: FairPriceOptions) {
    this.#random = random;
    this.#own = options.price;
    this.#price = options.price;
    this.#volatilityBps = options.volatilityBps;
    this.#exposures = options.exposures ?? [];
    this.#memoryMs = options.memoryMs ?? 0;
    if (this.#memoryMs > 0) this.#remember(0);
  }

  /** The price at a moment, which is never before the one asked for last. @param nowMs Milliseconds since the start. */
  at(nowMs: number): number {
    const seconds = (nowMs - this.#atMs) / 1000;
    if (seconds > 0) {
      this.#own *= Math.exp(this.#random.normal() * this.#volatilityBps * 1e-4 * Math.sqrt(seconds));
      this.#atMs = nowMs;
      let common = 0;
      for (const { factor, beta } of this.#exposures) common += beta * factor.at(nowMs);
      this.#price = common === 0 ? this.#own : this.#own * Math.exp(common);
      if (this.#memoryMs > 0) this.#remember(nowMs);
    }
    return this.#price;
  }

  /**
   * The price as it was `lagMs` before `nowMs`, between two known moments on the straight line; the first price
   * before the start. Advances the price to `nowMs`.
   *
   * @param lagMs Milliseconds, within the memory.
   */
  before(nowMs: number, lagMs: number): number {
    const price = this.at(nowMs);
    if (lagMs <= 0) return price;
    const moment = nowMs - lagMs;
    let index = this.#times.length - 1;
    while (index > this.#oldest && this.#times[index]! > moment) index -= 1;
    const [from, to] = [this.#times[index]!, this.#times[index + 1]];
    if (to === undefined || moment <= from) return this.#prices[index]!;
    const share = (moment - from) / (to - from);
    return this.#prices[index]! * (1 - share) + this.#prices[index + 1]! * share;
  }

  #remember(nowMs: number): void {
    this.#times.push(nowMs);
    this.#prices.push(this.#price);
    while (
      this.#oldest + 1 < this.#times.length && this.#times[this.#oldest + 1]! <= nowMs - this.#memoryMs
    ) {
      this.#oldest += 1;
    }
    if (this.#oldest > 1000 && this.#oldest * 2 > this.#times.length) {
      this.#times.splice(0, this.#oldest);
      this.#prices.splice(0, this.#oldest);
      this.#oldest = 0;
    }
  }
}
