/**
 * Everything of a run that is recorded at intervals.
 * @module
 */
import type { HftConfig } from "../config/hft_config.ts";
import type { Clock } from "../core/clock.ts";
import { CexarbError, errorMessage } from "../core/errors.ts";
import { type Instrument, type InstrumentId, InstrumentTable } from "../core/instrument.ts";
import type { CompositePublicExchange } from "../exchanges/interfaces/composite_public_exchange.ts";
import { CompositePublicFuturesExchange } from "../exchanges/interfaces/composite_public_futures_exchange.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { MarketStore } from "../storage/mod.ts";
import { BalanceCollector, type BalanceSource } from "./balance_collector.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import { FundingCollector, type FundingSource } from "./funding_collector.ts";
import { MarketRecorder, type StageLatencies } from "./market_recorder.ts";

/** What a {@link RunRecorder} takes. */
export interface RunRecorderOptions {
  readonly config: Pick<HftConfig, "recording" | "exchanges">;
  readonly clock: Clock;
  readonly store: MarketStore;
  readonly logger: Logger;
  readonly composites: readonly CompositePublicExchange[];
  /** From the receipt of a frame to the end of each stage. */
  readonly latencies: StageLatencies;
  /** The instruments of the run. */
  readonly instruments: InstrumentTable;
  /** The accounts that the run trades with. */
  readonly accounts: readonly BalanceSource[];
  /** Funding of a contract has become known. */
  readonly onFunding: (rate: FundingRateSnapshot) => void;
}

/** Puts the recorders and collectors of a run together. */
export class RunRecorder {
  readonly #market: MarketRecorder;
  readonly #balances: BalanceCollector;
  #funding: FundingCollector | undefined;
  #isStopped = false;

  constructor(private readonly options: RunRecorderOptions) {
    const { config, clock, store, logger, composites, instruments, latencies } = options;
    const settings = config.recording;
    this.#market = new MarketRecorder({
      settings,
      clock,
      sink: store,
      feeds: composites,
      latencies,
      instruments: instruments.all,
    });
    this.#balances = new BalanceCollector({
      sources: options.accounts,
      sink: store,
      clock,
      logger,
      get intervalMs(): number {
        return settings.balanceIntervalMs;
      },
    });
  }

  /** Rounds of collectors that have begun: promises are waiting after each. */
  get rounds(): number {
    return this.#balances.rounds;
  }

  /** Starts all intervals. */
  start(): void {
    this.#market.start();
    this.#balances.start();
    void this.#startFunding();
  }

  /** Ends all intervals. */
  stop(): void {
    this.#isStopped = true;
    this.#market.stop();
    this.#balances.stop();
    this.#funding?.stop();
  }

  /** A usable book has changed; `now` in epoch milliseconds. */
  onBook(book: OrderBook, now: number): void {
    this.#market.onBook(book, now);
  }

  /** A book is not usable any more. */
  onBroken(instrument: InstrumentId): void {
    this.#market.onBroken(instrument);
  }

  /** All contracts of a venue have funding that is worth knowing, not only those that are traded. */
  async #startFunding(): Promise<void> {
    const { clock, store, logger, config, instruments, onFunding } = this.options;
    const table = new InstrumentTable();
    for (const instrument of instruments.all) table.add(instrument);
    const sources: FundingSource[] = [];
    for (const composite of this.options.composites) {
      if (!(composite instanceof CompositePublicFuturesExchange)) continue;
      const { exchange, rest } = composite;
      sources.push({ exchange, rest, instruments: await this.#contracts(composite, table) });
    }
    if (this.#isStopped) return;
    store.registerInstruments(table.all);
    this.#funding = new FundingCollector({
      sources,
      sink: {
        recordFundingRate: (rate) => {
          store.recordFundingRate(rate);
          onFunding(rate);
        },
        recordCollectorStatus: (status) => store.recordCollectorStatus(status),
      },
      clock,
      logger,
      get intervalMs(): number {
        return config.recording.fundingIntervalMs;
      },
    });
    this.#funding.start();
  }

  /** The venue's contracts, added to the table; those of the run when the venue does not tell the others. */
  async #contracts(
    { exchange, rest }: CompositePublicFuturesExchange,
    table: InstrumentTable,
  ): Promise<Instrument[]> {
    try {
      for (const { spec } of (await rest.fetchSymbols()).symbols) {
        if (table.find(exchange, spec.exchangeSymbol) === undefined) table.add(spec);
      }
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      this.options.logger.warn("No list of contracts: funding is recorded for those of the run only", {
        exchange,
        error: errorMessage(error),
      });
    }
    return table.ofExchange(exchange);
  }
}
