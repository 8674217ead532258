/**
 * Storage of what a run sees and does.
 * @module
 */
export type { Row, SqlValue } from "./database.ts";
export {
  type AggregateHistory,
  type HistoryChanges,
  type HistorySettings,
  historySettings,
  type TableHistory,
} from "./history_settings.ts";
export { MarketStore, type MarketStoreOptions } from "./market_store.ts";
export type { Queryable } from "./queryable.ts";
export type { StorageReport, TableReport } from "./row_accounts.ts";
export { SymbolCache, type SymbolCacheStatistics } from "./symbol_cache.ts";
export type { TableName } from "./table.ts";
export type { OrderRow, PositionRow } from "./trading_tables.ts";
