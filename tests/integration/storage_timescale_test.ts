import { assert, assertEquals } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { createExchangeSpreads, createPlainAggregates } from "../../src/storage/aggregates.ts";
import type { Database, Row } from "../../src/storage/database.ts";
import { defaultHistory, historySettings } from "../../src/storage/history_settings.ts";
import { historyLayouts, historyTableNames } from "../../src/storage/history_tables.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { Retention } from "../../src/storage/retention.ts";
import { schema } from "../../src/storage/schema.ts";
import { prepareTimescale } from "../../src/storage/timescale.ts";
import { createSymbols, insertEverywhere } from "../support/history_rows.ts";
import { openTimescaleDatabase } from "../support/timescale_database.ts";

const hour = 3_600_000;

Deno.test("TimescaleDB", async (test) => {
  const database = await openTimescaleDatabase();
  try {
    await migrate(database, schema);
    await createSymbols(database);
    for (const [name, check] of Object.entries(steps)) await test.step(name, () => check(database));
  } finally {
    await database.close();
  }
});

const steps: Readonly<Record<string, (database: Database) => Promise<void>>> = {
  "takes over a database that was plain PostgreSQL, with its rows": takesOver,
  "cuts every table into chunks of half an hour to six hours": cutsByTime,
  "orders compressed rows so that versions since 2.11 take them": ordersCompressedRows,
  "has a job for every setting": hasJobs,
  "compresses chunks, and rows that come late or twice are right": compresses,
  "applies changed settings and leaves the other jobs alone": appliesChanges,
  "lets the program drop whole chunks where there are no jobs": dropsChunks,
};

async function takesOver(database: Database): Promise<void> {
  await createPlainAggregates(database);
  await createExchangeSpreads(database);
  const now = Date.now();
  for (const [number, age] of [60, 31, 19, 1].entries()) {
    await insertEverywhere(database, now - age * hour, number);
  }
  const state = await prepareTimescale(database, defaultHistory);
  assertEquals([state.retention, state.warnings], ["policies", []]);
  for (const table of historyTableNames) {
    const [row] = await database.query(`select (select count(*) from ${table})::int as rows,
      (select count(*) from only ${table})::int as uncut,
      (select num_chunks from timescaledb_information.hypertables where hypertable_name = '${table}')::int as chunks`);
    assertEquals(row, { rows: 4, uncut: 0, chunks: 4 }, table);
  }
  // Rows from before the first run of the refresh job are in the aggregate, not only worked out when asked for.
  const aggregates = await database.query(
    `select view_name, materialized_only, materialization_hypertable_name as hidden
    from timescaledb_information.continuous_aggregates order by view_name`,
  );
  assertEquals(aggregates.map((row) => [row["view_name"], row["materialized_only"]]), [
    ["book_ticker_1h", false],
    ["book_ticker_1m", false],
  ]);
  for (const { hidden } of aggregates) {
    const [row] = await database.query(`select count(*)::int as n from _timescaledb_internal.${hidden}`);
    assert(Number(row!["n"]) >= 3, `${hidden} holds ${row!["n"]} rows`);
  }
}

async function cutsByTime(database: Database): Promise<void> {
  const rows = await database.query(`select hypertable_name as name, column_name as time,
    extract(epoch from time_interval)::int as seconds from timescaledb_information.dimensions
    where hypertable_schema = 'public'`);
  assertEquals(rows.length, historyTableNames.length);
  for (const { name, time, seconds } of rows) {
    const table = historyTableNames.find((known) => known === name)!;
    assertEquals(time, historyLayouts[table].time);
    assert(Number(seconds) >= 1_800 && Number(seconds) <= 21_600, `${name}: ${seconds} s`);
  }
  const [busy] = rows.filter((row) => row["name"] === "book_ticker_snapshots");
  assertEquals(busy!["seconds"], 1_800);
}

/** Before 2.17 columns of foreign keys had to be segment columns, and before 2.14 those of unique keys in the order. */
async function ordersCompressedRows(database: Database): Promise<void> {
  const settings = await database.query(`select hypertable_name as name, attname as column,
    segmentby_column_index is not null as segment from timescaledb_information.compression_settings
    where hypertable_schema = 'public'`);
  const keys = await database.query(
    `select conrelid::regclass::text as name, contype::text as kind, attname as column
    from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any (conkey)
    where contype in ('f', 'p', 'u') and connamespace = 'public'::regnamespace`,
  );
  const compressed = new Set(settings.map((row) => row["name"]));
  assertEquals(historyTableNames.filter((name) => !compressed.has(name)), ["orders"]);
  for (const { name, kind, column } of keys.filter((row) => compressed.has(row["name"]))) {
    const found = settings.find((row) => row["name"] === name && row["column"] === column);
    assert(found !== undefined && (kind !== "f" || found["segment"] === true), `${name}.${column}`);
  }
}

async function hasJobs(database: Database): Promise<void> {
  const expected = historyTableNames.flatMap((table) => {
    const { compressAfter, keep } = defaultHistory.tables[table];
    return [
      compressAfter === null ? [] : [`${table} compression ${compressAfter}`],
      `${table} retention ${keep}`,
    ];
  }).flat();
  for (const [name, key] of [["book_ticker_1m", "minute"], ["book_ticker_1h", "hour"]] as const) {
    const { compressAfter, keep, refreshWithin } = defaultHistory.aggregates[key];
    expected.push(`${name} compression ${compressAfter}`, `${name} retention ${keep}`);
    expected.push(`${name} refresh_continuous_aggregate ${refreshWithin}`);
  }
  assertEquals([...(await jobs(database)).keys()].sort(), expected.sort());
  const [row] = await database.query(`select config->>'drop_after' as age from timescaledb_information.jobs
    where hypertable_name = 'fills' and proc_name = 'policy_retention'`);
  assertEquals(row!["age"], "336:00:00");
}

/** Job ids by relation, kind and age, in the words of the settings. */
async function jobs(database: Database): Promise<Map<string, number>> {
  const rows = await database.query(`select coalesce(view_name, jobs.hypertable_name) as name, job_id,
      replace(proc_name, 'policy_', '') as kind, extract(epoch from
        coalesce(config->>'compress_after', config->>'drop_after', config->>'start_offset')::interval)::int as seconds
    from timescaledb_information.jobs left join timescaledb_information.continuous_aggregates
      on materialization_hypertable_name = jobs.hypertable_name
    where jobs.hypertable_name is not null`);
  return new Map(
    rows.map((
      row,
    ) => [`${row["name"]} ${row["kind"]} ${ageOf(Number(row["seconds"]))}`, Number(row["job_id"])]),
  );
}

function ageOf(seconds: number): string {
  return seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds / 3_600}h`;
}

async function compresses(database: Database): Promise<void> {
  const before = await contents(database);
  const [policies] = [
    await database.query(`select job_id from timescaledb_information.jobs
    where proc_name = 'policy_compression' and hypertable_schema = 'public' order by 1`),
  ];
  for (const { job_id } of policies) await database.script(`call run_job(${job_id})`);
  const chunks = await database.query(
    `select hypertable_name as name, count(*) filter (where is_compressed)::int as n
    from timescaledb_information.chunks where hypertable_schema = 'public' group by 1 order by 1`,
  );
  for (const { name, n } of chunks) {
    // A chunk with a row of 19 hours has an end that is at least 13 hours ago: behind every age but a day.
    const late = ["executions", "fills", "positions"].includes(String(name));
    assert(name === "orders" ? n === 0 : Number(n) >= (late ? 2 : 3), `${name}: ${n} compressed chunks`);
  }
  assertEquals(await contents(database), before);
  // Late rows into chunks that are compressed; then a fill that was sent before.
  await insertEverywhere(database, Date.now() - 31 * hour - 1, 9);
  const [opportunity] = await database.query("select duration_ms from arbitrage_opportunities where id = 9");
  assertEquals(opportunity, { duration_ms: 0 });
  const again =
    "insert into fills select * from fills where trade_id = '1' on conflict do nothing returning 1";
  assertEquals(await database.query(again), []);
  const update = `insert into orders select * from orders where client_order_id = '1'
    on conflict (run_id, client_order_id, created_at) do update set status = 'cancelled' returning status`;
  assertEquals(await database.query(update), [{ status: "cancelled" }]);
  await database.script("update orders set status = 'filled' where client_order_id = '1'");
  const [late] = await database.query("select count(*)::int as n from book_ticker_snapshots");
  assertEquals(late, { n: 5 });
}

/** Every row of every table as text. */
async function contents(database: Database): Promise<Row[][]> {
  const all: Row[][] = [];
  for (const table of historyTableNames) {
    all.push(await database.query(`select ${table}::text as row from ${table} order by 1`));
  }
  return all;
}

async function appliesChanges(database: Database): Promise<void> {
  const before = await jobs(database);
  const changed = historySettings({
    tables: {
      trade_snapshots: { chunk: "2h", compressAfter: null, keep: "4d" },
      orders: { compressAfter: "3d" },
      fills: { keep: null },
    },
    aggregates: { minute: { refreshWithin: "20h" } },
  });
  await prepareTimescale(database, changed);
  const after = await jobs(database);
  const gone = [...before.keys()].filter((job) => !after.has(job)).sort();
  assertEquals(gone, [
    "book_ticker_1m refresh_continuous_aggregate 1d",
    "fills retention 14d",
    "trade_snapshots compression 2h",
    "trade_snapshots retention 7d",
  ]);
  assertEquals([...after.keys()].filter((job) => !before.has(job)).sort(), [
    "book_ticker_1m refresh_continuous_aggregate 20h",
    "orders compression 3d",
    "trade_snapshots retention 4d",
  ]);
  for (const [job, id] of after) if (before.has(job)) assertEquals(before.get(job), id, job);
  const [dimension] = await database.query(`select extract(epoch from time_interval)::int as seconds
    from timescaledb_information.dimensions where hypertable_name = 'trade_snapshots'`);
  assertEquals(dimension, { seconds: 7_200 });
  // And back: rows that are compressed already stay as they are.
  await prepareTimescale(database, defaultHistory);
  assertEquals([...(await jobs(database)).keys()].sort(), [...before.keys()].sort());
}

async function dropsChunks(database: Database): Promise<void> {
  const retention = new Retention({
    database,
    settings: historySettings({ tables: { fills: { compressAfter: "30h", keep: "40h" } } }),
    state: { timescale: "2.23.0", retention: "chunks", warnings: [] },
    clock: new SystemClock(),
    onError: (error) => {
      throw error;
    },
  });
  const gone = await retention.sweep();
  assertEquals([gone.get("fills"), gone.get("orders")], [1, 0]);
  const [fills] = await database.query("select count(*)::int as n from fills");
  assertEquals(fills, { n: 4 });
}
