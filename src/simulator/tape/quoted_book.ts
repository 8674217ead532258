/**
 * A book around recorded best quotes.
 * @module
 */
import type { BookSide, Side } from "../market/book_side.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

/** How the levels behind the quotes look. */
export interface QuotedBookOptions {
  /** Levels a side, the best included. */
  readonly levels: number;
  /** Distance between the levels behind the best, in ticks. */
  readonly gapTicks: number;
  /** Typical size of a level in lots. */
  readonly typicalLots: number;
}

/**
 * Puts invented levels behind quotes that were recorded. A level has the same size whenever it is there, so the
 * book moves no more than its quotes make it.
 */
export class QuotedBook {
  readonly #options: QuotedBookOptions;

  constructor(readonly instrument: MarketInstrument, options: QuotedBookOptions) {
    this.#options = options;
  }

  /** Takes a quote in ticks and lots. The ask must be above the bid. While nothing trades it is passed over. */
  quote(bidTick: number, bidLots: number, askTick: number, askLots: number, timeMs: number): void {
    const { listing } = this.instrument;
    if (!listing.open || listing.frozen) return;
    this.#clearBetter("bid", bidTick, timeMs);
    this.#clearBetter("ask", askTick, timeMs);
    this.#lead("bid", bidTick, bidLots, timeMs);
    this.#lead("ask", askTick, askLots, timeMs);
    this.instrument.commit(timeMs);
  }

  #clearBetter(side: Side, best: number, timeMs: number): void {
    const levels = this.#levels(side);
    const sign = side === "bid" ? 1 : -1;
    while ((levels.tickAt(0) - best) * sign > 0) this.instrument.quote(side, levels.tickAt(0), 0, timeMs);
  }

  #lead(side: Side, best: number, lots: number, timeMs: number): void {
    const { levels: count, gapTicks } = this.#options;
    const levels = this.#levels(side);
    const quote = (tick: number, size: number): void => this.instrument.quote(side, tick, size, timeMs);
    const away = side === "bid" ? -1 : 1;
    const previous = levels.tickAt(0);
    // The level that was best falls back to what stands at its price otherwise, which may be nothing.
    if (previous !== best && !Number.isNaN(previous)) quote(previous, this.#lotsAt(previous));
    quote(best, lots);
    const onGrid = away > 0 ? Math.floor(best / gapTicks) + 1 : Math.ceil(best / gapTicks) - 1;
    for (let step = 0; step < count - 1; step++) {
      const tick = (onGrid + away * step) * gapTicks;
      if (tick > 0) quote(tick, this.#lotsAt(tick));
    }
    while (levels.size > count) quote(levels.tickAt(levels.size - 1), 0);
  }

  /** The crowd's levels. */
  #levels(side: Side): BookSide {
    const { bids, asks } = this.instrument.crowd;
    return side === "bid" ? bids : asks;
  }

  /** 0 off the grid; elsewhere half to twice the typical size, drawn from the price itself. */
  #lotsAt(tick: number): number {
    if (tick % this.#options.gapTicks !== 0) return 0;
    const hash = Math.imul(tick ^ (tick >>> 7), 0x9e3779b1) >>> 8;
    return Math.max(1, Math.round(this.#options.typicalLots * (0.5 + 1.5 * hash / 0x1000000)));
  }
}
