/**
 * The figures of the last 24 hours that ticker messages carry.
 * @module
 */
import type { InstrumentSpec } from "../../core/instrument.ts";
import type { MarketTrade } from "./market_trade.ts";
import type { PriceHistory } from "./price_history.ts";

/** The window moves on by this many seconds at a time. */
const bucketSeconds = 300;
const bucketMs = bucketSeconds * 1000;
const bucketCount = 24 * 3600 / bucketSeconds;

/**
 * Last price, range and turnover of a day that moves along in steps of five minutes. The part of it that lies before
 * the run is invented, and only when somebody asks.
 */
export class DayStatistics {
  readonly #quotePerTickLot: number;
  readonly #basePerLot: number;
  /** The past, until it has been read. */
  #past: PriceHistory | undefined;
  /** Price at the beginning of each bucket. */
  readonly #open = new Float64Array(bucketCount);
  /** Range of each bucket; 0 without trades. */
  readonly #high = new Float64Array(bucketCount);
  readonly #low = new Float64Array(bucketCount);
  readonly #lots = new Float64Array(bucketCount);
  readonly #quote = new Float64Array(bucketCount);
  /** Number of the latest bucket since 1970; −1 before the first. */
  #bucket = -1;
  /** The sums below are not those of the buckets. */
  #stale = true;
  #highTick = 0;
  #lowTick = 0;
  #volumeLots = 0;
  #quoteVolume = 0;
  #lastTick: number;

  /**
   * @param openTick Price in ticks before the first trade.
   * @param history The time before the run; without it the day begins with the run.
   */
  constructor(spec: InstrumentSpec, openTick: number, history?: PriceHistory) {
    this.#basePerLot = spec.lot.size * spec.contractSize.size;
    this.#quotePerTickLot = spec.tick.size * this.#basePerLot;
    this.#lastTick = openTick;
    this.#open.fill(openTick);
    this.#past = history;
    if (history !== undefined) this.roll(history.openedMs);
  }

  /** Counts a trade in. */
  add({ tick, lots, timeMs }: MarketTrade): void {
    this.roll(timeMs);
    const slot = this.#bucket % bucketCount;
    this.#high[slot] = Math.max(this.#high[slot]!, tick);
    this.#low[slot] = this.#low[slot] === 0 ? tick : Math.min(this.#low[slot]!, tick);
    this.#lots[slot] = this.#lots[slot]! + lots;
    this.#quote[slot] = this.#quote[slot]! + lots * tick * this.#quotePerTickLot;
    this.#lastTick = tick;
    this.#stale = true;
  }

  /** Moves the day on to this epoch millisecond; trades do so by themselves. */
  roll(nowMs: number): void {
    const bucket = Math.floor(nowMs / bucketMs);
    if (bucket <= this.#bucket) return;
    for (let next = Math.max(this.#bucket + 1, bucket - bucketCount + 1); next <= bucket; next++) {
      this.#clear(next % bucketCount);
    }
    this.#bucket = bucket;
    this.#stale = true;
  }

  /** Price of the latest trade in ticks. */
  get lastTick(): number {
    return this.#lastTick;
  }

  /** Highest price in ticks. */
  get highTick(): number {
    this.#refresh();
    return this.#highTick;
  }

  /** Lowest price in ticks. */
  get lowTick(): number {
    this.#refresh();
    return this.#lowTick;
  }

  /** Turnover in lots. */
  get volumeLots(): number {
    this.#refresh();
    return this.#volumeLots;
  }

  /** Turnover in base units. */
  get baseVolume(): number {
    return this.volumeLots * this.#basePerLot;
  }

  /** Turnover in quote: the sum of what was paid. */
  get quoteVolume(): number {
    this.#refresh();
    return this.#quoteVolume;
  }

  /** Change since the beginning of the day as a ratio. */
  get change(): number {
    return this.#lastTick / this.#openTick - 1;
  }

  /** Change since the beginning of the day in ticks. */
  get changeTicks(): number {
    return this.#lastTick - this.#openTick;
  }

  /** Price in ticks at the beginning of the oldest bucket. */
  get #openTick(): number {
    this.#recall();
    return this.#open[(this.#bucket + 1) % bucketCount]!;
  }

  #clear(slot: number): void {
    this.#open[slot] = this.#lastTick;
    this.#high[slot] = 0;
    this.#low[slot] = 0;
    this.#lots[slot] = 0;
    this.#quote[slot] = 0;
  }

  #refresh(): void {
    this.#recall();
    if (!this.#stale) return;
    this.#stale = false;
    let [high, low, lots, quote] = [0, Infinity, 0, 0];
    for (let slot = 0; slot < bucketCount; slot++) {
      lots += this.#lots[slot]!;
      quote += this.#quote[slot]!;
      if (this.#high[slot] === 0) continue;
      high = Math.max(high, this.#high[slot]!);
      low = Math.min(low, this.#low[slot]!);
    }
    this.#highTick = high === 0 ? this.#lastTick : high;
    this.#lowTick = high === 0 ? this.#lastTick : low;
    this.#volumeLots = lots;
    this.#quoteVolume = quote;
  }

  /** Reads what of the day lies before the run. */
  #recall(): void {
    const past = this.#past;
    if (past === undefined) return;
    this.#past = undefined;
    const oldest = this.#bucket - bucketCount + 1;
    for (const row of past.rows(bucketSeconds, oldest * bucketSeconds, past.openedMs / 1000)) {
      const slot = row.second / bucketSeconds % bucketCount;
      this.#open[slot] = row.open;
      this.#high[slot] = Math.max(this.#high[slot]!, row.high);
      this.#low[slot] = this.#low[slot] === 0 ? row.low : Math.min(this.#low[slot]!, row.low);
      this.#lots[slot] = this.#lots[slot]! + row.lots;
      this.#quote[slot] = this.#quote[slot]! + row.quote;
    }
    this.#stale = true;
  }
}
