/**
 * A process that records book tickers at an even rate and says which of them are safe, to be killed by a test:
 * `storage_sender.ts <port of the server> <data directory> <mode> <rows per second>`. It ends in order when its
 * standard input ends.
 *
 * Each line of its output is one JSON object: `safe` rows are in the database or on the disk, counted from the first,
 * `stored` ones in the database; `idle` says that it is connected and nothing waits on the disk. The update id of a
 * row is its number. The last line has `report`.
 * @module
 */
import { serverSettings } from "../../src/config/server_settings.ts";
import { SystemClock } from "../../src/core/clock.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import { MarketStore, type StorageReport } from "../../src/storage/mod.ts";
import { testInstruments } from "./instruments.ts";

const [port = "", dataDirectory = "", mode = "", rate = ""] = Deno.args;
const tickMs = 10;

function say(what: Record<string, unknown>): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(what)}\n`);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}

/** Rows of tickers that are safe. Venues and symbols came before them and may be among those on the disk. */
function safeRows({ rows, spooled }: StorageReport): number {
  const shared = rows.exchanges.queued + rows.symbols.queued;
  return rows.book_ticker_snapshots.stored + Math.max(0, spooled - shared);
}

const clock = new SystemClock();
const store = MarketStore.open({
  clock,
  server: serverSettings(`postgres://postgres@127.0.0.1:${port}/postgres`),
  dataDirectory,
  mode,
  startedAt: clock.epochMs(),
  batchRows: 500,
  flushMs: 50,
  onError: (error) => say({ error: error.message }),
});
const instruments = testInstruments().all;
store.registerInstruments(instruments);

const begun = performance.now();
let recorded = 0;
let ended = false;
Deno.stdin.read(new Uint8Array(1)).then(() => ended = true);
while (!ended) {
  for (const due = Math.floor((performance.now() - begun) / 1_000 * Number(rate)); recorded < due;) {
    recorded += 1;
    store.recordBookTicker({
      instrument: (recorded % instruments.length) as InstrumentId,
      bidPrice: recorded,
      bidQuantity: 1,
      askPrice: recorded + 0.5,
      askQuantity: 2,
      exchangeTime: clock.epochMs(),
      receivedAt: clock.epochMs(),
      updateId: recorded,
    });
  }
  const { rows, lag } = store.report();
  say({
    safe: safeRows(store.report()),
    stored: rows.book_ticker_snapshots.stored,
    idle: lag.connected && lag.spooledBytes === 0,
  });
  await new Promise((resolve) => setTimeout(resolve, tickMs));
}
const report = await store.close();
say({ recorded, safe: safeRows(report), report });
Deno.exit(0);
