/**
 * What a table is to the writer: which column takes which value of a record, in the order of the batches.
 * @module
 */

/**
 * Tables in the order in which rows of one may refer to rows of another; behind the shared ones the most valuable
 * come first: when space runs out, rows of the last are given up before others.
 */
export const tableNames = [
  "exchanges",
  "symbols",
  "fills",
  "orders",
  "executions",
  "positions",
  "balance_snapshots",
  "arbitrage_opportunities",
  "funding_rate_snapshots",
  "trade_snapshots",
  "book_ticker_snapshots",
  "collector_status",
  "orderbook_depth",
  "order_flow_metrics",
  "latency_samples",
] as const;

/** Name of a table that a run writes. */
export type TableName = (typeof tableNames)[number];

/**
 * How the number of a batch becomes a value of the database; NaN always becomes null.
 * - `double`, `integer`: as it is.
 * - `time`: epoch milliseconds, kept to the microsecond.
 * - `boolean`: true unless 0.
 * - `symbol`: the run's instrument id, replaced with the id of the symbol's row.
 * - `instrument`: the run's instrument id, which the writer notes and does not store.
 */
export type NumberKind = "double" | "integer" | "time" | "boolean" | "symbol" | "instrument";

/** A column whose value travels as a double. */
export interface NumberColumn<Row> {
  readonly name: string;
  readonly kind: NumberKind;
  readonly of: (row: Row) => number;
}

/** A column whose value travels as text; `numeric` is exact decimal text. */
export interface TextColumn<Row> {
  readonly name: string;
  readonly kind: "text" | "numeric";
  readonly of: (row: Row) => string;
}

/** A table, and how a record becomes a row of it. */
export interface Table<Row> {
  readonly name: TableName;
  /** Whether its rows belong to a run; the others are shared by all runs. */
  readonly ofRun: boolean;
  /**
   * Columns that identify a row that may be written again, which updates it; none for rows that never change. In a
   * table of runs the run is part of it without being named.
   */
  readonly key: readonly string[];
  readonly numbers: readonly NumberColumn<Row>[];
  /**
   * Writes all number columns of a row at once, for tables whose rows come by the thousands: the first to
   * `values[index]`, each next one `stride` further. The same values as `numbers` one by one, sooner.
   */
  readonly fill?: (values: Float64Array, index: number, stride: number, row: Row) => void;
  readonly texts: readonly TextColumn<Row>[];
}

/** What a writer needs to know about a table: everything but the record behind a row. */
export type TableLayout = Pick<Table<never>, "name" | "ofRun" | "key" | "numbers" | "texts">;

/** NaN, which becomes null, where 0 stands for none. */
export function noneIfZero(value: number): number {
  return value === 0 ? NaN : value;
}
