/**
 * One instrument of a market model.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Basis } from "./basis.ts";
import type { BookMaker } from "./book_maker.ts";
import type { FairPrice } from "./fair_price.ts";

/** Turns the passing of time into events of one book. */
export class ModelInstrument {
  readonly #fair: FairPrice;
  readonly #basis: Basis;
  readonly #maker: BookMaker;
  readonly #random: SeededRandom;
  #lastEventMs = 0;
  /** When the next event is due, in milliseconds since the start of the market. */
  nextEventMs = 0;

  constructor(
    readonly instrument: MarketInstrument,
    fair: FairPrice,
    basis: Basis,
    maker: BookMaker,
    random: SeededRandom,
  ) {
    this.#fair = fair;
    this.#basis = basis;
    this.#maker = maker;
    this.#random = random;
  }

  /** Fills the empty book. @param epochMs Epoch milliseconds. */
  fill(epochMs: number): void {
    this.#maker.quote(this.#priceAt(0), epochMs);
    this.instrument.commit(epochMs);
  }

  /**
   * Runs every event that is due.
   *
   * @param nowMs Milliseconds since the start of the market.
   * @param epochMs The same moment as epoch milliseconds.
   * @param meanGapMs Mean time between two events.
   */
  run(nowMs: number, epochMs: number, meanGapMs: number): void {
    do {
      // An event that was late on a busy machine happens now: a price path cannot be asked about the past.
      this.#maker.step(this.#priceAt(nowMs), epochMs);
      this.nextEventMs += this.#random.exponential(meanGapMs);
    } while (this.nextEventMs <= nowMs);
  }

  #priceAt(nowMs: number): number {
    const fair = this.#fair.at(nowMs);
    const basisBps = this.#basis.advance(nowMs, nowMs - this.#lastEventMs);
    this.#lastEventMs = nowMs;
    this.instrument.indexPrice = fair;
    return fair * (1 + basisBps * 1e-4);
  }
}
