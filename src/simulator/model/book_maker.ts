/**
 * The crowd behind one book: quotes around a price, far levels, changes in between, now and then a trade.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";
import type { BookSide, Side } from "../market/book_side.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

/** Shape of a book. */
export interface BookShape {
  /** Levels a side. */
  readonly levels: number;
  /** Typical distance between best bid and best ask in basis points; one tick at least. */
  readonly spreadBps: number;
  /** Mean distance between neighbouring levels in basis points; one tick at least. */
  readonly gapBps: number;
  /** Median value of a level in quote. */
  readonly levelNotional: number;
}

/** Share of the events in which a taker hits the best level. */
const tradeShare = 0.15;
/** Mean rank of the levels that change without a move of the price. */
const meanNoiseRank = 8;
/** Spread of the logarithm of level values. */
const sizeSpread = 1;

/** Mean turnover of one event in units of the median level value, measured over the default market. */
const turnoverPerEvent = 0.07;

/** Turnover per second in quote that a book of this shape has on average. */
export function expectedTurnover(
  { levelNotional }: { levelNotional: number },
  eventsPerSecond: number,
): number {
  return turnoverPerEvent * levelNotional * eventsPerSecond;
}

/** Keeps the book of one instrument full and, at all times, uncrossed. */
export class BookMaker {
  readonly #instrument: MarketInstrument;
  readonly #random: SeededRandom;
  readonly #shape: BookShape;
  readonly #tickSize: number;
  readonly #lotBase: number;

  constructor(instrument: MarketInstrument, random: SeededRandom, shape: BookShape) {
    this.#instrument = instrument;
    this.#random = random;
    this.#shape = shape;
    this.#tickSize = instrument.spec.tick.size;
    this.#lotBase = instrument.spec.lot.size * instrument.spec.contractSize.size;
  }

  /**
   * One market event around this price.
   *
   * @param price Middle at which the crowd values the asset, in quote per base.
   * @param timeMs Epoch milliseconds.
   */
  step(price: number, timeMs: number): void {
    if (this.#mustQuote(price)) this.quote(price, timeMs);
    else if (this.#random.uniform() < tradeShare) this.#trade(timeMs);
    for (let count = 1 + Math.floor(this.#random.uniform() * 3); count > 0; count--) this.#disturb(timeMs);
    this.#instrument.commit(timeMs);
  }

  /** Moves the best levels to this price and tops both sides up. @param timeMs Epoch milliseconds. */
  quote(price: number, timeMs: number): void {
    const half = this.#shape.spreadBps * 0.5e-4 * (0.6 + 0.8 * this.#random.uniform());
    const bid = Math.max(1, Math.floor(price * (1 - half) / this.#tickSize));
    const ask = Math.max(bid + 1, Math.ceil(price * (1 + half) / this.#tickSize));
    // Room is made on both sides before anybody quotes, so the book is not crossed in between either.
    this.#clearAbove("ask", ask, timeMs);
    this.#clearAbove("bid", bid, timeMs);
    this.#lead("bid", bid, price, timeMs);
    this.#lead("ask", ask, price, timeMs);
  }

  #mustQuote(price: number): boolean {
    const { bids, asks } = this.#instrument.crowd;
    const bid = bids.tickAt(0) * this.#tickSize;
    const ask = asks.tickAt(0) * this.#tickSize;
    if (Number.isNaN(bid) || Number.isNaN(ask)) return true;
    const spread = Math.max(this.#shape.spreadBps * 1e-4 * price, this.#tickSize);
    return ask - bid > 3 * spread || Math.abs((bid + ask) / 2 - price) > spread / 2;
  }

  /** Removes the levels that are better than `best`. */
  #clearAbove(side: Side, best: number, timeMs: number): void {
    const levels = this.#levels(side);
    const sign = side === "bid" ? 1 : -1;
    while ((levels.tickAt(0) - best) * sign > 0) this.#instrument.quote(side, levels.tickAt(0), 0, timeMs);
  }

  /** Makes `best` the best level, fills the way down to the old one and keeps the number of levels. */
  #lead(side: Side, best: number, price: number, timeMs: number): void {
    const instrument = this.#instrument;
    const levels = this.#levels(side);
    const away = side === "bid" ? -1 : 1;
    let known = levels.tickAt(0);
    if (known !== best) {
      let tick = best;
      for (let added = 0; added < this.#shape.levels && !((tick - known) * away >= 0); added++) {
        if (tick < 1) break;
        instrument.quote(side, tick, this.#lots(price), timeMs);
        tick += away * this.#gapTicks(price);
      }
    }
    while (levels.size > this.#shape.levels) {
      instrument.quote(side, levels.tickAt(levels.size - 1), 0, timeMs);
    }
    // A side may be empty: users' orders stand where the crowd would quote.
    while (levels.size > 0 && levels.size < this.#shape.levels) {
      known = levels.tickAt(levels.size - 1) + away * this.#gapTicks(price);
      if (known < 1) break;
      instrument.quote(side, known, this.#lots(price), timeMs);
    }
  }

  /** Changes one level near the top: mostly its size, sometimes whether it exists. */
  #disturb(timeMs: number): void {
    const instrument = this.#instrument;
    const side: Side = this.#random.uniform() < 0.5 ? "bid" : "ask";
    const levels = this.#levels(side);
    const rank = Math.floor(this.#random.exponential(meanNoiseRank));
    const tick = levels.tickAt(rank);
    if (Number.isNaN(tick)) return;
    const price = tick * this.#tickSize;
    const kind = this.#random.uniform();
    const between = tick + (side === "bid" ? -1 : 1);
    if (kind < 0.15 && rank > 0 && levels.size > this.#shape.levels * 0.8) {
      instrument.quote(side, tick, 0, timeMs);
    } else if (kind < 0.3 && between > 0) instrument.quote(side, between, this.#lots(price), timeMs);
    else instrument.quote(side, tick, this.#lots(price), timeMs);
  }

  #trade(timeMs: number): void {
    const buys = this.#random.uniform() < 0.5;
    const levels = this.#levels(buys ? "ask" : "bid");
    const lots = levels.lotsAt(0);
    if (lots < 2) return;
    const taken = Math.max(1, Math.floor(lots * this.#random.uniform() * 0.9));
    this.#instrument.take(buys ? "bid" : "ask", levels.tickAt(0), taken, timeMs);
  }

  /** The crowd's levels. */
  #levels(side: Side): BookSide {
    const { bids, asks } = this.#instrument.crowd;
    return side === "bid" ? bids : asks;
  }

  #gapTicks(price: number): number {
    const mean = this.#shape.gapBps * 1e-4 * price / this.#tickSize;
    return mean <= 1 ? 1 : 1 + Math.floor(this.#random.exponential(mean - 1));
  }

  #lots(price: number): number {
    const notional = this.#shape.levelNotional * Math.exp(sizeSpread * this.#random.normal());
    return Math.max(1, Math.round(notional / (price * this.#lotBase)));
  }
}
