/**
 * What it costs the hot thread to store a row, beside waiting for an insert.
 * @module
 */
import { SystemClock } from "../../src/core/clock.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import { MarketStore } from "../../src/storage/mod.ts";
import { testInstruments } from "../support/instruments.ts";

const someTime = 1_767_323_045_678;
const rows = 10_000;
const insert = `insert into book_ticker_snapshots values (1, 5, $1, $2, $3, $4,
  to_timestamp($5::float8 / 1000), to_timestamp($6::float8 / 1000), $7)`;
const ticker = {
  instrument: 4 as InstrumentId,
  bidPrice: 93_387.28,
  bidQuantity: 3.73485,
  askPrice: 93_387.29,
  askQuantity: 7.669875,
  exchangeTime: someTime,
  receivedAt: someTime + 12,
  updateId: 1,
};

let open: Promise<MarketStore> | undefined;

/** The store of all benches, with its database ready. */
function openedStore(): Promise<MarketStore> {
  return open ??= openStore();
}

async function openStore(): Promise<MarketStore> {
  const store = MarketStore.open({
    clock: new SystemClock(),
    mode: "bench",
    startedAt: someTime,
    onError: (error) => {
      throw error;
    },
  });
  store.registerInstruments(testInstruments().all);
  await store.drained();
  return store;
}

function recordRow(store: MarketStore): void {
  ticker.updateId += 1;
  ticker.bidPrice += 0.01;
  store.recordBookTicker(ticker);
}

Deno.bench({
  name: "hot thread: append 1,000 book tickers and hand over the batch",
  group: "what the hot thread pays",
  baseline: true,
  n: 100,
  warmup: 20,
}, async (bench) => {
  const store = await openedStore();
  await store.drained();
  bench.start();
  for (let row = 0; row < 1_000; row++) recordRow(store);
  bench.end();
});

Deno.bench({
  name: "hot thread: 1,000 inserts, each awaited",
  group: "what the hot thread pays",
  n: 3,
  warmup: 1,
}, async (bench) => {
  const store = await openedStore();
  await store.drained();
  const { bidPrice, bidQuantity, askPrice, askQuantity, exchangeTime, receivedAt, updateId } = ticker;
  const values = [bidPrice, bidQuantity, askPrice, askQuantity, exchangeTime, receivedAt, updateId];
  bench.start();
  for (let row = 0; row < 1_000; row++) await store.query(insert, values);
  bench.end();
});

Deno.bench({
  name: "database: store 10,000 book tickers in batches of 1,000",
  group: "throughput",
  n: 5,
  warmup: 1,
}, async (bench) => {
  const store = await openedStore();
  await store.drained();
  bench.start();
  for (let row = 0; row < rows; row++) recordRow(store);
  await store.drained();
  bench.end();
});
