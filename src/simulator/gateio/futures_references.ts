/**
 * Candles of mark price, index price and premium.
 * @module
 */
import { type Candle, type CandleInterval } from "../market/candle.ts";
import { CandleSeries } from "../market/candle_series.ts";
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { markStep } from "./futures_prices.ts";

/** What a candle is about. */
export type CandleKind = "last" | "mark" | "index" | "premium";

/** Which candles, and when it is now. */
export interface CandleRequest {
  readonly interval: CandleInterval;
  /** Epoch milliseconds, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Number of candles, counted from the oldest. */
  readonly limit: number;
  readonly nowMs: number;
}

const sampleMs = 1000;
/** Premiums are kept as whole millionths above −1, because prices in ticks are not negative. */
const premiumOne = 1_000_000;

/** Samples of one contract, once a second while its book moves. */
class ReferenceSeries implements InstrumentListener {
  readonly mark: CandleSeries;
  readonly index: CandleSeries;
  readonly premium: CandleSeries;
  readonly #market: FuturesMarket;
  readonly #instrument: MarketInstrument;
  #nextMs = 0;

  constructor(market: FuturesMarket, instrument: MarketInstrument) {
    this.#market = market;
    this.#instrument = instrument;
    const { spec } = instrument;
    const step = markStep(instrument);
    this.mark = new CandleSeries(spec, step.nearest(market.mark(instrument)));
    this.index = new CandleSeries(spec, step.nearest(instrument.indexPrice));
    this.premium = new CandleSeries(spec, premiumOne);
    this.#sample(market.nowMs);
    instrument.listen(this);
  }

  onCommit(): void {
    const { changedAtMs } = this.#instrument;
    if (changedAtMs >= this.#nextMs) this.#sample(changedAtMs);
  }

  #sample(timeMs: number): void {
    this.#nextMs = timeMs + sampleMs;
    const { indexPrice } = this.#instrument;
    const mark = this.#market.mark(this.#instrument);
    const step = markStep(this.#instrument);
    const add = (series: CandleSeries, tick: number): void =>
      series.add({ id: 0, takerSide: "buy", lots: 0, timeMs, tick });
    add(this.mark, step.nearest(mark));
    add(this.index, step.nearest(indexPrice));
    add(this.premium, Math.max(0, Math.round((mark / indexPrice) * premiumOne)));
  }
}

/**
 * Finds candles of every kind. Mark and index prices of a contract are remembered from the first question on; what
 * was before is answered with last prices, and a premium of 0.
 */
export class FuturesReferences {
  readonly #market: FuturesMarket;
  readonly #series = new Map<MarketInstrument, ReferenceSeries>();

  constructor(market: FuturesMarket) {
    this.#market = market;
  }

  /** Candles, oldest first; prices are in the units that {@link FuturesReferences.text} writes. */
  candles(instrument: MarketInstrument, kind: CandleKind, request: CandleRequest): Candle[] {
    const { interval, fromMs, toMs, limit, nowMs } = request;
    const traded = instrument.candles.range(interval, fromMs, toMs, limit, nowMs);
    if (kind === "last") return traded;
    const sampled = this.#seriesOf(instrument)[kind].range(interval, fromMs, toMs, limit, nowMs);
    const known = new Map(sampled.map((candle) => [candle.openMs, candle]));
    return traded.map((candle) => known.get(candle.openMs) ?? this.#guess(instrument, kind, candle));
  }

  /** Text of one price of a candle. */
  text(instrument: MarketInstrument, kind: CandleKind, units: number): string {
    if (kind === "last") return instrument.price(units);
    if (kind === "premium") return ((units - premiumOne) / premiumOne).toFixed(6);
    return markStep(instrument).format(units);
  }

  #guess(instrument: MarketInstrument, kind: "mark" | "index" | "premium", candle: Candle): Candle {
    const units = (tick: number): number =>
      kind === "premium"
        ? premiumOne
        : Math.round(instrument.spec.tick.value(tick) / markStep(instrument).size);
    return {
      ...candle,
      openTick: units(candle.openTick),
      highTick: units(candle.highTick),
      lowTick: units(candle.lowTick),
      closeTick: units(candle.closeTick),
    };
  }

  #seriesOf(instrument: MarketInstrument): ReferenceSeries {
    let series = this.#series.get(instrument);
    if (series === undefined) {
      series = new ReferenceSeries(this.#market, instrument);
      this.#series.set(instrument, series);
    }
    return series;
  }
}

/** Splits a `mark_` or `index_` prefix off a contract's name. */
export function candleSubject(text: string): { kind: CandleKind; name: string } {
  if (text.startsWith("mark_")) return { kind: "mark", name: text.slice("mark_".length) };
  if (text.startsWith("index_")) return { kind: "index", name: text.slice("index_".length) };
  return { kind: "last", name: text };
}

/** Candle intervals by the names that requests use. */
export const futuresIntervals: ReadonlyMap<string, CandleInterval> = new Map([
  ...([
    "10s",
    "30s",
    "1m",
    "5m",
    "15m",
    "30m",
    "1h",
    "2h",
    "4h",
    "6h",
    "8h",
    "12h",
    "1d",
    "7d",
    "1w",
  ] as const)
    .map((interval) => [interval, interval] as const),
  ["30d", "1M"] as const,
]);
