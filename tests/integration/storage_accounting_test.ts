import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { StorageError } from "../../src/core/errors.ts";
import type { StorageReport } from "../../src/storage/mod.ts";
import { testInstruments } from "../support/instruments.ts";
import { bookTicker, execution, fill, openStore, opportunity, withDirectory } from "./storage_fixture.ts";

const instruments = testInstruments();

function totals(report: StorageReport): { queued: number; stored: number } {
  const tables = Object.values(report.rows);
  return {
    queued: tables.reduce((sum, table) => sum + table.queued, 0),
    stored: tables.reduce((sum, table) => sum + table.stored, 0),
  };
}

Deno.test("MarketStore drops book tickers first when the database falls behind, and counts them", async () => {
  const { store, errors } = openStore({ maxPendingRows: 100, batchRows: 10 });
  store.registerInstruments(instruments.all);
  // The database takes seconds to start, so nothing is stored meanwhile: 3 venues and 9 symbols wait already.
  for (let row = 0; row < 1_000; row++) store.recordBookTicker(bookTicker(row % 9));
  for (let row = 0; row < 50; row++) store.recordFill(fill(`trade-${row}`));
  assertEquals(store.pendingRows, 150);
  const report = await store.close();
  assertEquals(report.rows.book_ticker_snapshots, { queued: 1_000, stored: 88 });
  assertEquals(report.rows.fills, { queued: 50, stored: 50 });
  assertEquals(report.lost, 912);
  assertEquals(store.pendingRows, 0);
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0]!.message, "rows for book_ticker_snapshots are dropped");
});

Deno.test("MarketStore loses only the batch that the database refuses, and says so", async () => {
  const { store, errors } = openStore({ batchRows: 2 });
  store.registerInstruments(instruments.all);
  for (const tradeId of ["1", "2", "no text has \0", "4", "5", "6"]) store.recordFill(fill(tradeId));
  await store.drained();
  assertEquals(await store.query("select trade_id from fills order by 1"), [
    { trade_id: "1" },
    { trade_id: "2" },
    { trade_id: "5" },
    { trade_id: "6" },
  ]);
  await assertRejects(() => store.query("select nonsense"), StorageError, "The database refused a query");
  const report = await store.close();
  assertEquals(report.rows.fills, { queued: 6, stored: 4 });
  assertEquals(report.lost, 2);
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0]!.message, "The database refused 2 rows for fills");
});

Deno.test("MarketStore that cannot open its database carries on and counts everything as lost", async () => {
  await withDirectory(async (directory) => {
    Deno.writeTextFileSync(`${directory}/file`, "not a directory");
    const { store, errors } = openStore({ dataDirectory: `${directory}/file`, batchRows: 10 });
    store.registerInstruments(instruments.all);
    for (let row = 0; row < 25; row++) store.recordBookTicker(bookTicker(0));
    await store.drained();
    for (const error of errors) assert(error instanceof StorageError);
    // Neither the database's folder nor a place for rows that wait for it can be made.
    assertEquals(errors.length > 1, true);
    store.recordOpportunity(opportunity(1));
    await assertRejects(() => store.query("select 1"), StorageError);
    const report = await store.close();
    assertEquals(totals(report), { queued: 38, stored: 0 });
    assertEquals(report.lost, 38);
    assertEquals(store.pendingRows, 0);
  });
});

Deno.test("MarketStore gives up a database that does not close in time", async () => {
  const { store, errors } = openStore({ closeTimeoutMs: 5 });
  store.registerInstruments(instruments.all);
  store.recordExecution(execution(1));
  const report = await store.close();
  assertEquals(totals(report), { queued: 13, stored: 0 });
  assertEquals(report.lost, 13);
  assertStringIncludes(errors[0]!.message, "did not close within 5 ms");
});

Deno.test("MarketStore counts rows that come after close as lost, and refuses instruments it does not know", async () => {
  const { store } = openStore({ closeTimeoutMs: 5 });
  assertThrows(() => store.recordBookTicker(bookTicker(0)), RangeError, "was not registered");
  store.registerInstruments(instruments.all.slice(0, 3));
  store.registerInstruments(instruments.all);
  assertEquals(store.report().rows.symbols.queued, 9);
  assertEquals(store.report().rows.exchanges.queued, 3);
  const closed = store.close();
  store.recordBookTicker(bookTicker(0));
  assertEquals((await closed).lost, 13);
});
