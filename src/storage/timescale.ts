/**
 * Makes use of TimescaleDB where the database has it: hypertables, columnstore, retention and continuous aggregates.
 * Only documented functions of its versions 2.11 to 2.28 are called. Everything may be done again without effect, and
 * settings that have changed are applied.
 * @module
 */
import { errorMessage } from "../core/errors.ts";
import {
  type Aggregate,
  aggregates,
  createExchangeSpreads,
  createPlainAggregates,
  dropPlainAggregates,
  timescaleFunctions,
} from "./aggregates.ts";
import type { Database } from "./database.ts";
import { durationSeconds, intervalLiteral } from "./duration.ts";
import type { HistorySettings } from "./history_settings.ts";
import { historyLayouts, type HistoryTable, historyTableNames } from "./history_tables.ts";
import { TimescalePolicies } from "./timescale_policies.ts";
import { atLeast, type TimescaleVersion, versionOf } from "./timescale_version.ts";

/** What the database does by itself, and what is left to the program. */
export interface HistoryState {
  /** Version of TimescaleDB in use; null on plain PostgreSQL. */
  readonly timescale: string | null;
  /** Who drops old rows: the database's own jobs, or the program with whole chunks or with rows. */
  readonly retention: "policies" | "chunks" | "rows";
  /** What the operator should know, each a sentence. */
  readonly warnings: readonly string[];
}

/**
 * Brings hypertables, policies and aggregates to the settings. Call it after the schema is up to date.
 *
 * Without TimescaleDB, or without the right to create it, it only creates the aggregates as views and says what is
 * missing. Where the extension is new, rows that exist are moved into chunks, which takes as long as copying them.
 *
 * @throws what the database says when it refuses a statement.
 */
export async function prepareTimescale(database: Database, settings: HistorySettings): Promise<HistoryState> {
  const extension = await findExtension(database);
  const { version } = extension;
  if (version === null) {
    if (!await hasContinuousAggregates(database)) await createPlainAggregates(database);
    await createExchangeSpreads(database);
    return { timescale: null, retention: "rows", warnings: extension.warnings };
  }
  for (const table of historyTableNames) await prepareHypertable(database, version, table, settings);
  if (extension.license === "apache") {
    await createPlainAggregates(database);
    await createExchangeSpreads(database);
    const warning =
      "TimescaleDB runs with the apache license, which has no columnstore, no policies and no continuous " +
      "aggregates: set timescaledb.license to timescale to have them. Old chunks are dropped by cexarb";
    return { timescale: version.text, retention: "chunks", warnings: [warning] };
  }
  const policies = await TimescalePolicies.read(database, version);
  for (const table of historyTableNames) await preparePolicies(policies, table, settings);
  for (const aggregate of aggregates) await prepareAggregate(database, policies, aggregate, settings);
  await createExchangeSpreads(database);
  return { timescale: version.text, retention: "policies", warnings: [] };
}

interface Extension {
  readonly version: TimescaleVersion | null;
  readonly license: string;
  readonly warnings: readonly string[];
}

/** Finds the extension, creating it when the server offers it. */
async function findExtension(database: Database): Promise<Extension> {
  const [offered] = await database.query(
    "select installed_version from pg_available_extensions where name = 'timescaledb'",
  );
  if (offered === undefined) return withoutExtension([]);
  if (offered["installed_version"] === null) {
    try {
      await database.script("create extension if not exists timescaledb");
    } catch (error) {
      return withoutExtension([
        `The server has TimescaleDB, but it could not be switched on: ${
          errorMessage(error)
        }. Let a superuser run ` +
        `"create extension timescaledb" in this database, with timescaledb in shared_preload_libraries. Until then ` +
        `cexarb uses it as plain PostgreSQL`,
      ]);
    }
  }
  const [installed] = await database.query(
    `select extversion, current_setting('timescaledb.license', true) as license from pg_extension
    where extname = 'timescaledb'`,
  );
  const version = versionOf(String(installed?.["extversion"]));
  if (version === undefined || !atLeast(version, 2, 11)) {
    return withoutExtension([
      `TimescaleDB ${
        installed?.["extversion"]
      } is older than 2.11: update it with "alter extension timescaledb ` +
      `update". Until then cexarb uses the server as plain PostgreSQL`,
    ]);
  }
  return { version, license: String(installed?.["license"]), warnings: [] };
}

function withoutExtension(warnings: readonly string[]): Extension {
  return { version: null, license: "", warnings };
}

/** Whether the aggregates are TimescaleDB's, as in a database whose extension is too old for the rest. */
async function hasContinuousAggregates(database: Database): Promise<boolean> {
  const [view] = await database.query(
    "select to_regclass('timescaledb_information.continuous_aggregates') as view",
  );
  return view?.["view"] !== null && await continuousAggregateExists(database, aggregates[0]!.name);
}

/** Turns a table into a hypertable, and sets the interval of its next chunks. */
async function prepareHypertable(
  database: Database,
  version: TimescaleVersion,
  table: HistoryTable,
  settings: HistorySettings,
): Promise<void> {
  const { time } = historyLayouts[table];
  const interval = intervalLiteral(durationSeconds(settings.tables[table].chunk, "chunk"));
  const [dimension] = await database.query(
    `select time_interval = ${interval} as same from timescaledb_information.dimensions
    where hypertable_schema = current_schema() and hypertable_name = $1 and column_name = $2`,
    [table, time],
  );
  if (dimension === undefined) {
    const options = "create_default_indexes => false, if_not_exists => true, migrate_data => true";
    await database.script(
      atLeast(version, 2, 13)
        ? `select create_hypertable('${table}', by_range('${time}', ${interval}), ${options})`
        : `select create_hypertable('${table}', '${time}', chunk_time_interval => ${interval}, ${options})`,
    );
  } else if (dimension["same"] !== true) {
    await database.script(`select set_chunk_time_interval('${table}', ${interval})`);
  }
}

async function preparePolicies(
  policies: TimescalePolicies,
  table: HistoryTable,
  settings: HistorySettings,
): Promise<void> {
  const { compressAfter, keep, chunk } = settings.tables[table];
  const { segmentBy, orderBy } = historyLayouts[table];
  const every = durationSeconds(chunk, "chunk");
  await policies.compress(
    { relation: table, kind: "table", segmentBy: segmentBy.join(", "), orderBy },
    compressAfter,
    every,
  );
  await policies.retain(table, keep, every);
}

async function prepareAggregate(
  database: Database,
  policies: TimescalePolicies,
  aggregate: Aggregate,
  settings: HistorySettings,
): Promise<void> {
  const { name, bucket } = aggregate;
  const { refreshEvery, refreshWithin, compressAfter, keep } = settings.aggregates[aggregate.settings];
  if (!await continuousAggregateExists(database, name)) {
    if (aggregate === aggregates[0]) await dropPlainAggregates(database);
    await database.script(
      `create materialized view ${name} with (timescaledb.continuous, timescaledb.materialized_only = false) as
      ${aggregate.query(timescaleFunctions)} with no data`,
    );
    // The policy only looks back a while, and nothing before what it has seen would ever show.
    await database.script(
      `call refresh_continuous_aggregate('${name}', null, now() - ${intervalLiteral(2 * bucket)})`,
    );
  }
  await policies.refresh(
    name,
    bucket,
    durationSeconds(refreshWithin, "refreshWithin"),
    durationSeconds(refreshEvery, "refreshEvery"),
  );
  const rows = {
    relation: name,
    kind: "materialized view",
    segmentBy: "symbol_id",
    orderBy: "bucket desc",
  } as const;
  await policies.compress(rows, compressAfter, 43_200);
  await policies.retain(name, keep, 43_200);
}

async function continuousAggregateExists(database: Database, name: string): Promise<boolean> {
  const rows = await database.query(
    `select 1 from timescaledb_information.continuous_aggregates
    where view_schema = current_schema() and view_name = $1`,
    [name],
  );
  return rows.length > 0;
}
