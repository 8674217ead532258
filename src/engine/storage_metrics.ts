/**
 * The metrics of what a run stores.
 * @module
 */
import type { MarketStore, StorageReport, SymbolCacheStatistics } from "../storage/mod.ts";
import type { MetricsRegistry, Sample } from "../telemetry/metrics_registry.ts";

/** Adds what became of the rows, and how far the database is behind. */
export function addStorageMetrics(registry: MetricsRegistry, store: MarketStore): void {
  let report = store.report();
  registry.beforeReading(() => report = store.report());
  const gauge = (name: string, help: string, read: (report: StorageReport) => number): void =>
    registry.gauge({ name, help }, () => [{ value: read(report) }]);
  const counter = (name: string, help: string, read: (report: StorageReport) => number): void =>
    registry.counter({ name, help }, () => [{ value: read(report) }]);
  const byTable = (figure: "queued" | "stored"): Sample[] =>
    Object.entries(report.rows).map(([table, counts]) => ({ labels: { table }, value: counts[figure] }));
  registry.counter(
    { name: "cexarb_storage_rows_queued_total", help: "Rows that were recorded", labels: ["table"] },
    () => byTable("queued"),
  );
  registry.counter(
    { name: "cexarb_storage_rows_stored_total", help: "Rows that are in the database", labels: ["table"] },
    () => byTable("stored"),
  );
  counter("cexarb_storage_rows_lost_total", "Rows that will never be stored", ({ lost }) => lost);
  counter("cexarb_storage_rows_refused_total", "Rows with values out of bounds", ({ refused }) => refused);
  counter(
    "cexarb_storage_reconnects_total",
    "Times that the database came back after it had been away",
    ({ lag }) => lag.reconnects,
  );
  gauge(
    "cexarb_storage_connected",
    "1 when there is a connection to the database",
    ({ lag }) => Number(lag.connected),
  );
  gauge(
    "cexarb_storage_pending_rows",
    "Rows that are neither in the database nor on the disk",
    ({ lag }) => lag.pendingRows,
  );
  gauge(
    "cexarb_storage_lag_seconds",
    "Age of the oldest row that is neither in the database nor on the disk",
    ({ lag }) => lag.oldestPendingMs / 1_000,
  );
  gauge(
    "cexarb_storage_spooled_rows",
    "Rows that wait on the disk for the database, also of earlier runs",
    ({ lag }) => lag.spooledRows,
  );
  gauge(
    "cexarb_storage_spooled_bytes",
    "Room on the disk that they take",
    ({ lag }) => lag.spooledBytes,
  );
}

/** Adds the symbol cache. Its figures are there once the database has answered. */
export function addCacheMetrics(
  registry: MetricsRegistry,
  read: () => SymbolCacheStatistics | undefined,
): void {
  const samples = (figure: (statistics: SymbolCacheStatistics) => number): Sample[] => {
    const statistics = read();
    return statistics === undefined ? [] : [{ value: figure(statistics) }];
  };
  registry.gauge(
    { name: "cexarb_symbol_cache_hit_ratio", help: "Lookups that found a symbol, of all" },
    () => samples(({ hitRatio }) => hitRatio),
  );
  registry.counter(
    { name: "cexarb_symbol_cache_hits_total", help: "Lookups that found a symbol" },
    () => samples(({ hits }) => hits),
  );
  registry.counter(
    { name: "cexarb_symbol_cache_misses_total", help: "Lookups that found none" },
    () => samples(({ misses }) => misses),
  );
  registry.gauge(
    { name: "cexarb_symbol_cache_age_seconds", help: "Time since the symbols were asked for" },
    () => samples(({ ageMs }) => ageMs / 1_000),
  );
}
