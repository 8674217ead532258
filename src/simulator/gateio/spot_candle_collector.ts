/**
 * The growing candle of a pair, for `spot.candlesticks`.
 * @module
 */
import { type Candle, candleGrid, type CandleInterval } from "../market/candle.ts";
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { Collector } from "../publish/topic.ts";

/** Gathers changes of the newest candle; a window that has ended is told once more, and the next one after it. */
export class SpotCandleCollector implements Collector<Candle>, InstrumentListener {
  readonly #instrument: MarketInstrument;
  readonly #interval: CandleInterval;
  readonly #nowMs: () => number;
  /** The window that is told next. */
  #windowMs = 0;
  #told: Candle | undefined;
  #changed: (() => void) | undefined;

  /** @param nowMs The venue's clock: epoch milliseconds. */
  constructor(instrument: MarketInstrument, interval: CandleInterval, nowMs: () => number) {
    this.#instrument = instrument;
    this.#interval = interval;
    this.#nowMs = nowMs;
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    this.#told = undefined;
    this.#windowMs = candleGrid(this.#interval).start(this.#nowMs());
    this.#instrument.listen(this);
  }

  detach(): void {
    this.#instrument.unlisten(this);
  }

  onCommit(): void {
    this.#changed?.();
  }

  take(): Candle | undefined {
    const nowMs = this.#nowMs();
    const told = this.#told;
    const openMs = this.#windowMs;
    const currentMs = candleGrid(this.#interval).start(nowMs);
    const rolled = openMs < currentMs;
    const [candle] = this.#instrument.candles.range(this.#interval, openMs, openMs, 1, nowMs);
    this.#windowMs = currentMs;
    this.#told = rolled ? undefined : candle;
    if (rolled) this.#changed?.();
    return candle === undefined || (!rolled && told !== undefined && isSame(told, candle))
      ? undefined
      : candle;
  }
}

function isSame(a: Candle, b: Candle): boolean {
  return a.highTick === b.highTick && a.lowTick === b.lowTick && a.closeTick === b.closeTick &&
    a.lots === b.lots;
}
