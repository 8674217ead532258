/**
 * The batches that a run fills, one per table.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { BookTickerSnapshot } from "../core/book_ticker.ts";
import type { CollectorStatus } from "../core/collector_status.ts";
import type { Exchange } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { LatencySample } from "../core/latency_sample.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import type { OrderFlowMetrics } from "../core/order_flow.ts";
import {
  bookTickerTable,
  collectorTable,
  type DepthLevelRow,
  depthTable,
  fundingTable,
  latencyTable,
  orderFlowTable,
  type TradeRow,
  tradeTable,
} from "./market_tables.ts";
import { exchangeTable, type SymbolRow, symbolTable } from "./reference_tables.ts";
import { BatchBuilder } from "./row_batch.ts";
import {
  balanceTable,
  executionTable,
  type FillRow,
  fillTable,
  opportunityTable,
  type OrderRow,
  orderTable,
  type PositionRow,
  positionTable,
} from "./trading_tables.ts";

/** One builder per table. */
export class RunBatches {
  readonly exchanges: BatchBuilder<Exchange>;
  readonly symbols: BatchBuilder<SymbolRow>;
  readonly fills: BatchBuilder<FillRow>;
  readonly orders: BatchBuilder<OrderRow>;
  readonly executions: BatchBuilder<Execution>;
  readonly positions: BatchBuilder<PositionRow>;
  readonly balances: BatchBuilder<BalanceSnapshot>;
  readonly opportunities: BatchBuilder<ArbitrageOpportunity>;
  readonly funding: BatchBuilder<FundingRateSnapshot>;
  readonly trades: BatchBuilder<TradeRow>;
  readonly bookTickers: BatchBuilder<BookTickerSnapshot>;
  readonly collectors: BatchBuilder<CollectorStatus>;
  readonly depth: BatchBuilder<DepthLevelRow>;
  readonly orderFlow: BatchBuilder<OrderFlowMetrics>;
  readonly latencies: BatchBuilder<LatencySample>;
  /** All of them; rows of one refer to rows of those before. */
  readonly all: readonly Pick<BatchBuilder<never>, "take">[];

  /** @param capacity Rows of a full batch. */
  constructor(capacity: number) {
    this.exchanges = new BatchBuilder(exchangeTable, capacity);
    this.symbols = new BatchBuilder(symbolTable, capacity);
    this.fills = new BatchBuilder(fillTable, capacity);
    this.orders = new BatchBuilder(orderTable, capacity);
    this.executions = new BatchBuilder(executionTable, capacity);
    this.positions = new BatchBuilder(positionTable, capacity);
    this.balances = new BatchBuilder(balanceTable, capacity);
    this.opportunities = new BatchBuilder(opportunityTable, capacity);
    this.funding = new BatchBuilder(fundingTable, capacity);
    this.trades = new BatchBuilder(tradeTable, capacity);
    this.bookTickers = new BatchBuilder(bookTickerTable, capacity);
    this.collectors = new BatchBuilder(collectorTable, capacity);
    this.depth = new BatchBuilder(depthTable, capacity);
    this.orderFlow = new BatchBuilder(orderFlowTable, capacity);
    this.latencies = new BatchBuilder(latencyTable, capacity);
    this.all = [
      this.exchanges,
      this.symbols,
      this.fills,
      this.orders,
      this.executions,
      this.positions,
      this.balances,
      this.opportunities,
      this.funding,
      this.trades,
      this.bookTickers,
      this.collectors,
      this.depth,
      this.orderFlow,
      this.latencies,
    ];
  }
}
