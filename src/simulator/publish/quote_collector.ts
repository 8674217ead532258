/**
 * Best bid and ask: told when they differ from what was told last.
 * @module
 */
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { Collector } from "./topic.ts";

/** Best bid and ask in ticks and lots; a tick is NaN and the lots are 0 when the side is empty. */
export interface Quote {
  readonly version: number;
  readonly bidTick: number;
  readonly bidLots: number;
  readonly askTick: number;
  readonly askLots: number;
}

/** The quote of an instrument as it stands. */
export function quoteOf({ book }: MarketInstrument): Quote {
  return {
    version: book.version,
    bidTick: book.bids.tickAt(0),
    bidLots: book.bids.lotsAt(0),
    askTick: book.asks.tickAt(0),
    askLots: book.asks.lotsAt(0),
  };
}

/** Gathers changes of the best levels. */
export class QuoteCollector implements Collector<Quote>, InstrumentListener {
  readonly #instrument: MarketInstrument;
  #sent: Quote;
  #changed: (() => void) | undefined;

  constructor(instrument: MarketInstrument) {
    this.#instrument = instrument;
    this.#sent = quoteOf(instrument);
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    this.#sent = quoteOf(this.#instrument);
    this.#instrument.listen(this);
  }

  detach(): void {
    this.#instrument.unlisten(this);
  }

  onCommit(): void {
    if (!this.#unchanged()) this.#changed?.();
  }

  take(): Quote | undefined {
    if (this.#unchanged()) return undefined;
    this.#sent = quoteOf(this.#instrument);
    return this.#sent;
  }

  #unchanged(): boolean {
    const { bids, asks } = this.#instrument.book;
    const sent = this.#sent;
    return Object.is(bids.tickAt(0), sent.bidTick) && bids.lotsAt(0) === sent.bidLots &&
      Object.is(asks.tickAt(0), sent.askTick) && asks.lotsAt(0) === sent.askLots;
  }
}
