/**
 * The worker's side of the conversation: takes batches, and brings them to the database or, while it is away, to the
 * disk.
 * @module
 */
import { SystemClock } from "../core/clock.ts";
import { errorMessage, StorageError } from "../core/errors.ts";
import { SeededRandom } from "../core/random.ts";
import { Backoff } from "../net/backoff.ts";
import { BatchWriter } from "./batch_writer.ts";
import { DatabaseAwayError } from "./database_errors.ts";
import type { Database } from "./database.ts";
import type { HistorySettings } from "./history_settings.ts";
import { groupOf, storeGroup } from "./group_writer.ts";
import type { DatabaseState, OpenRequest, StorageReply, StorageRequest } from "./messages.ts";
import { migrate } from "./migrations.ts";
import { Retention } from "./retention.ts";
import type { RowBatch } from "./row_batch.ts";
import { schema } from "./schema.ts";
import { Spool } from "./spool.ts";
import { SpoolReplay } from "./spool_replay.ts";
import { tables } from "./tables.ts";
import { prepareTimescale } from "./timescale.ts";

/** Rows that wait in memory for a database that is slow, before they go to the disk. */
const mostRowsInMemory = 100_000;
/** Time that the database may take for one thing before what comes behind it goes to the disk, milliseconds. */
const patienceMs = 5_000;
/** First and longest wait between attempts to reach the database, milliseconds. */
const backoff = { baseMs: 100, capMs: 1_000 };

/** A query, and the last batch that it has to see. */
type Query = StorageRequest & { type: "query" } & { readonly after: number };
type Close = StorageRequest & { type: "close" };

/** A connection and what belongs to it. */
interface Connection {
  readonly database: Database;
  readonly writer: BatchWriter;
  /** Drops what is old; none when everything is kept. */
  readonly retention: Retention | undefined;
}

/** Serves one run: `open` first, `close` last. */
export class StorageSession {
  readonly #openDatabase: (request: OpenRequest) => Promise<Database>;
  readonly #reply: (reply: StorageReply) => void;
  readonly #backoff = new Backoff(new SeededRandom(crypto.getRandomValues(new Int32Array(1))[0]!), backoff);
  #request: OpenRequest | undefined;
  #connection: Connection | undefined;
  #spool: Spool | undefined;
  #replay: SpoolReplay | undefined;
  /** Batches that are neither in the database nor on the disk, in order. */
  #memory: RowBatch[] = [];
  #memoryRows = 0;
  /** Venues and symbols that were taken care of: a database that comes back is told of them again. */
  readonly #shared: RowBatch[] = [];
  #queries: Query[] = [];
  #lastSequence = 0;
  #queriesRunning = 0;
  #closing: Close | undefined;
  #wake = Promise.withResolvers<void>();
  /** When the work that the database is busy with began, on the machine's monotonic clock; 0 for none. */
  #busySince = 0;
  #spoolTimer: ReturnType<typeof setTimeout> | undefined;
  #away = false;
  /** What was said last about why it is away. */
  #complaint = "";
  #reconnects = 0;
  /** What was said about the database; it is not said again when it comes back. */
  readonly #warnings: string[] = [];
  #ended = false;
  #lastState = "";

  /**
   * @param openDatabase Opens the database that the first request asks for.
   * @param reply Receives the answers.
   */
  constructor(
    openDatabase: (request: OpenRequest) => Promise<Database>,
    reply: (reply: StorageReply) => void,
  ) {
    this.#openDatabase = openDatabase;
    this.#reply = reply;
  }

  /** Takes a request. Batches reach the database in the order given; a query sees those before it. */
  handle(request: StorageRequest): void {
    if (this.#ended) return;
    if (request.type === "open") this.#open(request);
    else if (request.type === "batch") this.#accept(request.batch);
    else if (request.type === "query") this.#queries.push({ ...request, after: this.#lastSequence });
    else this.#closing = request;
    this.#wake.resolve();
  }

  #open(request: OpenRequest): void {
    this.#request = request;
    if (request.spool !== null) {
      this.#spool = new Spool(request.spool.directory, request.run, {
        maxBytes: request.spool.maxBytes,
        onDropped: ({ sequence }) => this.#reply({ type: "dropped", sequence }),
        onProblem: (message) => this.#reply({ type: "problem", message }),
      });
      this.#replay = new SpoolReplay(this.#spool, (message) => this.#reply({ type: "problem", message }));
      this.#spool.adopt(() => this.#wake.resolve());
    }
    this.#pump().catch((error) => this.#fail(error));
  }

  #accept(batch: RowBatch): void {
    if (!tables[batch.table].ofRun) this.#spool?.keepShared(batch);
    this.#lastSequence = batch.sequence;
    this.#memory.push(batch);
    this.#memoryRows += batch.rows;
    const waitsLong = this.#busySince > 0 && performance.now() - this.#busySince > patienceMs;
    const behind = this.#away || waitsLong || this.#memoryRows > mostRowsInMemory;
    if (behind || (this.#spool?.waiting.length ?? 0) > 0) this.#spoolSoon();
  }

  /** Forcing something to the disk takes milliseconds, so what arrives together goes there together. */
  #spoolSoon(): void {
    this.#spoolTimer ??= setTimeout(() => {
      this.#spoolTimer = undefined;
      if (!this.#ended) this.#spoolMemory();
    }, 0);
  }

  async #pump(): Promise<void> {
    while (!this.#ended) {
      this.#wake = Promise.withResolvers();
      try {
        this.#busySince = performance.now();
        if (this.#connection === undefined) await this.#connect();
        const busy = await this.#work(this.#connection!);
        this.#busySince = 0;
        this.#tellState();
        if (!busy && !this.#ended) await this.#wake.promise;
      } catch (error) {
        this.#busySince = 0;
        if (!this.#canWait(error)) throw error;
        await this.#goAway(error);
      }
    }
  }

  /** Whether an error passes, or rows are safe on the disk until somebody has cured it. */
  #canWait(error: unknown): boolean {
    if (this.#spool === undefined) return false;
    return error instanceof DatabaseAwayError || this.#connection === undefined;
  }

  async #connect(): Promise<void> {
    const request = opened(this.#request);
    const database = await this.#openDatabase(request);
    try {
      await migrate(database, schema);
      const writer = await BatchWriter.start(database, request.run);
      for (const batch of this.#shared) await this.#storeShared(writer, batch);
      const retention = request.history && await this.#keepHistory(database, request.history);
      this.#connection = { database, writer, retention };
    } catch (error) {
      await database.close().catch(() => {});
      throw error;
    }
    this.#backoff.reset();
    if (this.#away) this.#reconnects += 1;
    this.#away = false;
  }

  /** Brings the tables to the settings of the run, and drops old rows from now on. */
  async #keepHistory(database: Database, settings: HistorySettings): Promise<Retention> {
    const state = await prepareTimescale(database, settings);
    const fresh = state.warnings.filter((warning) => !this.#warnings.includes(warning));
    this.#warnings.push(...fresh);
    for (const message of fresh) this.#reply({ type: "problem", message });
    const retention = new Retention({
      database,
      settings,
      state,
      clock: new SystemClock(),
      onError: ({ message }) => this.#reply({ type: "problem", message }),
    });
    retention.start();
    return retention;
  }

  async #storeShared(writer: BatchWriter, batch: RowBatch): Promise<void> {
    const { sequence } = batch;
    const message = (await storeGroup(writer, [batch])).get(sequence);
    this.#reply(
      message === undefined ? { type: "stored", sequence } : { type: "refused", sequence, message },
    );
  }

  /** One step of work; false when there is nothing to do. */
  async #work({ database, writer, retention }: Connection): Promise<boolean> {
    const own = await this.#storeNext(writer);
    this.#startQueries(database);
    const earlier = this.#closing === undefined && await this.#replay?.step(database) === true;
    if (own || earlier) return true;
    if (this.#closing === undefined || this.#queries.length + this.#queriesRunning > 0) return false;
    if (this.#memory.length > 0) return true;
    await retention?.stop();
    await this.#finish(writer, database, this.#closing);
    return true;
  }

  /** Stores the batches that have waited longest. */
  async #storeNext(writer: BatchWriter): Promise<boolean> {
    const spool = this.#spool;
    if (spool?.own !== undefined && spool.waiting.length > 0) {
      return await this.#replay!.storeOwn(writer, spool.own, this.#reply);
    }
    if (this.#memory.length === 0) return false;
    const group = groupOf(this.#memory);
    const refusals = await storeGroup(writer, group);
    this.#takeOut(new Set(group.map((batch) => batch.sequence)));
    for (const batch of group) {
      const { sequence } = batch;
      const message = refusals.get(sequence);
      // Meanwhile it may have been written to the disk, because it took long.
      const spooled = spool?.waiting.find((candidate) => candidate.sequence === sequence);
      if (message === undefined) {
        if (!tables[batch.table].ofRun) this.#noteShared(batch);
        this.#reply({ type: "stored", sequence });
        if (spooled !== undefined) spool!.remove(spool!.own!, spooled);
      } else {
        this.#reply({ type: "refused", sequence, message });
        spool?.refuse(batch, message, spooled && { owner: spool.own!, batch: spooled });
      }
    }
    return true;
  }

  #noteShared(batch: RowBatch): void {
    if (!this.#shared.includes(batch)) this.#shared.push(batch);
  }

  #takeOut(sequences: { has(sequence: number): boolean }): void {
    this.#memory = this.#memory.filter((batch) => !sequences.has(batch.sequence));
    this.#memoryRows = this.#memory.reduce((sum, batch) => sum + batch.rows, 0);
  }

  /** Moves what is in memory to the disk. */
  #spoolMemory(): void {
    const spool = this.#spool;
    if (spool === undefined) return;
    const settled = new Map<number, boolean>();
    for (const batch of this.#memory) {
      const { sequence } = batch;
      const { ofRun } = tables[batch.table];
      if (!ofRun) this.#noteShared(batch);
      const kept = ofRun ? spool.add(batch) : spool.secureShared();
      // A database that is only slow may still take what has no room on the disk.
      if (!kept && !this.#away) break;
      settled.set(sequence, kept);
    }
    spool.secure();
    for (const [sequence, kept] of settled) this.#reply({ type: kept ? "spooled" : "dropped", sequence });
    this.#takeOut(settled);
  }

  async #goAway(error: unknown): Promise<void> {
    const { database, retention } = this.#connection ?? {};
    // It may be within a statement that is never answered.
    void retention?.stop();
    this.#connection = undefined;
    this.#replay?.disconnect();
    await database?.close().catch(() => {});
    const message = errorMessage(error);
    if (!this.#away || message !== this.#complaint) this.#reply({ type: "problem", message });
    this.#complaint = message;
    this.#away = true;
    this.#spoolMemory();
    for (const { id } of this.#queries.splice(0)) this.#reply({ type: "queryFailed", id, message });
    this.#tellState();
    if (this.#closing !== undefined) return this.#finishAway(this.#closing);
    await this.#pause(this.#backoff.next());
  }

  /** Waits for the next attempt, or until the run is to end. */
  async #pause(waitMs: number): Promise<void> {
    const over = performance.now() + waitMs;
    for (let left = waitMs; left > 0 && this.#closing === undefined; left = over - performance.now()) {
      this.#wake = Promise.withResolvers();
      const timer = setTimeout(() => this.#wake.resolve(), left);
      await this.#wake.promise;
      clearTimeout(timer);
      for (const { id } of this.#queries.splice(0)) {
        this.#reply({ type: "queryFailed", id, message: "The database is away" });
      }
      this.#tellState();
    }
  }

  /** Starts those that have nothing to wait for any more. */
  #startQueries(database: Database): void {
    const waiting = this.#spool?.waiting[0]?.sequence ?? this.#memory[0]?.sequence ?? Infinity;
    const ready = this.#queries.filter(({ after }) => after < waiting);
    this.#queries = this.#queries.filter(({ after }) => after >= waiting);
    for (const { id, sql, parameters } of ready) {
      this.#queriesRunning += 1;
      database.query(sql, parameters).then(
        (rows) => this.#reply({ type: "rows", id, rows }),
        (error) => this.#reply({ type: "queryFailed", id, message: errorMessage(error) }),
      ).finally(() => {
        this.#queriesRunning -= 1;
        this.#wake.resolve();
      });
    }
  }

  async #finish(writer: BatchWriter, database: Database, { endedAt, lostRows }: Close): Promise<void> {
    await writer.end(endedAt, lostRows);
    await database.close();
    this.#spool?.close(true);
    this.#end({ type: "closed" });
  }

  #finishAway({ endedAt, lostRows }: Close): void {
    try {
      this.#spool?.own?.noteEnd({ endedAt, lostRows });
    } catch (error) {
      this.#reply({ type: "problem", message: `The end of the run was not noted: ${errorMessage(error)}` });
    }
    this.#spool?.close(false);
    this.#end({ type: "closed" });
  }

  #tellState(): void {
    const state: DatabaseState = {
      connected: this.#connection !== undefined,
      reconnects: this.#reconnects,
      spooledRows: this.#spool?.rows ?? 0,
      spooledBytes: this.#spool?.bytes ?? 0,
    };
    const text = JSON.stringify(state);
    if (text === this.#lastState) return;
    this.#lastState = text;
    this.#reply({ type: "state", state });
  }

  #fail(error: unknown): void {
    this.#spool?.close(false);
    this.#end({ type: "failed", message: errorMessage(error) });
  }

  #end(reply: StorageReply): void {
    this.#ended = true;
    this.#reply(reply);
  }
}

function opened(request: OpenRequest | undefined): OpenRequest {
  if (request === undefined) throw new StorageError("The database was used before it was opened");
  return request;
}
