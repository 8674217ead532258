/**
 * Keeps what a run sees and does in a database, without ever making the caller wait.
 * @module
 */
import type { BookTickerSnapshot } from "../core/book_ticker.ts";
import type { Clock, Timer } from "../core/clock.ts";
import { StorageError } from "../core/errors.ts";
import { type Exchange, exchangeByKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import type { Row, SqlValue } from "./database.ts";
import { RowAccounts, type StorageReport } from "./row_accounts.ts";
import type { BatchBuilder } from "./row_batch.ts";
import { RunBatches } from "./run_batches.ts";
import type { TableName } from "./table.ts";
import { WorkerLink } from "./worker_link.ts";

/** How a {@link MarketStore} works. */
export interface MarketStoreOptions {
  /** Times the batches. Give the machine's clock also to a simulated run: writing takes real time. */
  readonly clock: Clock;
  /** Folder of the database's files, made when it is missing; without it everything stays in memory. */
  readonly dataDirectory?: string;
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
  /** Rows on their way at which book tickers are dropped; other rows are at twice as many. 500,000. */
  readonly maxPendingRows?: number;
  /** Longest time that {@link MarketStore.close} waits for the database, milliseconds; 30,000. */
  readonly closeTimeoutMs?: number;
}

/** Records rows in batches and hands them to the storage worker. */
export class MarketStore {
  readonly #options: MarketStoreOptions;
  readonly #accounts = new RowAccounts();
  readonly #link: WorkerLink;
  readonly #maxPendingRows: number;
  readonly #batches: RunBatches;
  /** Venues that were sent to the database. */
  readonly #exchanges = new Set<Exchange>();
  /** Number of instruments that were sent to the database. */
  #instruments = 0;
  #sequence = 0;
  #timer: Timer | undefined;
  /** Whether rows are being dropped, and that was reported. */
  #overflowing = false;
  #closing: Promise<StorageReport> | undefined;

  private constructor(options: MarketStoreOptions) {
    this.#options = options;
    this.#maxPendingRows = options.maxPendingRows ?? 500_000;
    this.#batches = new RunBatches(options.batchRows ?? 1_000);
    const run = {
      key: crypto.randomUUID(),
      mode: options.mode,
      seed: options.seed ?? null,
      startedAt: options.startedAt,
    };
    this.#link = new WorkerLink({ type: "open", dataDirectory: options.dataDirectory ?? null, run }, {
      stored: (table, rows) => this.#store(table, rows),
      lost: (rows) => this.#accounts.lose(rows),
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
      if (this.#exchanges.has(exchange)) continue;
      this.#exchanges.add(exchange);
      this.#record(this.#batches.exchanges, exchange, Infinity);
    }
    this.#send(this.#batches.exchanges);
    for (const instrument of fresh) {
      const exchange = exchangeByKey(instrument.exchange);
      this.#record(this.#batches.symbols, { exchange, instrument }, Infinity);
    }
    this.#send(this.#batches.symbols);
    this.#instruments += fresh.length;
  }

  /** Records a best bid and ask; the object may be reused afterwards. */
  recordBookTicker(ticker: BookTickerSnapshot): void {
    this.#expect(ticker.instrument);
    this.#record(this.#batches.bookTickers, ticker, this.#maxPendingRows);
  }

  /** Records an opportunity that has ended. */
  recordOpportunity(opportunity: ArbitrageOpportunity): void {
    this.#expect(opportunity.buy);
    this.#expect(opportunity.sell);
    this.#record(this.#batches.opportunities, opportunity, 2 * this.#maxPendingRows);
  }

  /** Records a pair of trades. */
  recordExecution(execution: Execution): void {
    this.#expect(execution.buy);
    this.#expect(execution.sell);
    this.#record(this.#batches.executions, execution, 2 * this.#maxPendingRows);
  }

  /** Records a trade of ours. */
  recordFill(fill: Fill): void {
    this.#expect(fill.instrument);
    const row = { fill, paper: this.#options.mode !== "live" };
    this.#record(this.#batches.fills, row, 2 * this.#maxPendingRows);
  }

  /** Rows that were recorded and are neither stored nor lost. */
  get pendingRows(): number {
    return this.#accounts.pending;
  }

  /** What became of the rows so far. */
  report(): StorageReport {
    return this.#accounts.report();
  }

  /** Resolves when everything that was recorded so far is stored or lost. */
  drained(): Promise<void> {
    this.#flush();
    return this.#link.settled();
  }

  /**
   * Runs a statement after everything that was recorded so far; `$1`, `$2`, … stand for the parameters.
   *
   * @throws {StorageError} when the database refuses it or is not there any more.
   */
  query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    this.#flush();
    return this.#link.query(sql, parameters);
  }

  /** Stores what is pending and closes the database; rows recorded from now on are lost. Never throws. */
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

  #record<Row>(builder: BatchBuilder<Row>, row: Row, maxPendingRows: number): void {
    this.#accounts.queue(builder.table);
    if (this.#closing !== undefined) return this.#accounts.lose(1);
    if (this.#accounts.pending > maxPendingRows) return this.#overflow(builder.table);
    if (builder.append(row)) this.#send(builder);
    else this.#timer ??= this.#options.clock.setTimer(this.#options.flushMs ?? 250, () => this.#flush());
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

  #store(table: TableName, rows: number): void {
    this.#accounts.store(table, rows);
    if (this.#accounts.pending < this.#maxPendingRows / 2) this.#overflowing = false;
  }

  #overflow(table: TableName): void {
    this.#accounts.lose(1);
    if (this.#overflowing) return;
    this.#overflowing = true;
    this.#options.onError(
      new StorageError(
        `The database is ${this.#accounts.pending} rows behind: rows for ${table} are dropped until it catches up`,
      ),
    );
  }

  #expect(instrument: InstrumentId): void {
    if (instrument >= this.#instruments) {
      throw new RangeError(`Instrument ${instrument} was not registered with the store`);
    }
  }
}
