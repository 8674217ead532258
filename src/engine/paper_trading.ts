/**
 * Trading on paper: every venue of the run has an account that begins with what the configuration says.
 * @module
 */
import type { RouteUniverse } from "../arbitrage/route.ts";
import { killFile } from "../config/execution_config.ts";
import type { HftConfig } from "../config/hft_config.ts";
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { SeededRandom } from "../core/random.ts";
import { MemoryJournal } from "../execution/journal/memory_journal.ts";
import { Ledger, type MarkPrice } from "../execution/ledger.ts";
import { PaperVenue } from "../execution/paper/paper_venue.ts";
import type { DeskListener } from "../execution/trading_desk.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { BalanceSource } from "./balance_collector.ts";
import { positionRows } from "./position_rows.ts";
import type { RunTrading } from "./run_trading.ts";
import { TradingParts } from "./trading_parts.ts";

/** What {@link PaperAccounts} take. */
export interface PaperAccountsOptions {
  readonly config: Pick<HftConfig, "paper">;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly exchanges: readonly ExchangeKey[];
  readonly instruments: InstrumentTable;
  readonly book: (instrument: Instrument) => OrderBook | undefined;
}

/** Records of the journal between two times that it is made short. */
const keptRecords = 20_000;

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

/** What {@link PaperTrading} takes. */
export interface PaperTradingOptions extends PaperAccountsOptions {
  readonly config: Pick<HftConfig, "paper" | "trading" | "execution" | "storage">;
  readonly logger: Logger;
  readonly universe: RouteUniverse;
  readonly mark: MarkPrice;
  readonly listener: DeskListener;
}

/** Trades on paper. Nothing of it outlives the run. */
export class PaperTrading implements RunTrading {
  readonly parts: TradingParts;
  readonly ledger = new Ledger();
  readonly journal: MemoryJournal;
  readonly accounts: readonly BalanceSource[];
  readonly #paper: PaperAccounts;
  readonly #clock: Clock;
  /** Number of the record at which the journal is made short again. */
  #snapshotAt: number;

  constructor(options: PaperTradingOptions) {
    const { clock, exchanges, mark } = options;
    this.#clock = clock;
    this.journal = MemoryJournal.open({ clock, id: "paper", keepsAll: false }).journal;
    this.#snapshotAt = this.journal.lastSequence + keptRecords;
    this.#paper = new PaperAccounts(options);
    const { venues } = this.#paper;
    const file = killFile(options.config);
    this.parts = new TradingParts({
      ...options,
      ...(file === undefined ? {} : { killFile: file }),
      journal: this.journal,
      ledger: this.ledger,
      venues,
      venueTimeMs: () => clock.epochMs(),
    });
    // All positions stand with the first venue, because a coin has one for all of them.
    this.accounts = exchanges.map((exchange, index) => ({
      exchange,
      balances: () => venues.get(exchange)!.balances(),
      positions: () =>
        Promise.resolve(
          index === 0 ? positionRows(this.ledger, mark, { time: clock.epochMs(), paper: true }) : [],
        ),
    }));
  }

  onBook(book: OrderBook): void {
    this.#paper.onBook(book);
    if (this.journal.lastSequence >= this.#snapshotAt) this.#shorten();
  }

  onFunding(rate: FundingRateSnapshot): void {
    this.#paper.settleFunding(rate);
  }

  onConnection(): void {}

  resume(scope: string, by: string): boolean {
    return this.parts.desk.resumeAcquiring(scope, by);
  }

  start(): Promise<void> {
    this.parts.start();
    return Promise.resolve();
  }

  finish(timeoutMs: number): Promise<boolean> {
    return this.parts.desk.finish(timeoutMs);
  }

  stop(): void {
    this.parts.stop();
  }

  /** The records of a run without end would fill the memory. */
  #shorten(): void {
    const { tracker } = this.parts.desk;
    this.journal.takeSnapshot({
      ...this.ledger.snapshot(),
      fillsUntil: this.#clock.epochMs(),
      isSettled: (id) => tracker.find(id)?.isSettled ?? true,
    });
    this.#snapshotAt = this.journal.lastSequence + keptRecords;
  }
}
