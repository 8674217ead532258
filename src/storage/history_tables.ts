/**
 * The tables that grow with time: what they are cut by, and in which order their rows lie when they are compressed.
 * @module
 */
import type { TableName } from "./table.ts";

/** Tables whose rows are dropped when they are old. `exchanges` and `symbols` stay for good. */
export const historyTableNames = [
  "book_ticker_snapshots",
  "orderbook_depth",
  "trade_snapshots",
  "order_flow_metrics",
  "latency_samples",
  "funding_rate_snapshots",
  "balance_snapshots",
  "collector_status",
  "arbitrage_opportunities",
  "executions",
  "fills",
  "orders",
  "positions",
] as const satisfies readonly TableName[];

/** Name of a table that grows with time. */
export type HistoryTable = (typeof historyTableNames)[number];

/** How a table's rows lie. */
export interface HistoryLayout {
  /** Column by which it is cut. */
  readonly time: string;
  /**
   * Columns of which rows lie together when compressed. TimescaleDB before 2.17 wants every column of a foreign key
   * here, and before 2.14 every column of a unique key here or in {@link HistoryLayout.orderBy}.
   */
  readonly segmentBy: readonly string[];
  /** Order of the rows within. */
  readonly orderBy: string;
  /** Column that leads the index in which the oldest rows are found, and the table of its values; none when time leads. */
  readonly owner?: { readonly column: string; readonly table: "symbols" | "exchanges" };
}

const bySymbol = { column: "symbol_id", table: "symbols" } as const;
const byExchange = { column: "exchange_id", table: "exchanges" } as const;

/** The layout of each table. */
export const historyLayouts: Readonly<Record<HistoryTable, HistoryLayout>> = {
  book_ticker_snapshots: ofSymbol("received_at"),
  orderbook_depth: { ...ofSymbol("received_at"), orderBy: "received_at desc, level" },
  trade_snapshots: ofSymbol("received_at"),
  order_flow_metrics: ofSymbol("measured_at"),
  funding_rate_snapshots: ofSymbol("received_at"),
  positions: {
    time: "taken_at",
    segmentBy: ["run_id", "symbol_id"],
    orderBy: "taken_at desc",
    owner: bySymbol,
  },
  latency_samples: { time: "measured_at", segmentBy: ["exchange_id", "stage"], orderBy: "measured_at desc" },
  balance_snapshots: {
    time: "taken_at",
    segmentBy: ["exchange_id", "coin"],
    orderBy: "taken_at desc",
    owner: byExchange,
  },
  collector_status: {
    time: "reported_at",
    segmentBy: ["exchange_id", "collector"],
    orderBy: "reported_at desc",
  },
  arbitrage_opportunities: ofPair("started_at"),
  executions: ofPair("executed_at"),
  fills: { time: "filled_at", segmentBy: ["run_id", "symbol_id"], orderBy: "filled_at desc, trade_id" },
  orders: {
    time: "created_at",
    segmentBy: ["run_id", "symbol_id"],
    orderBy: "created_at desc, client_order_id",
  },
};

function ofSymbol(time: string): HistoryLayout {
  return { time, segmentBy: ["symbol_id"], orderBy: `${time} desc`, owner: bySymbol };
}

function ofPair(time: string): HistoryLayout {
  return { time, segmentBy: ["run_id", "buy_symbol_id", "sell_symbol_id"], orderBy: `${time} desc, id` };
}
