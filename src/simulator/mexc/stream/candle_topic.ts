/**
 * Growing candles.
 * @module
 */
import type { Candle, CandleInterval } from "../../market/candle.ts";
import type { InstrumentListener, MarketInstrument } from "../../market/market_instrument.ts";
import type { MarketTrade } from "../../market/market_trade.ts";
import type { Flushable, FlushTicker } from "../../publish/flush_ticker.ts";
import type { Subscriber, Topic } from "../../publish/topic.ts";
import type { Frame } from "../../transport/server_port.ts";

/** Windows that may have changed between two pushes and are told. */
const maxWindows = 10;

/** What a {@link CandleTopic} is made of. */
export interface CandleTopicOptions {
  readonly instrument: MarketInstrument;
  readonly interval: CandleInterval;
  readonly ticker: FlushTicker;
  /** Writes one frame. */
  readonly encode: (candle: Candle, nowMs: number) => Frame;
}

/** Tells the candles that trades have changed, those that closed meanwhile included. */
export class CandleTopic implements Topic, Flushable, InstrumentListener {
  readonly #options: CandleTopicOptions;
  readonly #subscribers = new Set<Subscriber>();
  /** Epoch milliseconds of the first trade that was not told. */
  #changedMs: number | undefined;
  #scheduled = false;

  constructor(options: CandleTopicOptions) {
    this.#options = options;
  }

  add(subscriber: Subscriber): void {
    if (this.#subscribers.size === 0) this.#options.instrument.listen(this);
    this.#subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return;
    this.#options.instrument.unlisten(this);
    this.#changedMs = undefined;
  }

  onTrade({ timeMs }: MarketTrade): void {
    this.#changedMs ??= timeMs;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.ticker.schedule(this);
  }

  flush(nowMs: number): void {
    this.#scheduled = false;
    const fromMs = this.#changedMs;
    this.#changedMs = undefined;
    if (fromMs === undefined) return;
    const { instrument, interval, encode } = this.#options;
    for (const candle of instrument.candles.range(interval, fromMs, nowMs, maxWindows, nowMs)) {
      const frame = encode(candle, nowMs);
      for (const subscriber of this.#subscribers) subscriber.push(frame);
    }
  }
}
