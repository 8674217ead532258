import { assertEquals } from "@std/assert";
import { DatabaseRefusalError } from "../../../src/storage/database_errors.ts";
import type { Database } from "../../../src/storage/database.ts";
import type { StorageReply, StorageRequest } from "../../../src/storage/messages.ts";
import { RunBatches } from "../../../src/storage/run_batches.ts";
import { StorageSession } from "../../../src/storage/storage_session.ts";
import { bookTicker } from "../../integration/storage_fixture.ts";

const open: StorageRequest = {
  type: "open",
  dataDirectory: null,
  server: null,
  spool: null,
  run: { key: "key", mode: "test", seed: null, startedAt: 0 },
};

function batch(sequence: number): StorageRequest {
  const batches = new RunBatches(1);
  batches.bookTickers.append(bookTicker(0));
  return { type: "batch", batch: batches.bookTickers.take(sequence)! };
}

/** A database that answers everything with nothing, and throws at statements that hold `failing`. */
function fakeDatabase(failing: string): Database {
  const database: Database = {
    query: (sql) =>
      sql.includes(failing) ? Promise.reject(new DatabaseRefusalError("no such value")) : Promise.resolve([]),
    script: () => Promise.resolve(),
    transaction: (work) => work(database),
    close: () => Promise.resolve(),
  };
  return database;
}

/** Replies to the requests, until one that ends the conversation. */
function converse(failing: string, requests: readonly StorageRequest[]): Promise<StorageReply[]> {
  return new Promise((resolve) => {
    const replies: StorageReply[] = [];
    const session = new StorageSession(() => Promise.resolve(fakeDatabase(failing)), (reply) => {
      if (reply.type !== "state") replies.push(reply);
      if (reply.type === "closed" || reply.type === "failed") resolve(replies);
    });
    for (const request of requests) session.handle(request);
  });
}

const close: StorageRequest = { type: "close", endedAt: 1, lostRows: 0 };

Deno.test("StorageSession stores batches in their order, and answers a query after those before it", async () => {
  const query: StorageRequest = { type: "query", id: 9, sql: "select 1", parameters: [] };
  assertEquals(await converse("nothing fails", [open, batch(1), query, batch(2), close]), [
    { type: "stored", sequence: 1 },
    { type: "stored", sequence: 2 },
    { type: "rows", id: 9, rows: [] },
    { type: "closed" },
  ]);
});

Deno.test("StorageSession refuses a batch that the database does not take, and goes on", async () => {
  assertEquals(await converse("book_ticker_snapshots", [open, batch(1), close]), [
    {
      type: "refused",
      sequence: 1,
      message: "The database refused 1 rows for book_ticker_snapshots: no such value",
    },
    { type: "closed" },
  ]);
});

Deno.test("StorageSession fails once when the database cannot be opened or closed", async () => {
  assertEquals(await converse("insert into runs", [open, batch(1), close]), [
    { type: "failed", message: "no such value" },
  ]);
  assertEquals(await converse("update runs", [open, close]), [
    { type: "failed", message: "no such value" },
  ]);
});
