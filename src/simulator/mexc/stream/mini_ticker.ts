/**
 * Small tickers: last price, changes and ranges of a day that begins at midnight somewhere.
 * @module
 */
import type { MarketInstrument } from "../../market/market_instrument.ts";
import type { Collector } from "../../publish/topic.ts";
import { decimalText } from "../rest/decimal_text.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The zone of the rates that do not depend on the subscription. */
const homeHours = 8;
const ratioDecimals = 4;
const quoteDecimals = 8;
const zonePattern = /^UTC([+-])(\d{1,2})$/;

/** Hours by which a zone is ahead of UTC; `rolling` for the last 24 hours. */
export type Zone = number | "rolling";

/** Reads `24H` or `UTC+8`; undefined for anything else. UNCONFIRMED: which zones there are. */
export function parseZone(text: string): Zone | undefined {
  if (text === "24H") return "rolling";
  const match = zonePattern.exec(text);
  const hours = Number(match?.[2]);
  return match === null || hours > 14 ? undefined : match[1] === "-" ? -hours : hours;
}

/**
 * The body of one symbol. UNCONFIRMED: the ranges of the previous-close mode are those of the last 24 hours with the
 * previous close, and rates have four decimals.
 *
 * @param nowMs Epoch milliseconds.
 */
export function miniTicker(instrument: MarketInstrument, zone: Zone, nowMs: number): Record<string, string> {
  const { spec, statistics } = instrument;
  statistics.roll(nowMs);
  const { tick, lot } = spec;
  const last = statistics.lastTick;
  const home = dayStart(instrument, homeHours, nowMs);
  const zoned = zone === homeHours ? home : dayStart(instrument, zone, nowMs);
  return {
    symbol: spec.exchangeSymbol,
    price: tick.format(last),
    rate: rate(last, home.openTick),
    zonedRate: rate(last, zoned.openTick),
    high: tick.format(statistics.highTick),
    low: tick.format(statistics.lowTick),
    volume: decimalText(statistics.quoteVolume, quoteDecimals),
    quantity: lot.format(statistics.volumeLots),
    lastCloseRate: rate(last, home.closeTick),
    lastCloseZonedRate: rate(last, zoned.closeTick),
    lastCloseHigh: tick.format(Math.max(statistics.highTick, zoned.closeTick)),
    lastCloseLow: tick.format(Math.min(statistics.lowTick, zoned.closeTick)),
  };
}

/** First price of a day and last price before it, in ticks. */
interface DayStart {
  readonly openTick: number;
  readonly closeTick: number;
}

function dayStart({ candles, statistics }: MarketInstrument, zone: Zone, nowMs: number): DayStart {
  const fallback = statistics.lastTick - statistics.changeTicks;
  if (zone === "rolling") return { openTick: fallback, closeTick: fallback };
  const startMs = Math.floor((nowMs + zone * hourMs) / dayMs) * dayMs - zone * hourMs;
  const rows = candles.range("1h", startMs - hourMs, startMs, 2, nowMs);
  const first = rows.find(({ openMs }) => openMs === startMs);
  const before = rows.find(({ openMs }) => openMs < startMs);
  return { openTick: first?.openTick ?? fallback, closeTick: before?.closeTick ?? fallback };
}

function rate(last: number, first: number): string {
  return decimalText(last / first - 1, ratioDecimals);
}

/** Gathers whether anything happened to any of several instruments. */
export class AnyActivity implements Collector<readonly MarketInstrument[]> {
  readonly #instruments: readonly MarketInstrument[];
  readonly #listener: { onCommit: () => void } = { onCommit: () => this.#changed?.() };
  #changed: (() => void) | undefined;

  constructor(instruments: readonly MarketInstrument[]) {
    this.#instruments = instruments;
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    for (const instrument of this.#instruments) instrument.listen(this.#listener);
  }

  detach(): void {
    for (const instrument of this.#instruments) instrument.unlisten(this.#listener);
  }

  take(): readonly MarketInstrument[] {
    return this.#instruments;
  }
}
