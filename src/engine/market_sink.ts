/**
 * Where collectors put what they collect. The store of a run takes all of it.
 * @module
 */
import type { BalanceSnapshot } from "../core/balance.ts";
import type { CollectorStatus } from "../core/collector_status.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { LatencySample } from "../core/latency_sample.ts";
import type { OrderFlowMetrics } from "../core/order_flow.ts";
import type { PublicTrade } from "../core/public_trade.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { PositionRow } from "../storage/mod.ts";

/** Takes records without making the caller wait. Objects may be reused after each call. */
export interface MarketSink {
  /**
   * The best levels of a book.
   *
   * @param levels Number of levels, from 1.
   * @param now Epoch milliseconds.
   */
  recordDepth(book: OrderBook, levels: number, now: number): void;
  recordTrade(trade: PublicTrade): void;
  recordOrderFlow(metrics: OrderFlowMetrics): void;
  recordLatency(sample: LatencySample): void;
  recordCollectorStatus(status: CollectorStatus): void;
  recordFundingRate(rate: FundingRateSnapshot): void;
  recordBalances(balances: readonly BalanceSnapshot[]): void;
  recordPositions(positions: readonly PositionRow[]): void;
}
