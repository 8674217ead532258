/**
 * Keeps what a run sees and does in a database, without ever making the caller wait.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { BookTickerSnapshot } from "../core/book_ticker.ts";
import type { Clock, Timer } from "../core/clock.ts";
import type { CollectorStatus } from "../core/collector_status.ts";
import { StorageError } from "../core/errors.ts";
import { type Exchange, exchangeByKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import type { LatencySample } from "../core/latency_sample.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import type { OrderFlowMetrics } from "../core/order_flow.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { Row, SqlValue } from "./database.ts";
import { DepthRows } from "./depth_rows.ts";
import type { HistorySettings } from "./history_settings.ts";
import type { TradeRow } from "./market_tables.ts";
import { pendingLimit } from "./pending_limit.ts";
import { RowAccounts, type StorageReport } from "./row_accounts.ts";
import type { BatchBuilder } from "./row_batch.ts";
import { fundingProblem, latencyProblem, orderFlowProblem, tradeProblem } from "./row_bounds.ts";
import { RunBatches } from "./run_batches.ts";
import type { ServerSettings } from "../config/server_settings.ts";
import { type TableName, tableNames } from "./table.ts";
import type { OrderRow, PositionRow } from "./trading_tables.ts";
import { WorkerLink } from "./worker_link.ts";

/** How a {@link MarketStore} works. */
export interface MarketStoreOptions {
  /** Times the batches. Give the machine's clock also to a simulated run: writing takes real time. */
  readonly clock: Clock;
  /**
   * Folder of the embedded database's files and of the batches that wait for a database that is away, made when it is
   * missing; without it everything stays in memory.
   */
  readonly dataDirectory?: string;
  /** The server that has the database; without it the embedded one has it. */
  readonly server?: ServerSettings;
  /**
   * How long which rows are kept; without it nothing is dropped. Leave it out when the rows' times are not today's, as
   * in a replay: they would be old at once.
   */
  readonly history?: HistorySettings;
  /** Most bytes of batches on the disk that wait for the database; 1 GiB. */
  readonly maxSpoolBytes?: number;
  /** What kind of run it is: demo, paper, live, replay. Fills of every mode but `live` are marked as paper. */
  readonly mode: string;
  /** Seed of the run, a safe integer. */
  readonly seed?: number;
  /** Start of the run, epoch milliseconds. */
  readonly startedAt: number;
  /** Told of every error. The store carries on, and counts what it could not store as lost. */
  readonly onError: (error: StorageError) => void;
  /** Rows of a full batch; 1,000. */
  readonly batchRows?: number;
  /** Longest time that a row waits for its batch to fill, milliseconds; 250. */
  readonly flushMs?: number;
  /** Rows on their way at which book tickers are dropped; less valuable rows are earlier, others later. 500,000. */
  readonly maxPendingRows?: number;
  /** Longest time that {@link MarketStore.close} waits for the database, milliseconds; 30,000. */
  readonly closeTimeoutMs?: number;
}

/** Records rows in batches and hands them to the storage worker. */
export class MarketStore {
  readonly #options: MarketStoreOptions;
  readonly #accounts = new RowAccounts();
  readonly #link: WorkerLink;
  /** Rows on their way at which those of a table are dropped, by the table's place. */
  readonly #limits: Float64Array;
  readonly #batches: RunBatches;
  readonly #depth = new DepthRows();
  /** Venues that were sent to the database. */
  readonly #exchanges = new Set<Exchange>();
  /** Tables of which a row was refused, and that was reported. */
  readonly #complained = new Set<TableName>();
  /** Number of instruments that were sent to the database. */
  #instruments = 0;
  #sequence = 0;
  #timer: Timer | undefined;
  /** Whether rows are being dropped, and that was reported. */
  #overflowing = false;
  #closing: Promise<StorageReport> | undefined;

  private constructor(options: MarketStoreOptions) {
    const { dataDirectory, maxPendingRows = 500_000 } = options;
    this.#options = options;
    this.#limits = Float64Array.from(tableNames, (name) => pendingLimit(name, maxPendingRows));
    this.#batches = new RunBatches(options.batchRows ?? 1_000);
    const run = {
      key: crypto.randomUUID(),
      mode: options.mode,
      seed: options.seed ?? null,
      startedAt: options.startedAt,
    };
    this.#link = new WorkerLink({
      type: "open",
      dataDirectory: dataDirectory ?? null,
      server: options.server ?? null,
      spool: dataDirectory === undefined
        ? null
        : { directory: `${dataDirectory}/spool`, maxBytes: options.maxSpoolBytes ?? 2 ** 30 },
      ...(options.history === undefined ? {} : { history: options.history }),
      run,
    }, {
      spooled: (_table, rows) => this.#accounts.spool(rows),
      stored: (table, rows, spooled) => this.#store(table, rows, spooled),
      lost: (rows, spooled) => this.#accounts.lose(rows, spooled),
      error: (error) => options.onError(error),
    });
  }

  /** Returns at once; the database opens in the background, and rows are taken from now on. */
  static open(options: MarketStoreOptions): MarketStore {
    return new MarketStore(options);
  }

  /** Announces the instruments of the run in the order of their ids. Called again, it takes those that are new. */
  registerInstruments(all: readonly Instrument[]): void {
    const fresh = all.slice(this.#instruments);
    for (const exchange of new Set(fresh.map((instrument) => exchangeByKey(instrument.exchange)))) {
      this.#registerExchange(exchange);
    }
    this.#send(this.#batches.exchanges);
    for (const instrument of fresh) {
      const exchange = exchangeByKey(instrument.exchange);
      this.#record(this.#batches.symbols, { exchange, instrument });
    }
    this.#send(this.#batches.symbols);
    this.#instruments += fresh.length;
  }

  /** Records a best bid and ask; the object may be reused afterwards. */
  recordBookTicker(ticker: BookTickerSnapshot): void {
    this.#expect(ticker.instrument);
    this.#record(this.#batches.bookTickers, ticker);
  }

  /**
   * Records the best levels of a book whose prices may be used; of any other nothing.
   *
   * @param levels Most levels of each side, up to 200.
   * @param receivedAt When the book came to be so, epoch milliseconds.
   */
  recordDepth(book: OrderBook, levels: number, receivedAt: number): void {
    this.#expect(book.instrument);
    if (!book.usable) return;
    this.#depth.read(book, levels, receivedAt, (row) => this.#record(this.#batches.depth, row));
  }

  /** Records somebody's trade; the object may be reused afterwards. */
  recordTrade(trade: TradeRow): void {
    this.#expect(trade.instrument);
    this.#recordWithin(this.#batches.trades, trade, tradeProblem(trade));
  }

  /** Records the funding of a contract. */
  recordFundingRate(funding: FundingRateSnapshot): void {
    this.#expect(funding.instrument);
    this.#recordWithin(this.#batches.funding, funding, fundingProblem(funding));
  }

  /** Records what accounts hold, of one venue or of several. */
  recordBalances(balances: readonly BalanceSnapshot[]): void {
    for (const balance of balances) {
      this.#expectExchange(exchangeByKey(balance.exchange));
      this.#record(this.#batches.balances, balance);
    }
  }

  /** Records the pressure in a book. */
  recordOrderFlow(metrics: OrderFlowMetrics): void {
    this.#expect(metrics.instrument);
    this.#recordWithin(this.#batches.orderFlow, metrics, orderFlowProblem(metrics));
  }

  /** Records how long a stage of the work took. */
  recordLatency(sample: LatencySample): void {
    if (sample.exchange !== undefined) this.#expectExchange(exchangeByKey(sample.exchange));
    this.#recordWithin(this.#batches.latencies, sample, latencyProblem(sample));
  }

  /** Records the state of something that collects data. */
  recordCollectorStatus(status: CollectorStatus): void {
    this.#expectExchange(exchangeByKey(status.exchange));
    this.#record(this.#batches.collectors, status);
  }

  /** Records an opportunity that has ended. */
  recordOpportunity(opportunity: ArbitrageOpportunity): void {
    this.#expect(opportunity.buy);
    this.#expect(opportunity.sell);
    this.#record(this.#batches.opportunities, opportunity);
  }

  /** Records a pair of trades. */
  recordExecution(execution: Execution): void {
    this.#expect(execution.buy);
    this.#expect(execution.sell);
    this.#record(this.#batches.executions, execution);
  }

  /** Records a trade of ours. */
  recordFill(fill: Fill): void {
    this.#expect(fill.instrument);
    this.#record(this.#batches.fills, { fill, paper: this.#options.mode !== "live" });
  }

  /** Records the state of one of our orders; a later state replaces an earlier one. */
  recordOrder(order: OrderRow): void {
    this.#expect(order.instrument);
    this.#record(this.#batches.orders, order);
  }

  /** Records positions as they are. */
  recordPositions(positions: readonly PositionRow[]): void {
    for (const position of positions) {
      this.#expect(position.instrument);
      this.#record(this.#batches.positions, position);
    }
  }

  /** Rows that were recorded and are neither stored nor on the disk nor lost. */
  get pendingRows(): number {
    return this.#accounts.pending;
  }

  /** What became of the rows so far. */
  report(): StorageReport {
    return this.#accounts.report(this.#link.state, this.#link.oldestPendingMs);
  }

  /** Resolves when everything that was recorded so far is stored, on the disk or lost. */
  drained(): Promise<void> {
    this.#flush();
    return this.#link.settled();
  }

  /**
   * Runs a statement after everything that was recorded so far; `$1`, `$2`, … stand for the parameters.
   *
   * @throws {StorageError} when the database refuses it or is not there.
   */
  query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    this.#flush();
    return this.#link.query(sql, parameters);
  }

  /**
   * Stores what is pending and closes the database; rows recorded from now on are lost. What waits on the disk for a
   * database that is away stays there for a later process. Never throws.
   */
  close(): Promise<StorageReport> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<StorageReport> {
    const { clock, closeTimeoutMs = 30_000 } = this.#options;
    const timer = clock.setTimer(
      closeTimeoutMs,
      () => this.#link.fail(`The database did not close within ${closeTimeoutMs} ms`),
    );
    await this.drained();
    await this.#link.close(clock.epochMs(), this.#accounts.lost);
    timer.cancel();
    return this.report();
  }

  #record<Row>(builder: BatchBuilder<Row>, row: Row): void {
    const table = builder.index;
    this.#accounts.queue(table);
    if (this.#closing !== undefined) return this.#accounts.lose(1, false);
    if (this.#accounts.pending > this.#limits[table]!) return this.#overflow(builder.table);
    if (builder.append(row)) this.#send(builder);
    else this.#timer ??= this.#options.clock.setTimer(this.#options.flushMs ?? 250, () => this.#flush());
  }

  /** A row that the database would refuse takes its whole batch along, so it is not even queued. */
  #recordWithin<Row>(builder: BatchBuilder<Row>, row: Row, problem: string | undefined): void {
    if (problem === undefined) return this.#record(builder, row);
    this.#accounts.refuse();
    if (this.#complained.has(builder.table)) return;
    this.#complained.add(builder.table);
    this.#options.onError(
      new StorageError(`A row for ${builder.table} is refused: ${problem}; later ones are only counted`),
    );
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const builder of this.#batches.all) this.#send(builder);
  }

  #send(builder: Pick<BatchBuilder<never>, "take">): void {
    const batch = builder.take(this.#sequence + 1);
    if (batch === undefined) return;
    this.#sequence += 1;
    this.#link.send(batch);
  }

  #store(table: TableName, rows: number, spooled: boolean): void {
    this.#accounts.store(tableNames.indexOf(table), rows, spooled);
    if (this.#accounts.pending < this.#limits[tableNames.length - 1]! / 2) this.#overflowing = false;
  }

  #overflow(table: TableName): void {
    this.#accounts.lose(1, false);
    if (this.#overflowing) return;
    this.#overflowing = true;
    this.#options.onError(
      new StorageError(
        `The database is ${this.#accounts.pending} rows behind: rows for ${table} are dropped until it catches up`,
      ),
    );
  }

  #registerExchange(exchange: Exchange): void {
    if (this.#exchanges.has(exchange)) return;
    this.#exchanges.add(exchange);
    this.#record(this.#batches.exchanges, exchange);
  }

  /** Rows may be about a venue that no instrument is of. */
  #expectExchange(exchange: Exchange): void {
    if (this.#exchanges.has(exchange)) return;
    this.#registerExchange(exchange);
    this.#send(this.#batches.exchanges);
  }

  #expect(instrument: InstrumentId): void {
    if (instrument >= this.#instruments) {
      throw new RangeError(`Instrument ${instrument} was not registered with the store`);
    }
  }
}
