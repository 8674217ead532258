/**
 * The growing candle of a contract, for `futures.candlesticks`.
 * @module
 */
import { type Candle, candleGrid, type CandleInterval } from "../market/candle.ts";
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { Collector } from "../publish/topic.ts";
import type { CandleKind, FuturesReferences } from "./futures_references.ts";
import type { FuturesMarket } from "./futures_market.ts";

/** Which candles. */
export interface CandleSubject {
  readonly market: FuturesMarket;
  readonly references: FuturesReferences;
  readonly instrument: MarketInstrument;
  readonly kind: CandleKind;
  readonly interval: CandleInterval;
}

/** A candle and whether its window is over. */
export interface ToldCandle {
  readonly candle: Candle;
  readonly closed: boolean;
}

/** Gathers changes of the newest candle; a window that has ended is told once more, as closed. */
export class CandleCollector implements Collector<readonly ToldCandle[]>, InstrumentListener {
  readonly #subject: CandleSubject;
  /** The window that is told next. */
  #windowMs = 0;
  #told: Candle | undefined;
  #changed: (() => void) | undefined;

  constructor(subject: CandleSubject) {
    this.#subject = subject;
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    const { market, interval, instrument } = this.#subject;
    this.#told = undefined;
    this.#windowMs = candleGrid(interval).start(market.nowMs);
    instrument.listen(this);
  }

  detach(): void {
    this.#subject.instrument.unlisten(this);
  }

  onCommit(): void {
    this.#changed?.();
  }

  take(): readonly ToldCandle[] | undefined {
    const { market, references, instrument, kind, interval } = this.#subject;
    const { nowMs } = market;
    const told = this.#told;
    const fromMs = this.#windowMs;
    this.#windowMs = candleGrid(interval).start(nowMs);
    const rolled = fromMs < this.#windowMs;
    const candles = references.candles(instrument, kind, { interval, fromMs, toMs: nowMs, limit: 2, nowMs });
    const newest = candles.at(-1);
    if (newest === undefined || (!rolled && told !== undefined && isSame(told, newest))) return undefined;
    this.#told = newest;
    return candles.map((candle) => ({ candle, closed: candle.closeMs <= nowMs }));
  }
}

function isSame(a: Candle, b: Candle): boolean {
  return a.highTick === b.highTick && a.lowTick === b.lowTick && a.closeTick === b.closeTick &&
    a.lots === b.lots;
}
