/**
 * Candles of one instrument, at every interval that a venue offers.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { InstrumentSpec } from "../../core/instrument.ts";
import { type Candle, type CandleGrid, candleGrid, type CandleInterval, candleTiers } from "./candle.ts";
import { CandleRing, type CandleRow } from "./candle_ring.ts";
import type { MarketTrade } from "./market_trade.ts";
import type { PriceHistory } from "./price_history.ts";

/** Windows with trades that are kept: as many as one request may ask for, and a day of minutes. */
const keptWindows: Readonly<Record<ExchangeKey, number>> = {
  MEXC_SPOT: 1500,
  GATEIO_SPOT: 1500,
  GATEIO_FUTURES: 2000,
};
const keptShortSpotWindows = 1000;
/** Shortest window of each venue, in seconds. */
const finestTier: Readonly<Record<ExchangeKey, number>> = {
  MEXC_SPOT: 60,
  GATEIO_SPOT: 1,
  GATEIO_FUTURES: 10,
};

/** Gathers trades into windows as they happen, and knows what came before them. */
export class CandleSeries {
  readonly #rings: ReadonlyMap<number, CandleRing>;
  readonly #quotePerTickLot: number;
  readonly #firstTick: number;
  readonly #history: PriceHistory | undefined;

  /**
   * @param firstTick Price in ticks before the first trade.
   * @param history The time before the run; without it nothing is known of that.
   */
  constructor(spec: InstrumentSpec, firstTick: number, history?: PriceHistory) {
    const finest = finestTier[spec.exchange];
    this.#rings = new Map(
      candleTiers.filter((seconds) => seconds >= finest).map((seconds) => {
        const kept = finest === 1 && seconds < 60 ? keptShortSpotWindows : keptWindows[spec.exchange];
        return [seconds, new CandleRing(seconds, kept, firstTick)];
      }),
    );
    this.#quotePerTickLot = spec.tick.size * spec.lot.size * spec.contractSize.size;
    this.#firstTick = firstTick;
    this.#history = history;
  }

  /** Counts a trade in. */
  add({ timeMs, tick, lots }: MarketTrade): void {
    const quote = tick * lots * this.#quotePerTickLot;
    for (const ring of this.#rings.values()) ring.add(timeMs, tick, lots, quote);
  }

  /**
   * The newest candles up to now, oldest first; the last one is still growing.
   *
   * @param limit Number of candles.
   * @param nowMs Epoch milliseconds.
   * @throws {RangeError} when the venue has no windows as short as that.
   */
  latest(interval: CandleInterval, limit: number, nowMs: number): Candle[] {
    const grid = candleGrid(interval);
    return this.range(interval, grid.shift(grid.start(nowMs), 1 - limit), nowMs, limit, nowMs);
  }

  /**
   * The candles that begin within a time, oldest first, without those of the future. A window without trades is
   * flat at the price before it. What is older than the memory of an interval is left out.
   *
   * @param fromMs Epoch milliseconds, inclusive; a window that holds it counts as beginning there.
   * @param toMs Epoch milliseconds, inclusive.
   * @param limit Number of candles, counted from the oldest.
   * @param nowMs Epoch milliseconds.
   * @throws {RangeError} when the venue has no windows as short as that.
   */
  range(interval: CandleInterval, fromMs: number, toMs: number, limit: number, nowMs: number): Candle[] {
    const grid = candleGrid(interval);
    const ring = this.#rings.get(grid.tierSeconds);
    if (ring === undefined) throw new RangeError(`There are no candles of ${interval} on this venue`);
    const first = Math.max(grid.start(fromMs), this.#firstMs(grid, ring));
    const last = Math.min(toMs, nowMs);
    const rows = this.#rows(grid, ring, first, grid.shift(grid.start(last), 1));
    let tick = this.#tickBefore(grid, ring, first);
    const candles: Candle[] = [];
    let next = 0;
    for (let openMs = first; openMs <= last && candles.length < limit;) {
      const closeMs = grid.shift(openMs, 1);
      const begin = next;
      while (next < rows.length && rows[next]!.second * 1000 < closeMs) next += 1;
      const candle = sumOf(rows, begin, next, openMs, closeMs, tick);
      tick = candle.closeTick;
      candles.push(candle);
      openMs = closeMs;
    }
    return candles;
  }

  /** Beginning of the first window that is known completely. */
  #firstMs(grid: CandleGrid, ring: CandleRing): number {
    if (ring.dropped) {
      const oldest = ring.row(0).second * 1000;
      return grid.start(oldest) === oldest ? oldest : grid.shift(grid.start(oldest), 1);
    }
    if (this.#history !== undefined) return grid.shift(grid.start(this.#history.firstSecond * 1000), 1);
    return ring.size === 0 ? -Infinity : grid.start(ring.row(0).second * 1000);
  }

  #rows(grid: CandleGrid, ring: CandleRing, fromMs: number, toMs: number): CandleRow[] {
    const [from, to] = [fromMs / 1000, toMs / 1000];
    const rows = this.#history?.rows(grid.tierSeconds, from, to) ?? [];
    for (let index = ring.find(from); index < ring.size; index++) {
      const row = ring.row(index);
      if (row.second >= to) break;
      rows.push(row);
    }
    return rows;
  }

  /** Price at the beginning of a window. */
  #tickBefore(grid: CandleGrid, ring: CandleRing, fromMs: number): number {
    const before = ring.find(fromMs / 1000) - 1;
    if (before >= 0) return ring.row(before).close;
    const past = this.#history?.rows(grid.tierSeconds, fromMs / 1000 - grid.tierSeconds, fromMs / 1000);
    return past?.at(-1)?.close ?? this.#firstTick;
  }
}

/** One window out of finer ones. */
function sumOf(
  rows: readonly CandleRow[],
  begin: number,
  end: number,
  openMs: number,
  closeMs: number,
  tick: number,
): Candle {
  let [openTick, highTick, lowTick, closeTick, lots, quote] = [tick, tick, tick, tick, 0, 0];
  for (let index = begin; index < end; index++) {
    const row = rows[index]!;
    if (index === begin) [openTick, highTick, lowTick] = [row.open, row.high, row.low];
    highTick = Math.max(highTick, row.high);
    lowTick = Math.min(lowTick, row.low);
    closeTick = row.close;
    lots += row.lots;
    quote += row.quote;
  }
  return { openMs, closeMs, openTick, highTick, lowTick, closeTick, lots, quote };
}
