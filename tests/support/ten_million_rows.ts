/**
 * A PostgreSQL server with ten million rows, for benches of what reads it.
 * @module
 */
import { serverSettings } from "../../src/config/server_settings.ts";
import { SystemClock } from "../../src/core/clock.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { schema } from "../../src/storage/schema.ts";
import { ServerDatabase } from "../../src/storage/server_database.ts";
import { ExchangeSyncService } from "../../src/storage/sync/mod.ts";
import { PostgresServer } from "./postgres_server.ts";

/** First moment of all rows, epoch milliseconds: 2026-01-02. */
export const firstMs = 1_767_312_000_000;
/** Length of the time that they cover, milliseconds: three days. */
export const spanMs = 259_200_000;
/** Coins of which there are rows; four times as many are listed. */
export const recordedCoins = 100;

/** Symbols are C0, C1, …, each on every venue: ids 1, 2, 3 are C0 on MEXC, Gate.io and its futures, and so on. */
const symbols = `insert into symbols
  (exchange_id, base, quote, exchange_symbol, market, tick_size, lot_size, contract_size, tradable)
  select exchanges.id, 'C' || coin, 'USDT', 'C' || coin || '_USDT', market, 0.01, 0.001, 1, true
  from generate_series(0, ${4 * recordedCoins - 1}) as coin, exchanges order by coin, exchanges.id`;

/** SQL for the time of a row `i` of so many. */
function timeOf(rows: number): string {
  return `to_timestamp(${firstMs / 1_000}) + i * interval '${spanMs / rows} ms'`;
}

interface Load {
  readonly table: string;
  readonly rows: number;
  readonly select: string;
}

const loads: readonly Load[] = [
  {
    table: "book_ticker_snapshots",
    rows: 7_000_000,
    select: `1, 1 + i % ${3 * recordedCoins}, 100 + sin(i / 1e5), 1, 100.01 + sin(i / 1e5), 2, null, time, i`,
  },
  {
    table: "arbitrage_opportunities",
    rows: 1_000_000,
    // Edges with a long tail: few are large.
    select: `1, i, 1 + (i % ${recordedCoins}) * 3, 2 + (i % ${recordedCoins}) * 3, time,
      time + interval '1 s', 'closed', -ln(random()) * 3, 1, random(), 0, 1, 1000, 'taken'`,
  },
  {
    table: "funding_rate_snapshots",
    rows: 500_000,
    select:
      `1, 3 + 3 * (i % ${recordedCoins}), random() * 1e-3, time + interval '1 hour', 28800, 100, 100, time`,
  },
  {
    table: "balance_snapshots",
    rows: 500_000,
    // Fifty coins of a venue at a time.
    select: `1, i / 50 % 3, 'C' || i % 50, random() * (i % 2), random(), 0, 0, 0,
      to_timestamp(${firstMs / 1_000}) + i / 50 * interval '${spanMs / 10_000} ms'`,
  },
  {
    table: "fills",
    rows: 500_000,
    select: `1, 1 + i % ${
      3 * recordedCoins
    }, i::text, 'o' || i, case when i % 2 = 0 then 'buy' else 'sell' end,
      100, 1, 100, 0.05, 'USDT', 0.05, 'taker', true, time`,
  },
  {
    table: "collector_status",
    rows: 500_000,
    select: "1, i % 3, 'collector' || i / 3 % 5, 'running', i, 0, 0, 0, null, time",
  },
];

/** Columns of tables whose columns were not all there from the beginning. */
const columns: Readonly<Record<string, string>> = {
  arbitrage_opportunities: `(run_id, id, buy_symbol_id, sell_symbol_id, started_at, ended_at, end_reason,
    peak_edge_bps, peak_quantity, peak_profit, executions, spread_bps, duration_ms, decision)`,
};

/** Starts the server and fills it; takes minutes. */
export async function openTenMillionRows(): Promise<{ database: ServerDatabase; server: PostgresServer }> {
  const server = await PostgresServer.start({
    settings: ["shared_buffers=2GB", "fsync=off", "max_wal_size=8GB", "autovacuum=off"],
  });
  const settings = { ...serverSettings(server.url()), statementTimeoutMs: 600_000 };
  const database = await ServerDatabase.open(settings);
  await migrate(database, schema);
  await new ExchangeSyncService({ database, clock: new SystemClock(), random: new SeededRandom(1) }).sync();
  await database.query(symbols);
  await database.query("insert into runs (key, mode, started_at) values (gen_random_uuid(), 'bench', now())");
  for (const load of loads) await fill(database, load);
  await database.script("vacuum analyze");
  return { database, server };
}

/** Loads a table without its indexes and checks, and makes the indexes again. */
async function fill(database: ServerDatabase, { table, rows, select }: Load): Promise<void> {
  const indexes = (await database.query(
    `select indexname, indexdef from pg_indexes where tablename = $1 and indexname not like '%_pkey'`,
    [table],
  )).map((row) => ({ name: String(row["indexname"]), definition: String(row["indexdef"]) }));
  await database.script(
    `set session_replication_role = replica;
    ${indexes.map(({ name }) => `drop index ${name};`).join(" ")}
    insert into ${table} ${columns[table] ?? ""}
    select ${select} from (select i, ${timeOf(rows)} as time from generate_series(0, ${
      rows - 1
    }) as i) as moments;
    ${indexes.map(({ definition }) => `${definition};`).join("\n")}
    set session_replication_role = origin;`,
  );
}
