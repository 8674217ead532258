/**
 * Trades: each is told once.
 * @module
 */
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { MarketTrade } from "../market/market_trade.ts";
import type { Collector } from "./topic.ts";

/** Gathers the trades between two frames. */
export class TradeCollector implements Collector<readonly MarketTrade[]>, InstrumentListener {
  readonly #instrument: MarketInstrument;
  #trades: MarketTrade[] = [];
  #changed: (() => void) | undefined;

  constructor(instrument: MarketInstrument) {
    this.#instrument = instrument;
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    this.#instrument.listen(this);
  }

  detach(): void {
    this.#instrument.unlisten(this);
    this.#trades = [];
  }

  onTrade(trade: MarketTrade): void {
    this.#trades.push(trade);
    this.#changed?.();
  }

  take(): readonly MarketTrade[] | undefined {
    if (this.#trades.length === 0) return undefined;
    const trades = this.#trades;
    this.#trades = [];
    return trades;
  }
}
