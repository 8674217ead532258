/**
 * Best bid and ask, change by change.
 * @module
 */
import type { MarketInstrument } from "../../market/market_instrument.ts";
import { type Quote, QuoteCollector } from "../../publish/quote_collector.ts";
import type { Collector } from "../../publish/topic.ts";

/** Gathers every change of the best levels between two frames. */
export class QuoteListCollector implements Collector<readonly Quote[]> {
  readonly #quotes: QuoteCollector;
  #gathered: Quote[] = [];

  constructor(instrument: MarketInstrument) {
    this.#quotes = new QuoteCollector(instrument);
  }

  attach(changed: () => void): void {
    this.#quotes.attach(() => {
      const quote = this.#quotes.take();
      if (quote === undefined) return;
      this.#gathered.push(quote);
      changed();
    });
  }

  detach(): void {
    this.#quotes.detach();
    this.#gathered = [];
  }

  take(): readonly Quote[] | undefined {
    if (this.#gathered.length === 0) return undefined;
    const quotes = this.#gathered;
    this.#gathered = [];
    return quotes;
  }
}
