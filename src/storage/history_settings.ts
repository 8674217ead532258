/**
 * How long what is recorded is kept, and how it lies on the disk meanwhile.
 * @module
 */
import { ConfigError } from "../core/errors.ts";
import { durationSeconds } from "./duration.ts";
import { type HistoryTable, historyTableNames } from "./history_tables.ts";

/** Settings of a table. Durations are a number and a unit: `30m`, `6h`, `3d`. */
export interface TableHistory {
  /** Time that one chunk of a hypertable covers. Without TimescaleDB it has no effect. */
  readonly chunk: string;
  /** Age at which a chunk is compressed; null for never. Without TimescaleDB it has no effect. */
  readonly compressAfter: string | null;
  /** Age at which rows are dropped; null for never. */
  readonly keep: string | null;
}

/** Settings of a continuous aggregate. Without TimescaleDB they have no effect: the aggregate is a view then. */
export interface AggregateHistory {
  /** How often it is brought up to date; what is newer is worked out when it is asked for. */
  readonly refreshEvery: string;
  /** How far back rows that came late are still counted in. */
  readonly refreshWithin: string;
  /** As {@link TableHistory.compressAfter}. */
  readonly compressAfter: string | null;
  /** As {@link TableHistory.keep}. */
  readonly keep: string | null;
}

/** All of them; can be sent to a worker and written as JSON. */
export interface HistorySettings {
  readonly tables: Readonly<Record<HistoryTable, TableHistory>>;
  /** Aggregates of the best bids and asks: `book_ticker_1m` and `book_ticker_1h`. */
  readonly aggregates: { readonly minute: AggregateHistory; readonly hour: AggregateHistory };
  /**
   * How long it is remembered which batches were stored. A batch that is sent again later than this would be stored
   * twice, so it must be longer than any spool file lives.
   */
  readonly keepBatches: string;
}

/** What a configuration changes of {@link defaultHistory}. */
export interface HistoryChanges {
  readonly tables?: Readonly<Partial<Record<HistoryTable, Partial<TableHistory>>>>;
  readonly aggregates?: {
    readonly minute?: Partial<AggregateHistory>;
    readonly hour?: Partial<AggregateHistory>;
  };
  readonly keepBatches?: string;
}

/**
 * Sizes for a server with 4 GB: at five thousand rows a second in each of the busiest tables the indexes of the
 * chunks that are written fill about an eighth of its memory. Ticks are kept for days and the trades of the program for two weeks; `orders` stay as
 * they are, because an order's row is updated until the order is done.
 */
export const defaultHistory: HistorySettings = {
  tables: {
    book_ticker_snapshots: { chunk: "30m", compressAfter: "1h", keep: "3d" },
    orderbook_depth: { chunk: "30m", compressAfter: "1h", keep: "3d" },
    trade_snapshots: { chunk: "1h", compressAfter: "2h", keep: "7d" },
    order_flow_metrics: { chunk: "1h", compressAfter: "2h", keep: "3d" },
    latency_samples: { chunk: "6h", compressAfter: "12h", keep: "7d" },
    funding_rate_snapshots: { chunk: "6h", compressAfter: "12h", keep: "14d" },
    balance_snapshots: { chunk: "6h", compressAfter: "12h", keep: "14d" },
    collector_status: { chunk: "6h", compressAfter: "12h", keep: "7d" },
    arbitrage_opportunities: { chunk: "3h", compressAfter: "6h", keep: "14d" },
    executions: { chunk: "6h", compressAfter: "1d", keep: "14d" },
    fills: { chunk: "6h", compressAfter: "1d", keep: "14d" },
    orders: { chunk: "6h", compressAfter: null, keep: "14d" },
    positions: { chunk: "6h", compressAfter: "1d", keep: "14d" },
  },
  aggregates: {
    minute: { refreshEvery: "1m", refreshWithin: "1d", compressAfter: "2d", keep: "14d" },
    hour: { refreshEvery: "30m", refreshWithin: "2d", compressAfter: "4d", keep: "90d" },
  },
  keepBatches: "7d",
};

/**
 * The defaults with the changes of a configuration.
 *
 * @throws {ConfigError} naming the setting, when a table is unknown, a duration is none, or two of them do not fit.
 */
export function historySettings(changes: HistoryChanges = {}): HistorySettings {
  const { tables, aggregates, keepBatches } = defaultHistory;
  for (const name of Object.keys(changes.tables ?? {})) {
    if (!(name in tables)) {
      throw new ConfigError(`storage.history.tables.${name} is no table that is kept for a time`);
    }
  }
  const settings: HistorySettings = {
    tables: Object.fromEntries(
      historyTableNames.map((name) => [name, { ...tables[name], ...changes.tables?.[name] }]),
    ) as Record<HistoryTable, TableHistory>,
    aggregates: {
      minute: { ...aggregates.minute, ...changes.aggregates?.minute },
      hour: { ...aggregates.hour, ...changes.aggregates?.hour },
    },
    keepBatches: changes.keepBatches ?? keepBatches,
  };
  check(settings);
  return settings;
}

function check(settings: HistorySettings): void {
  for (const name of historyTableNames) checkTable(settings.tables[name], `storage.history.tables.${name}`);
  const { minute, hour } = settings.aggregates;
  const ticks = settings.tables.book_ticker_snapshots.keep;
  checkAggregate(minute, "aggregates.minute", 60, ticks, "tables.book_ticker_snapshots");
  checkAggregate(hour, "aggregates.hour", 3_600, minute.keep, "aggregates.minute");
  durationSeconds(settings.keepBatches, "storage.history.keepBatches");
}

function checkTable({ chunk, compressAfter, keep }: TableHistory, path: string): void {
  requireOrder(chunk, `${path}.chunk`, keep, `${path}.keep`);
  if (compressAfter !== null) requireOrder(compressAfter, `${path}.compressAfter`, keep, `${path}.keep`);
}

function checkAggregate(
  { refreshEvery, refreshWithin, compressAfter, keep }: AggregateHistory,
  name: string,
  bucket: number,
  sourceKeep: string | null,
  source: string,
): void {
  const path = `storage.history.${name}`;
  durationSeconds(refreshEvery, `${path}.refreshEvery`);
  // TimescaleDB wants two whole buckets between the end of the window, a bucket ago, and its start.
  if (durationSeconds(refreshWithin, `${path}.refreshWithin`) < 3 * bucket) {
    throw new ConfigError(`${path}.refreshWithin is ${refreshWithin}: it must be at least ${3 * bucket}s`);
  }
  // Else what an aggregate still holds of rows that were dropped would be worked out again, from nothing.
  requireOrder(refreshWithin, `${path}.refreshWithin`, sourceKeep, `storage.history.${source}.keep`);
  requireOrder(refreshWithin, `${path}.refreshWithin`, compressAfter, `${path}.compressAfter`);
  requireOrder(compressAfter ?? refreshWithin, `${path}.compressAfter`, keep, `${path}.keep`);
}

/** Refuses a duration that is not shorter than another; null is for ever. */
function requireOrder(shorter: string, path: string, longer: string | null, longerPath: string): void {
  const seconds = durationSeconds(shorter, path);
  if (longer === null || seconds < durationSeconds(longer, longerPath)) return;
  throw new ConfigError(`${path} is ${shorter}: it must be shorter than ${longerPath}, ${longer}`);
}
