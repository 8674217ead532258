/**
 * Trading on paper: every venue of the run has an account that begins with what the configuration says.
 * @module
 */
import type { HftConfig } from "../config/hft_config.ts";
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Journal } from "../execution/journal_record.ts";
import { PaperVenue } from "../execution/paper/paper_venue.ts";
import type { OrderBook } from "../market/order_book.ts";

/** What {@link PaperAccounts} take. */
export interface PaperAccountsOptions {
  readonly config: Pick<HftConfig, "paper">;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly exchanges: readonly ExchangeKey[];
  readonly instruments: InstrumentTable;
  readonly book: (instrument: Instrument) => OrderBook | undefined;
}

/** A journal that is not kept: what happens on paper needs no restart. */
export const unkeptJournal: Journal = { id: "paper", append: () => {} };

/** Accounts on paper. Each is given its coins when their prices are known for the first time. */
export class PaperAccounts {
  readonly venues: ReadonlyMap<ExchangeKey, PaperVenue>;
  readonly #options: PaperAccountsOptions;
  readonly #endowed = new Set<Instrument>();
  /** Money that was given, by venue and coin. */
  readonly #money = new Set<string>();
  readonly #settled = new Map<Instrument, number>();

  constructor(options: PaperAccountsOptions) {
    this.#options = options;
    const { clock, random, exchanges, book, config: { paper: { latencyMs, latencyJitterMs } } } = options;
    const delay = { leastMs: latencyMs, jitterMs: latencyJitterMs };
    const latency = { orderEntry: delay, response: delay, report: delay };
    this.venues = new Map(
      exchanges.map((exchange) => [
        exchange,
        new PaperVenue({ exchange, book, clock, random: random.fork(`paper ${exchange}`), latency }),
      ]),
    );
  }

  /** A usable book has changed. */
  onBook(book: OrderBook): void {
    const instrument = this.#options.instruments.get(book.instrument);
    if (!this.#endowed.has(instrument)) this.#endow(instrument, book);
    this.venues.get(instrument.exchange)!.onBook(book);
  }

  /** Whether the account has the coins of an instrument: not while one side of its book was never there. */
  isEndowed(instrument: Instrument): boolean {
    return this.#endowed.has(instrument);
  }

  /** Books the funding of a contract when the moment of its settlement has come. */
  settleFunding({ rate, nextSettlement, markPrice = NaN, instrument: id }: FundingRateSnapshot): void {
    const { clock, instruments } = this.#options;
    if (clock.epochMs() < nextSettlement || !(markPrice > 0)) return;
    const instrument = instruments.get(id);
    if (this.#settled.get(instrument) === nextSettlement) return;
    this.#settled.set(instrument, nextSettlement);
    this.venues.get(instrument.exchange)!.settleFunding(instrument, rate, markPrice);
  }

  #endow(instrument: Instrument, book: OrderBook): void {
    const middle = (book.bids.bestPrice + book.asks.bestPrice) / 2;
    if (Number.isNaN(middle)) return;
    this.#endowed.add(instrument);
    const { exchange, quote, base, market, lot } = instrument;
    const { quoteBalance, inventoryNotional } = this.#options.config.paper;
    const venue = this.venues.get(exchange)!;
    // One venue's money serves all its instruments, so each coin of it is given with the first of them.
    const money = `${exchange} ${quote}`;
    if (!this.#money.has(money)) venue.deposit(quote, quoteBalance);
    this.#money.add(money);
    if (market === "spot") venue.deposit(base, lot.value(lot.floor(inventoryNotional / middle)));
  }
}
