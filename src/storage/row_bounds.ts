/**
 * Bounds of values that the tables check, so that one bad row does not spoil a batch. Each function says what is wrong
 * with a row, or undefined.
 * @module
 */
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { LatencySample } from "../core/latency_sample.ts";
import type { OrderFlowMetrics } from "../core/order_flow.ts";
import type { TradeRow } from "./market_tables.ts";

const hourMs = 3_600_000;
/** Longest time between settlements, and to the next one. */
const longestIntervalMs = 7 * 24 * hourMs;
const furthestSettlementMs = 8 * 24 * hourMs;

/** Funding: a ratio of the notional, and a settlement that lies ahead or was a moment ago. */
export function fundingProblem(row: FundingRateSnapshot): string | undefined {
  const { rate, interval, nextSettlement, time, markPrice = 1, indexPrice = 1 } = row;
  if (!(rate >= -1 && rate <= 1)) return `the rate ${rate} is not within -1 and 1`;
  if (!(interval > 0 && interval <= longestIntervalMs)) return `the interval is ${interval} ms`;
  if (!(nextSettlement >= time - hourMs && nextSettlement <= time + furthestSettlementMs)) {
    return `the next settlement ${nextSettlement} is too far from ${time}`;
  }
  return markPrice > 0 && indexPrice > 0 ? undefined : `the prices are ${markPrice} and ${indexPrice}`;
}

/** A trade has a price, a size and a time. */
export function tradeProblem({ price, quantity, exchangeTime }: TradeRow): string | undefined {
  const whole = price === price && quantity === quantity && exchangeTime === exchangeTime;
  return whole ? undefined : `price ${price}, size ${quantity}, time ${exchangeTime}`;
}

/** Imbalances lie within -1 and 1; NaN is none. */
export function orderFlowProblem(row: OrderFlowMetrics): string | undefined {
  const { windowMs, volumeImbalance, tradeImbalance } = row;
  if (!Number.isInteger(windowMs) || windowMs <= 0) return `the window is ${windowMs} ms`;
  const within = !(Math.abs(volumeImbalance) > 1) && !(Math.abs(tradeImbalance) > 1);
  return within ? undefined : `the imbalances are ${volumeImbalance} and ${tradeImbalance}`;
}

/** A sample stands for something that was measured. */
export function latencyProblem({ samples, p50, p90, p99, max }: LatencySample): string | undefined {
  if (!Number.isSafeInteger(samples) || samples <= 0) return `it stands for ${samples} samples`;
  return [p50, p90, p99, max].some(Number.isNaN) ? "a figure is missing" : undefined;
}
