/**
 * What it costs to store rows: the hot thread, the embedded database, and a server beside psql.
 * @module
 */
import { serverSettings } from "../../src/config/server_settings.ts";
import { SystemClock } from "../../src/core/clock.ts";
import { exchanges } from "../../src/core/exchange.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import { BatchWriter } from "../../src/storage/batch_writer.ts";
import { groupOf, storeGroup } from "../../src/storage/group_writer.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { MarketStore } from "../../src/storage/mod.ts";
import type { RowBatch } from "../../src/storage/row_batch.ts";
import { RunBatches } from "../../src/storage/run_batches.ts";
import { schema } from "../../src/storage/schema.ts";
import { ServerDatabase } from "../../src/storage/server_database.ts";
import { testInstruments } from "../support/instruments.ts";
import { noPostgresServer, PostgresServer } from "../support/postgres_server.ts";

const someTime = 1_767_323_045_678;
const rows = 10_000;
const manyRows = 200_000;
const copied = "data/bench_book_tickers.copy";
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
const balances = Array.from({ length: 100 }, (_, index) => ({
  exchange: exchanges[index % exchanges.length]!.key,
  coin: `COIN${index}`,
  available: index / 7,
  locked: index / 11,
  time: someTime,
}));

/** A server with a store and a writer of its own. */
interface Server {
  readonly server: PostgresServer;
  readonly database: ServerDatabase;
  readonly store: MarketStore;
  readonly writer: BatchWriter;
  /** Leaves the check of foreign keys to the server, as psql does. */
  readonly checkedWriter: BatchWriter;
}

let embedded: Promise<MarketStore> | undefined;
let server: Promise<Server> | undefined;
let sequence = 10;

/** The store of all benches, with its database ready. */
function embeddedStore(): Promise<MarketStore> {
  return embedded ??= openStore({});
}

function theServer(): Promise<Server> {
  return server ??= startServer();
}

async function openStore(where: { server?: ReturnType<typeof serverSettings> }): Promise<MarketStore> {
  const store = MarketStore.open({
    clock: new SystemClock(),
    mode: "bench",
    startedAt: someTime,
    onError: (error) => {
      throw error;
    },
    ...where,
  });
  store.registerInstruments(testInstruments().all);
  await store.drained();
  return store;
}

async function startServer(): Promise<Server> {
  const server = await PostgresServer.start();
  const settings = serverSettings(server.url());
  const database = await ServerDatabase.open(settings);
  await migrate(database, schema);
  const store = await openStore({ server: settings });
  const run = { key: crypto.randomUUID(), mode: "bench", seed: null, startedAt: someTime };
  const writer = await BatchWriter.start(database, run);
  const checkedWriter = await BatchWriter.start(database, run, { checkKeys: true });
  const batches = new RunBatches(10);
  for (const exchange of exchanges) batches.exchanges.append(exchange);
  for (const instrument of testInstruments().all) {
    const exchange = exchanges.find((candidate) => candidate.key === instrument.exchange)!;
    batches.symbols.append({ exchange, instrument });
  }
  const shared = [batches.exchanges.take(1)!, batches.symbols.take(2)!];
  for (const each of [writer, checkedWriter]) await each.write(shared);
  return { server, database, store, writer, checkedWriter };
}

function nextTicker(): typeof ticker {
  ticker.updateId += 1;
  ticker.bidPrice += 0.01;
  return ticker;
}

/** Batches of book tickers, of 1,000 rows each where there are as many. */
function tickerBatches(count: number): RowBatch[] {
  const { bookTickers } = new RunBatches(Math.min(count, 1_000));
  const batches: RowBatch[] = [];
  for (let row = 0; row < count; row++) {
    if (bookTickers.append(nextTicker())) batches.push(bookTickers.take(++sequence)!);
  }
  return batches;
}

async function storeAll(writer: BatchWriter, batches: RowBatch[]): Promise<void> {
  for (let waiting = batches; waiting.length > 0;) {
    const group = groupOf(waiting);
    if ((await storeGroup(writer, group)).size > 0) throw new Error("the server refused rows");
    waiting = waiting.slice(group.length);
  }
}

function bench(
  group: string,
  name: string,
  repetitions: { readonly n: number; readonly warmup: number; readonly baseline?: boolean },
  fn: (bench: Deno.BenchContext) => Promise<void>,
): void {
  Deno.bench({ group, name, ...repetitions, fn });
}

function serverBench(
  group: string,
  name: string,
  repetitions: { readonly n: number; readonly warmup: number; readonly baseline?: boolean },
  fn: (bench: Deno.BenchContext, server: Server) => Promise<void>,
): void {
  const skipped = noPostgresServer === undefined ? "" : ` (skipped: ${noPostgresServer})`;
  Deno.bench({
    group,
    name: name + skipped,
    ignore: noPostgresServer !== undefined,
    ...repetitions,
    fn: async (context) => await fn(context, await theServer()),
  });
}

bench(
  "what the hot thread pays",
  "hot thread: append 1,000 book tickers and hand over the batch",
  { n: 100, warmup: 50, baseline: true },
  async (bench) => {
    const store = await embeddedStore();
    await store.drained();
    bench.start();
    for (let row = 0; row < 1_000; row++) store.recordBookTicker(nextTicker());
    bench.end();
  },
);

bench(
  "what the hot thread pays",
  "hot thread: 1,000 inserts, each awaited",
  { n: 3, warmup: 1 },
  async (bench) => {
    const store = await embeddedStore();
    await store.drained();
    const { bidPrice, bidQuantity, askPrice, askQuantity, exchangeTime, receivedAt, updateId } = ticker;
    const values = [bidPrice, bidQuantity, askPrice, askQuantity, exchangeTime, receivedAt, updateId];
    bench.start();
    for (let row = 0; row < 1_000; row++) await store.query(insert, values);
    bench.end();
  },
);

bench(
  "embedded database",
  "embedded: store 10,000 book tickers in batches of 1,000",
  { n: 5, warmup: 1 },
  async (bench) => {
    const store = await embeddedStore();
    await store.drained();
    bench.start();
    for (let row = 0; row < rows; row++) store.recordBookTicker(nextTicker());
    await store.drained();
    bench.end();
  },
);

serverBench(
  "small batches on a server",
  "server: commit a batch of 100 book tickers",
  { n: 200, warmup: 20, baseline: true },
  async (bench, { writer }) => {
    const batches = tickerBatches(100);
    bench.start();
    await writer.write(batches);
    bench.end();
  },
);

serverBench(
  "small batches on a server",
  "server: commit a batch of 100 book tickers by unnest",
  { n: 200, warmup: 20 },
  async (bench, { writer }) => {
    const [batch] = tickerBatches(100);
    bench.start();
    await writer.writeAlone(batch!);
    bench.end();
  },
);

serverBench(
  "small batches on a server",
  "server: commit a change of one row",
  { n: 200, warmup: 20 },
  async (bench, { database }) => {
    bench.start();
    await database.query("update runs set lost_rows = 0 where id = 1");
    bench.end();
  },
);

serverBench(
  "small batches on a server",
  "server: 100 balance snapshots, from the hot thread to the commit",
  { n: 100, warmup: 10 },
  async (bench, { store }) => {
    bench.start();
    store.recordBalances(balances);
    await store.drained();
    bench.end();
  },
);

serverBench(
  "200,000 book tickers to a server",
  "server: one connection, batches of 1,000, keys vouched for",
  { n: 5, warmup: 1, baseline: true },
  async (bench, { database, writer }) => {
    const batches = tickerBatches(manyRows);
    await database.script("truncate book_ticker_snapshots");
    bench.start();
    await storeAll(writer, batches);
    bench.end();
  },
);

serverBench(
  "200,000 book tickers to a server",
  "server: the same, keys checked by the server",
  { n: 5, warmup: 1 },
  async (bench, { database, checkedWriter }) => {
    const batches = tickerBatches(manyRows);
    await database.script("truncate book_ticker_snapshots");
    bench.start();
    await storeAll(checkedWriter, batches);
    bench.end();
  },
);

serverBench(
  "200,000 book tickers to a server",
  "server: from the hot thread to the last commit",
  { n: 5, warmup: 1 },
  async (bench, { database, store }) => {
    await database.script("truncate book_ticker_snapshots");
    bench.start();
    for (let row = 0; row < manyRows; row++) store.recordBookTicker(nextTicker());
    await store.drained();
    bench.end();
  },
);

for (const format of ["text", "binary"]) {
  serverBench(
    "200,000 book tickers to a server",
    `psql \\copy of the same rows, keys checked by the server, ${format} format`,
    { n: 5, warmup: 0 },
    async (bench, { server, database, writer }) => {
      await database.script("truncate book_ticker_snapshots");
      await storeAll(writer, tickerBatches(manyRows));
      await psql(server, `\\copy book_ticker_snapshots to '${copied}' (format ${format})`);
      await database.script("truncate book_ticker_snapshots");
      bench.start();
      await psql(server, `\\copy book_ticker_snapshots from '${copied}' (format ${format})`);
      bench.end();
      Deno.removeSync(copied);
    },
  );
}

async function psql(server: PostgresServer, command: string): Promise<void> {
  const { code, stderr } = await server.psql("-c", command);
  if (code !== 0) throw new Error(`psql: ${stderr}`);
}
