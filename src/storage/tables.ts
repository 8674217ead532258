/**
 * Every table that a run writes.
 * @module
 */
import {
  bookTickerTable,
  collectorTable,
  depthTable,
  fundingTable,
  latencyTable,
  orderFlowTable,
  tradeTable,
} from "./market_tables.ts";
import { exchangeTable, symbolTable } from "./reference_tables.ts";
import type { TableLayout, TableName } from "./table.ts";
import {
  balanceTable,
  executionTable,
  fillTable,
  opportunityTable,
  orderTable,
  positionTable,
} from "./trading_tables.ts";

/** Every table by its name. */
export const tables: Readonly<Record<TableName, TableLayout>> = {
  exchanges: exchangeTable,
  symbols: symbolTable,
  fills: fillTable,
  orders: orderTable,
  executions: executionTable,
  positions: positionTable,
  balance_snapshots: balanceTable,
  arbitrage_opportunities: opportunityTable,
  funding_rate_snapshots: fundingTable,
  trade_snapshots: tradeTable,
  book_ticker_snapshots: bookTickerTable,
  collector_status: collectorTable,
  orderbook_depth: depthTable,
  order_flow_metrics: orderFlowTable,
  latency_samples: latencyTable,
};
