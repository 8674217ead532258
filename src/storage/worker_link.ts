/**
 * The hot thread's side of the conversation with the storage worker.
 * @module
 */
import { StorageError } from "../core/errors.ts";
import type { Row, SqlValue } from "./database.ts";
import type { OpenRequest, StorageReply, StorageRequest } from "./messages.ts";
import type { RowBatch } from "./row_batch.ts";
import type { TableName } from "./table.ts";

/** What became of the batches. Each that was sent is told of exactly once. */
export interface WorkerLinkEvents {
  /** The database has these rows. */
  stored(table: TableName, rows: number): void;
  /** These rows will never be stored. */
  lost(rows: number): void;
  /** Something went wrong. */
  error(error: StorageError): void;
}

interface SentBatch {
  readonly table: TableName;
  readonly rows: number;
}

/** A worker with a database in it. When it fails it stays failed: everything on its way is lost, once. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #events: WorkerLinkEvents;
  readonly #sent = new Map<number, SentBatch>();
  readonly #queries = new Map<number, PromiseWithResolvers<Row[]>>();
  readonly #closed = Promise.withResolvers<void>();
  #waiters: { readonly sequence: number; readonly resolve: () => void }[] = [];
  #lastSequence = 0;
  #lastQuery = 0;
  #ended = false;

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
    if (this.#ended) return this.#events.lost(batch.rows);
    this.#lastSequence = batch.sequence;
    this.#sent.set(batch.sequence, { table: batch.table, rows: batch.rows });
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

  /** Resolves when every batch that was sent so far is stored or lost. */
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
    if (reply.type === "stored" || reply.type === "refused") this.#settle(reply);
    else if (reply.type === "rows") this.#takeQuery(reply.id)?.resolve(reply.rows);
    else if (reply.type === "queryFailed") {
      this.#takeQuery(reply.id)?.reject(new StorageError(`The database refused a query: ${reply.message}`));
    } else if (reply.type === "failed") this.fail(`The storage failed: ${reply.message}`);
    else if (reply.type === "closed") this.#end();
  }

  #settle(reply: StorageReply & { type: "stored" | "refused" }): void {
    const batch = this.#sent.get(reply.sequence);
    if (batch === undefined) return;
    this.#sent.delete(reply.sequence);
    if (reply.type === "stored") this.#events.stored(batch.table, batch.rows);
    else {
      this.#events.lost(batch.rows);
      this.#events.error(new StorageError(reply.message));
    }
    // The worker answers in the order of the batches.
    while (this.#waiters[0] !== undefined && this.#waiters[0].sequence <= reply.sequence) {
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
    for (const { rows } of this.#sent.values()) this.#events.lost(rows);
    this.#sent.clear();
    for (const answer of this.#queries.values()) {
      answer.reject(new StorageError("The storage ended before it answered the query"));
    }
    this.#queries.clear();
    for (const { resolve } of this.#waiters.splice(0)) resolve();
    this.#closed.resolve();
  }
}
