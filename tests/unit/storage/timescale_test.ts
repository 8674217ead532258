import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Database, Row } from "../../../src/storage/database.ts";
import { defaultHistory } from "../../../src/storage/history_settings.ts";
import { type HistoryState, prepareTimescale } from "../../../src/storage/timescale.ts";
import { atLeast, versionOf } from "../../../src/storage/timescale_version.ts";

/** What an empty server says, whose extension is not created yet. */
interface Server {
  readonly offered: boolean;
  readonly version?: string;
  readonly license?: string;
  readonly refusal?: string;
}

/** Runs the preparation against what a server would say, and returns what it was told to do. */
async function prepare(server: Server): Promise<{ state: HistoryState; told: string[] }> {
  const told: string[] = [];
  const database: Database = {
    query: (sql) => Promise.resolve(answer(server, sql)),
    script: (sql) => {
      if (server.refusal !== undefined && sql.startsWith("create extension")) {
        return Promise.reject(new Error(server.refusal));
      }
      told.push(sql.replace(/\s+/g, " "));
      return Promise.resolve();
    },
    transaction: (work) => work(database),
    close: () => Promise.resolve(),
  };
  return { state: await prepareTimescale(database, defaultHistory), told };
}

function answer({ offered, version, license = "timescale" }: Server, sql: string): Row[] {
  if (sql.includes("pg_available_extensions")) return offered ? [{ installed_version: null }] : [];
  if (sql.includes("from pg_extension")) return [{ extversion: version, license }];
  if (sql.includes("to_regclass")) return [{ view: null }];
  return [];
}

const about = (told: readonly string[], text: string): string | undefined =>
  told.find((statement) => statement.includes(text));

Deno.test("prepareTimescale speaks the language of 2.11: interval as an argument, compression functions", async () => {
  const { state, told } = await prepare({ offered: true, version: "2.11.2" });
  assertEquals([state.timescale, state.retention], ["2.11.2", "policies"]);
  assertEquals(
    about(told, "create_hypertable('fills'"),
    "select create_hypertable('fills', 'filled_at', chunk_time_interval => interval '21600 seconds', " +
      "create_default_indexes => false, if_not_exists => true, migrate_data => true)",
  );
  assertEquals(
    about(told, "alter table trade_snapshots"),
    "alter table trade_snapshots set (timescaledb.compress = true, timescaledb.compress_segmentby = 'symbol_id', " +
      "timescaledb.compress_orderby = 'received_at desc')",
  );
  assertEquals(
    about(told, "add_compression_policy('trade_snapshots'"),
    "select add_compression_policy('trade_snapshots', compress_after => interval '7200 seconds', " +
      "schedule_interval => interval '3600 seconds')",
  );
  assert(!told.some((statement) => /columnstore|by_range/.test(statement)));
});

Deno.test("prepareTimescale names dimensions from 2.13 on, and the columnstore from 2.18 on", async () => {
  const middle = (await prepare({ offered: true, version: "2.17.1" })).told;
  assertStringIncludes(
    about(middle, "create_hypertable('fills'")!,
    "create_hypertable('fills', by_range('filled_at', interval '21600 seconds'), create_default_indexes => false",
  );
  assert(about(middle, "add_compression_policy('fills'") !== undefined);
  const { told } = await prepare({ offered: true, version: "2.28.0" });
  assertEquals(
    about(told, "add_columnstore_policy('trade_snapshots'"),
    "call add_columnstore_policy('trade_snapshots', after => interval '7200 seconds', " +
      "schedule_interval => interval '3600 seconds')",
  );
  assertStringIncludes(
    about(told, "alter materialized view book_ticker_1m")!,
    "set (timescaledb.enable_columnstore = true, timescaledb.segmentby = 'symbol_id', " +
      "timescaledb.orderby = 'bucket desc')",
  );
  assert(!told.some((statement) => /compress/.test(statement)));
});

Deno.test("prepareTimescale goes on as plain PostgreSQL and says what to do when it may not use the extension", async () => {
  const nothing = await prepare({ offered: false });
  assertEquals(nothing.state, { timescale: null, retention: "rows", warnings: [] });
  const refused = await prepare({ offered: true, refusal: "permission denied to create extension" });
  assertEquals(refused.state.retention, "rows");
  assertStringIncludes(
    refused.state.warnings[0]!,
    "permission denied to create extension. Let a superuser run",
  );
  const old = await prepare({ offered: true, version: "2.10.3" });
  assertStringIncludes(old.state.warnings[0]!, "TimescaleDB 2.10.3 is older than 2.11");
  for (const { told } of [nothing, refused, old]) {
    assert(about(told, "create or replace view book_ticker_1m as select date_bin(") !== undefined);
    assert(!told.some((statement) => /hypertable|time_bucket/.test(statement)));
  }
});

Deno.test("prepareTimescale uses hypertables without policies under the apache license", async () => {
  const { state, told } = await prepare({ offered: true, version: "2.23.0", license: "apache" });
  assertEquals([state.timescale, state.retention, state.warnings.length], ["2.23.0", "chunks", 1]);
  assert(about(told, "create_hypertable('orders'") !== undefined);
  assert(!told.some((statement) => /policy|columnstore|materialized/.test(statement)));
});

Deno.test("atLeast compares versions by number", () => {
  const version = versionOf("2.9.3-dev")!;
  assertEquals([atLeast(version, 2, 9), atLeast(version, 2, 11), atLeast(version, 1, 20)], [
    true,
    false,
    true,
  ]);
  assertEquals(versionOf("none"), undefined);
});
