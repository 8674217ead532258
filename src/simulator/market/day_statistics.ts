/**
 * The figures of a day that ticker messages carry.
 * @module
 */
import type { InstrumentSpec } from "../../core/instrument.ts";
import type { MarketTrade } from "./market_trade.ts";

/** Last price, range and turnover. The day of a simulation begins with the run; nothing leaves the window. */
export class DayStatistics {
  readonly #spec: InstrumentSpec;
  readonly #openTick: number;
  /** Price of the latest trade in ticks. */
  lastTick: number;
  highTick: number;
  lowTick: number;
  /** Turnover in lots. */
  volumeLots: number;

  constructor(spec: InstrumentSpec, openTick: number, volumeLots: number) {
    this.#spec = spec;
    this.#openTick = openTick;
    this.lastTick = openTick;
    this.highTick = openTick;
    this.lowTick = openTick;
    this.volumeLots = volumeLots;
  }

  /** Counts a trade in. */
  add(trade: MarketTrade): void {
    this.lastTick = trade.tick;
    this.highTick = Math.max(this.highTick, trade.tick);
    this.lowTick = Math.min(this.lowTick, trade.tick);
    this.volumeLots += trade.lots;
  }

  /** Turnover in base units. */
  get baseVolume(): number {
    return this.#spec.lot.value(this.volumeLots) * this.#spec.contractSize.size;
  }

  /** Turnover in quote, valued at the latest price. */
  get quoteVolume(): number {
    return this.baseVolume * this.#spec.tick.value(this.lastTick);
  }

  /** Change since the open as a ratio. */
  get change(): number {
    return this.lastTick / this.#openTick - 1;
  }

  /** Change since the open in ticks. */
  get changeTicks(): number {
    return this.lastTick - this.#openTick;
  }
}
