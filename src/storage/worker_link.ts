/**
 * The hot thread's side of the conversation with the storage worker.
 * @module
 */
import { StorageError } from "../core/errors.ts";
import type { Row, SqlValue } from "./database.ts";
import type { DatabaseState, OpenRequest, StorageReply, StorageRequest } from "./messages.ts";
import type { RowBatch } from "./row_batch.ts";
import type { TableName } from "./table.ts";

/** What became of the batches. Each that was sent is told of exactly once as stored or lost, unless it stays spooled. */
export interface WorkerLinkEvents {
  /** These rows are on the disk; the database gets them later. Told at most once of a batch. */
  spooled(table: TableName, rows: number): void;
  /** The database has these rows, which waited on the disk or not. */
  stored(table: TableName, rows: number, spooled: boolean): void;
  /** These rows will never be stored. */
  lost(rows: number, spooled: boolean): void;
  /** Something went wrong. */
  error(error: StorageError): void;
}

interface SentBatch {
  readonly table: TableName;
  readonly rows: number;
  /** Milliseconds on the machine's monotonic clock. */
  readonly sentAt: number;
}

type Settlement = StorageReply & { readonly type: "stored" | "spooled" | "dropped" | "refused" };

/** A worker with a database in it. When it fails it stays failed: everything on its way is lost, once. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #events: WorkerLinkEvents;
  readonly #sent = new Map<number, SentBatch>();
  readonly #spooled = new Map<number, SentBatch>();
  readonly #queries = new Map<number, PromiseWithResolvers<Row[]>>();
  readonly #closed = Promise.withResolvers<void>();
  #waiters: { readonly sequence: number; readonly resolve: () => void }[] = [];
  #lastSequence = 0;
  #lastQuery = 0;
  #ended = false;
  #state: DatabaseState = { connected: false, reconnects: 0, spooledRows: 0, spooledBytes: 0 };

  /** Starts the worker and lets it open the database, both in the background. */
  constructor(request: OpenRequest, events: WorkerLinkEvents) {
    this.#events = events;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "storage" });
    this.#worker.onmessage = (event: MessageEvent<StorageReply>): void => this.#receive(event.data);
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      this.fail(`The storage worker stopped: ${event.message}`);
    };
    this.#post(request);
  }

  /** Sends a batch; its numbers are handed over and must not be used any more. */
  send(batch: RowBatch): void {
    if (this.#ended) return this.#events.lost(batch.rows, false);
    this.#lastSequence = batch.sequence;
    const { table, rows } = batch;
    this.#sent.set(batch.sequence, { table, rows, sentAt: performance.now() });
    this.#post({ type: "batch", batch }, [batch.numbers.buffer]);
  }

  /** Runs a statement after everything that was sent before it. */
  query(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    if (this.#ended) return Promise.reject(new StorageError("The storage has been closed or has failed"));
    const id = ++this.#lastQuery;
    const answer = Promise.withResolvers<Row[]>();
    this.#queries.set(id, answer);
    this.#post({ type: "query", id, sql, parameters });
    return answer.promise;
  }

  /** How it stands with the database, as the worker told last. */
  get state(): DatabaseState {
    return this.#state;
  }

  /** Milliseconds since the oldest batch was sent that is not safe yet; 0 for none. */
  get oldestPendingMs(): number {
    const [oldest] = this.#sent.values();
    return oldest === undefined ? 0 : performance.now() - oldest.sentAt;
  }

  /** Resolves when every batch that was sent so far is stored, on the disk or lost. */
  settled(): Promise<void> {
    if (this.#sent.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push({ sequence: this.#lastSequence, resolve });
    return promise;
  }

  /** Ends the run and the worker. Resolves also when the worker fails meanwhile. */
  close(endedAt: number, lostRows: number): Promise<void> {
    if (!this.#ended) this.#post({ type: "close", endedAt, lostRows });
    return this.#closed.promise;
  }

  /** Gives the worker up: what is on its way is lost. */
  fail(message: string): void {
    if (this.#ended) return;
    this.#events.error(new StorageError(message));
    this.#end();
  }

  #post(request: StorageRequest, transfer: Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  #receive(reply: StorageReply): void {
    if (this.#ended) return;
    switch (reply.type) {
      case "stored":
      case "spooled":
      case "dropped":
      case "refused":
        return this.#settle(reply);
      case "state":
        this.#state = reply.state;
        return;
      case "problem":
        return this.#events.error(new StorageError(reply.message));
      case "rows":
        return this.#takeQuery(reply.id)?.resolve(reply.rows);
      case "queryFailed":
        return this.#takeQuery(reply.id)?.reject(
          new StorageError(`The database refused a query: ${reply.message}`),
        );
      case "failed":
        return this.fail(`The storage failed: ${reply.message}`);
      case "closed":
        return this.#end();
    }
  }

  #settle(reply: Settlement): void {
    const { sequence } = reply;
    const sent = this.#sent.get(sequence);
    const spooled = this.#spooled.get(sequence);
    const batch = sent ?? spooled;
    if (batch === undefined) return;
    this.#sent.delete(sequence);
    if (reply.type === "spooled") {
      this.#spooled.set(sequence, batch);
      if (sent !== undefined) this.#events.spooled(batch.table, batch.rows);
    } else {
      this.#spooled.delete(sequence);
      if (reply.type === "stored") this.#events.stored(batch.table, batch.rows, sent === undefined);
      else this.#events.lost(batch.rows, sent === undefined);
      if (reply.type === "refused") this.#events.error(new StorageError(reply.message));
    }
    // Batches become safe in their order, but for those that a full disk or the database refuses.
    const [first = Infinity] = this.#sent.keys();
    while (this.#waiters[0] !== undefined && this.#waiters[0].sequence < first) {
      this.#waiters.shift()!.resolve();
    }
  }

  #takeQuery(id: number): PromiseWithResolvers<Row[]> | undefined {
    const answer = this.#queries.get(id);
    this.#queries.delete(id);
    return answer;
  }

  #end(): void {
    this.#ended = true;
    this.#worker.terminate();
    for (const { rows } of this.#sent.values()) this.#events.lost(rows, false);
    this.#sent.clear();
    for (const answer of this.#queries.values()) {
      answer.reject(new StorageError("The storage ended before it answered the query"));
    }
    this.#queries.clear();
    for (const { resolve } of this.#waiters.splice(0)) resolve();
    this.#closed.resolve();
  }
}
