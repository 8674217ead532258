/**
 * The worker's side of the conversation: requests in, replies out, one at a time.
 * @module
 */
import { errorMessage, StorageError } from "../core/errors.ts";
import { BatchWriter } from "./batch_writer.ts";
import type { Database } from "./database.ts";
import type { OpenRequest, StorageReply, StorageRequest } from "./messages.ts";
import { migrate } from "./migrations.ts";
import { schema } from "./schema.ts";

/** Serves one run: `open` first, `close` last. */
export class StorageSession {
  readonly #openDatabase: (dataDirectory: string | null) => Promise<Database>;
  readonly #reply: (reply: StorageReply) => void;
  #database: Database | undefined;
  #writer: BatchWriter | undefined;
  #queue: Promise<void> = Promise.resolve();
  #failed = false;

  /**
   * @param openDatabase Opens the database that the first request asks for.
   * @param reply Receives the answers, in the order of the requests.
   */
  constructor(
    openDatabase: (dataDirectory: string | null) => Promise<Database>,
    reply: (reply: StorageReply) => void,
  ) {
    this.#openDatabase = openDatabase;
    this.#reply = reply;
  }

  /** Takes a request; it is served when those before it are. */
  handle(request: StorageRequest): void {
    this.#queue = this.#queue.then(() => this.#serve(request)).catch((error) => this.#fail(error));
  }

  async #serve(request: StorageRequest): Promise<void> {
    if (this.#failed) return;
    if (request.type === "open") await this.#open(request);
    else if (request.type === "batch") await this.#store(request);
    else if (request.type === "query") await this.#query(request);
    else await this.#close(request.endedAt, request.lostRows);
  }

  async #open(request: OpenRequest): Promise<void> {
    this.#database = await this.#openDatabase(request.dataDirectory);
    await migrate(this.#database, schema);
    this.#writer = await BatchWriter.start(this.#database, request.run);
    this.#reply({ type: "opened" });
  }

  async #store({ batch }: StorageRequest & { type: "batch" }): Promise<void> {
    const { sequence } = batch;
    try {
      await opened(this.#writer).write(batch);
      this.#reply({ type: "stored", sequence });
    } catch (error) {
      this.#reply({ type: "refused", sequence, message: errorMessage(error) });
    }
  }

  async #query({ id, sql, parameters }: StorageRequest & { type: "query" }): Promise<void> {
    try {
      this.#reply({ type: "rows", id, rows: await opened(this.#database).query(sql, parameters) });
    } catch (error) {
      this.#reply({ type: "queryFailed", id, message: errorMessage(error) });
    }
  }

  async #close(endedAt: number, lostRows: number): Promise<void> {
    await opened(this.#writer).end(endedAt, lostRows);
    await opened(this.#database).close();
    this.#reply({ type: "closed" });
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#reply({ type: "failed", message: errorMessage(error) });
  }
}

function opened<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new StorageError("The database was used before it was opened");
  return thing;
}
