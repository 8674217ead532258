import { assertAlmostEquals, assertEquals } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { exchangeByKey, exchanges } from "../../src/core/exchange.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import { BatchWriter } from "../../src/storage/batch_writer.ts";
import type { Database } from "../../src/storage/database.ts";
import { defaultHistory, historySettings } from "../../src/storage/history_settings.ts";
import { historyLayouts, historyTableNames } from "../../src/storage/history_tables.ts";
import { Retention } from "../../src/storage/retention.ts";
import { RunBatches } from "../../src/storage/run_batches.ts";
import { type HistoryState, prepareTimescale } from "../../src/storage/timescale.ts";
import type { OrderRow } from "../../src/storage/trading_tables.ts";
import { createSymbols, insertEverywhere } from "../support/history_rows.ts";
import { type StorageHome, testInEveryHome } from "../support/storage_homes.ts";
import { testInstruments } from "../support/instruments.ts";
import { bookTicker, fill, opportunity } from "./storage_fixture.ts";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
/** Two whole hours that have passed. */
const start = Math.floor(Date.now() / hour) * hour - 3 * hour;

testInEveryHome("History", async (database, home, test) => {
  let state: HistoryState | undefined;
  await createSymbols(database);

  await test.step("is prepared as often as one likes", async () => {
    state = await prepareTimescale(database, defaultHistory);
    assertEquals(await prepareTimescale(database, defaultHistory), state);
    assertEquals(state.timescale !== null, home.timescale);
    assertEquals(state.retention, home.timescale ? "policies" : "rows");
    assertEquals(state.warnings, []);
  });

  await test.step("has candles of minutes and hours of the middle price, and spreads", async () => {
    await holdsCandles(database, home);
  });

  await test.step("has the spread between venues, without coins that only share a ticker", async () => {
    await holdsSpreads(database);
  });

  await test.step("ends for rows that are old, in every table", async () => {
    await endsForOldRows(database, home, state!);
  });

  await test.step("uses the space of dropped rows again, also where nothing else cleans up", async () => {
    if (home.name !== "PGlite") return;
    await database.script(
      `insert into latency_samples (run_id, stage, samples, p50_us, p90_us, p99_us, max_us, measured_at)
      select 1, 'books', 1, 1, 1, 1, 1, now() - interval '30 days' from generate_series(1, 5000)`,
    );
    assertEquals(
      (await retentionOf(database, state!, { sliceRows: 5_000 }).sweep()).get("latency_samples"),
      5_000,
    );
    const [row] = await database.query(
      `select vacuum_count, analyze_count, n_dead_tup from pg_stat_user_tables
      where relname = 'latency_samples'`,
    );
    assertEquals(row, { vacuum_count: 1, analyze_count: 1, n_dead_tup: 0 });
  });

  await test.step("forgets batches that cannot come again", async () => {
    await database.script(`insert into stored_batches (run_id, sequence, table_name, row_count, stored_at)
      select 1, n, 'fills', 1, now() - n * interval '1 day' from generate_series(1, 20) as n`);
    const retention = retentionOf(database, state!, { sliceRows: 3 });
    assertEquals((await retention.sweep()).get("stored_batches"), 14);
    const rows = await database.query("select sequence from stored_batches order by 1");
    assertEquals(rows.map((row) => Number(row["sequence"])), [1, 2, 3, 4, 5, 6]);
  });

  await test.step("takes batches of a run once, and the last state of an order", async () => {
    await takesBatchesOnce(database);
  });
});

/** Quotes as symbol, time after the start, bid and ask. */
const quotes: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 99, 101],
  [1, 20_000, 104, 106],
  [1, 40_000, 89, 91],
  [1, 59_999, 98, 100],
  [1, minute, 100, 104],
  [1, hour, 109, 111],
  [2, 30_000, 102, 103],
  [2, hour, 107, 108],
  [3, 30_000, 1, 2],
  [4, 30_000, 3, 4],
];

async function holdsCandles(database: Database, home: StorageHome): Promise<void> {
  for (const [symbol, offset, bid, ask] of quotes) await insertQuote(database, symbol, offset, bid, ask);
  // Neither a side without a price nor a price that no sum could hold counts.
  await insertQuote(database, 1, 10_000, null, 500);
  await insertQuote(database, 1, 10_001, 1e308, 1.7e308);
  await insertQuote(database, 1, 10_002, 0, 0);
  if (home.timescale) await runJobs(database, "policy_refresh_continuous_aggregate");
  const minutes = await candles(database, "book_ticker_1m", 1);
  assertEquals(minutes.map((row) => row.slice(0, 9)), [
    [0, 100, 105, 90, 99, 98, 100, 4, 10_000 / 45],
    [minute, 102, 102, 102, 102, 100, 104, 1, 40_000 / 102],
    [hour, 110, 110, 110, 110, 109, 111, 1, 20_000 / 110],
  ]);
  const spreads = [200, 20_000 / 105, 10_000 / 45, 20_000 / 99];
  assertAlmostEquals(minutes[0]![9]!, spreads.reduce((sum, spread) => sum + spread) / 4, 1e-9);
  const hours = await candles(database, "book_ticker_1h", 1);
  assertEquals(hours.map((row) => row.slice(0, 9)), [
    [0, 100, 105, 90, 102, 100, 104, 5, 40_000 / 102],
    [hour, 110, 110, 110, 110, 109, 111, 1, 20_000 / 110],
  ]);
  const average = (spreads.reduce((sum, spread) => sum + spread) + 40_000 / 102) / 5;
  assertAlmostEquals(hours[0]![9]!, average, 1e-9);
}

async function insertQuote(
  database: Database,
  symbol: number,
  offset: number,
  bid: number | null,
  ask: number,
): Promise<void> {
  await database.query(
    `insert into book_ticker_snapshots (run_id, symbol_id, bid_price, ask_price, received_at)
    values (1, $1, $2::text::float8, $3::text::float8, to_timestamp($4::float8 / 1000))`,
    [symbol, bid === null ? null : String(bid), String(ask), start + offset],
  );
}

async function candles(database: Database, view: string, symbol: number): Promise<number[][]> {
  const columns = "open, high, low, close, close_bid, close_ask, quotes, max_spread_bps, average_spread_bps";
  const rows = await database.query(
    `select extract(epoch from bucket)::float8 * 1000 - $2::float8 as after, ${columns} from ${view}
    where symbol_id = $1 order by bucket`,
    [symbol, start],
  );
  return rows.map((row) => ["after", ...columns.split(", ")].map((column) => Number(row[column])));
}

async function holdsSpreads(database: Database): Promise<void> {
  const rows = await database.query(
    `select extract(epoch from bucket)::float8 * 1000 - $1::float8 as after, base, quote, buy_symbol_id,
      sell_symbol_id, spread_bps, middle_spread_bps from exchange_spread_1m order by bucket, buy_symbol_id`,
    [start],
  );
  assertEquals(rows.map((row) => [row["after"], row["base"], row["buy_symbol_id"], row["sell_symbol_id"]]), [
    [0, "A", 1, 2],
    [0, "A", 2, 1],
    [hour, "A", 1, 2],
    [hour, "A", 2, 1],
  ]);
  // Bought at 100 and sold at 102; bought at 103 and sold at 98; middles of 99 and 102.5.
  assertAlmostEquals(Number(rows[0]!["spread_bps"]), 200, 1e-9);
  assertAlmostEquals(Number(rows[1]!["spread_bps"]), (-5 / 103) * 10_000, 1e-9);
  assertAlmostEquals(Number(rows[0]!["middle_spread_bps"]), (3.5 / 99) * 10_000, 1e-9);
  const hours = await database.query("select count(*) as n from exchange_spread_1h");
  assertEquals(Number(hours[0]!["n"]), 4);
}

async function endsForOldRows(database: Database, home: StorageHome, state: HistoryState): Promise<void> {
  await database.script("delete from book_ticker_snapshots");
  const now = Date.now();
  // Fifteen days are longer than any table is kept, and half a day is shorter.
  for (let number = 1; number <= 5; number++) {
    await insertEverywhere(database, now - 15 * day - number, number);
  }
  await insertEverywhere(database, now - 12 * hour, 6);
  if (home.timescale) await runJobs(database, "policy_retention");
  const gone = await retentionOf(database, state, { sliceRows: 2 }).sweep();
  for (const table of historyTableNames) {
    assertEquals(gone.get(table), home.timescale ? undefined : 5, table);
    const { time } = historyLayouts[table];
    const rows = await database.query(
      `select extract(epoch from ${time})::float8 * 1000 as time from ${table}`,
    );
    assertEquals(rows.map((row) => Math.round(Number(row["time"]))), [now - 12 * hour], table);
  }
}

function retentionOf(
  database: Database,
  state: HistoryState,
  { sliceRows }: { sliceRows: number },
): Retention {
  return new Retention({
    database,
    state,
    settings: historySettings({ keepBatches: "156h" }),
    clock: new SystemClock(),
    onError: (error) => {
      throw error;
    },
    sliceRows,
  });
}

async function runJobs(database: Database, procedure: string): Promise<void> {
  const jobs = await database.query(
    "select job_id from timescaledb_information.jobs where proc_name = $1 order by job_id",
    [procedure],
  );
  for (const { job_id } of jobs) await database.script(`call run_job(${job_id})`);
}

async function takesBatchesOnce(database: Database): Promise<void> {
  await database.script(historyTableNames.map((name) => `delete from ${name};`).join("\n"));
  const run = { key: "6c84fb90-12c4-11e1-840d-7b25c5ee775a", mode: "paper", seed: null, startedAt: start };
  const [writer, batches] = [await BatchWriter.start(database, run), new RunBatches(10)];
  for (const exchange of exchanges) batches.exchanges.append(exchange);
  for (const instrument of testInstruments().all) {
    batches.symbols.append({ exchange: exchangeByKey(instrument.exchange), instrument });
  }
  await writer.write([batches.exchanges.take(1)!]);
  await writer.write([batches.symbols.take(2)!]);
  for (let index = 0; index < 3; index++) {
    batches.bookTickers.append(bookTicker(index, { receivedAt: start + index }));
    batches.opportunities.append(opportunity(index + 1, { startedAt: start, endedAt: start + 250 }));
    batches.fills.append({ fill: fill(`trade ${index}`, { time: start }), paper: true });
  }
  batches.orders.append(order("open"));
  const first = [batches.bookTickers, batches.opportunities, batches.fills, batches.orders]
    .map((builder, index) => builder.take(3 + index)!);
  batches.orders.append(order("filled"));
  const second = batches.orders.take(7)!;
  for (const group of [first, first, [second], [second], [...first, second]]) await writer.write(group);
  const [row] = await database.query(`select (select count(*) from book_ticker_snapshots)::int as tickers,
    (select count(*) from fills)::int as fills, (select string_agg(status, ' ') from orders) as orders,
    (select string_agg(duration_ms::text, ' ') from arbitrage_opportunities) as durations`);
  assertEquals(row, { tickers: 3, fills: 3, orders: "filled", durations: "250 250 250" });
}

function order(status: OrderRow["status"]): OrderRow {
  return {
    instrument: 0 as InstrumentId,
    clientOrderId: "order",
    orderId: "1",
    side: "buy",
    type: "limit",
    timeInForce: "ioc",
    status,
    reduceOnly: false,
    paper: true,
    price: 1,
    quantity: 1,
    filledQuantity: 0,
    averagePrice: NaN,
    createdAt: start,
    updatedAt: start,
  };
}
