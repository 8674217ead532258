/**
 * One instrument of a market model.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Basis } from "./basis.ts";
import type { BookMaker } from "./book_maker.ts";
import type { FairPrice } from "./fair_price.ts";
import type { IndexOffset } from "./index_offset.ts";

/** Events that are later than this are left out: after a pause of the machine the market goes on, it does not race. */
const maxLateMs = 1000;

/** What moves an instrument. */
export interface Movement {
  readonly fair: FairPrice;
  /** How long this venue is behind the fair price, in milliseconds. */
  readonly lagMs: number;
  readonly basis: Basis;
  readonly index: IndexOffset;
  /** Mean time between two events in milliseconds; Infinity for none. */
  readonly meanGapMs: number;
}

/** Turns the passing of time into events of one book. */
export class ModelInstrument {
  readonly #movement: Movement;
  readonly #maker: BookMaker;
  readonly #random: SeededRandom;
  #lastEventMs = 0;
  #nextEventMs: number;

  constructor(
    readonly instrument: MarketInstrument,
    movement: Movement,
    maker: BookMaker,
    random: SeededRandom,
  ) {
    this.#movement = movement;
    this.#maker = maker;
    this.#random = random;
    this.#nextEventMs = movement.meanGapMs === Infinity ? Infinity : 0;
  }

  /** When the next event is due, in milliseconds since the start of the market; Infinity for never. */
  get nextEventMs(): number {
    return this.#nextEventMs;
  }

  /** Fills the empty book. @param epochMs Epoch milliseconds. */
  fill(epochMs: number): void {
    this.#maker.quote(this.#priceAt(0), epochMs);
    this.instrument.commit(epochMs);
  }

  /**
   * Runs the event that is due and draws the next. While trading is halted the book stays as it is; the price
   * goes on without it.
   *
   * @param nowMs Milliseconds since the start of the market.
   * @param epochMs The same moment as epoch milliseconds.
   */
  step(nowMs: number, epochMs: number): void {
    const { listing } = this.instrument;
    if (listing.status === "delisted") {
      this.#nextEventMs = Infinity;
      return;
    }
    // An event that was late on a busy machine happens now: a price path cannot be asked about the past.
    const price = this.#priceAt(nowMs);
    if (listing.open && !listing.frozen) this.#maker.step(price, epochMs);
    const due = Math.max(this.#nextEventMs, nowMs - maxLateMs);
    this.#nextEventMs = due + this.#random.exponential(this.#movement.meanGapMs);
  }

  #priceAt(nowMs: number): number {
    const { fair, lagMs, basis, index } = this.#movement;
    const elapsedMs = nowMs - this.#lastEventMs;
    this.#lastEventMs = nowMs;
    const basisBps = basis.advance(nowMs, elapsedMs);
    this.instrument.indexPrice = fair.at(nowMs) * (1 + index.advance(elapsedMs) * 1e-4);
    return fair.before(nowMs, lagMs) * (1 + basisBps * 1e-4);
  }
}
