/**
 * Messages that are sent again whenever anything happened to an instrument, such as 24-hour tickers.
 * @module
 */
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { Collector } from "./topic.ts";

/** Gathers whether there was any market event. */
export class ActivityCollector implements Collector<MarketInstrument>, InstrumentListener {
  readonly #instrument: MarketInstrument;
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
  }

  onCommit(): void {
    this.#changed?.();
  }

  take(): MarketInstrument {
    return this.#instrument;
  }
}
