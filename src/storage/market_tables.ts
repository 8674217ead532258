/**
 * Tables of what the venues show, and of how it was collected.
 * @module
 */
import type { BookTickerSnapshot } from "../core/book_ticker.ts";
import type { CollectorStatus } from "../core/collector_status.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { InstrumentId } from "../core/instrument.ts";
import type { LatencySample } from "../core/latency_sample.ts";
import type { OrderFlowMetrics } from "../core/order_flow.ts";
import { noneIfZero, type NumberColumn, type Table } from "./table.ts";

/** A bid and an ask of one moment. Sides, time (epoch milliseconds) and version are none as in a book ticker. */
type Quote = Omit<BookTickerSnapshot, "instrument">;

const quoteColumns: readonly NumberColumn<Quote>[] = [
  { name: "bid_price", kind: "double", of: (row) => row.bidPrice },
  { name: "bid_quantity", kind: "double", of: (row) => sizeOf(row.bidPrice, row.bidQuantity) },
  { name: "ask_price", kind: "double", of: (row) => row.askPrice },
  { name: "ask_quantity", kind: "double", of: (row) => sizeOf(row.askPrice, row.askQuantity) },
  { name: "exchange_time", kind: "time", of: (row) => noneIfZero(row.exchangeTime) },
  { name: "received_at", kind: "time", of: (row) => row.receivedAt },
  { name: "update_id", kind: "integer", of: (row) => noneIfZero(row.updateId) },
];

/** Best bids and asks. The venue's "none" is 0 for its time and version, and NaN for an empty side. */
export const bookTickerTable: Table<BookTickerSnapshot> = {
  name: "book_ticker_snapshots",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    ...quoteColumns,
  ],
  fill: (values, index, stride, row) => {
    const { bidPrice, askPrice } = row;
    values[index] = row.instrument;
    values[index += stride] = bidPrice;
    values[index += stride] = sizeOf(bidPrice, row.bidQuantity);
    values[index += stride] = askPrice;
    values[index += stride] = sizeOf(askPrice, row.askQuantity);
    values[index += stride] = noneIfZero(row.exchangeTime);
    values[index += stride] = row.receivedAt;
    values[index + stride] = noneIfZero(row.updateId);
  },
  texts: [],
};

/** One level of both sides of a book. NaN where a side has none. */
export interface DepthLevelRow extends Quote {
  readonly instrument: InstrumentId;
  /** 1 for the best. */
  readonly level: number;
}

/** Levels of books. */
export const depthTable: Table<DepthLevelRow> = {
  name: "orderbook_depth",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    { name: "level", kind: "integer", of: (row) => row.level },
    ...quoteColumns,
  ],
  texts: [],
};

/** What is kept of a trade; the stream's reused object has it, and a snapshot of a trade too. */
export interface TradeRow {
  readonly instrument: InstrumentId;
  readonly id: string;
  readonly price: number;
  readonly quantity: number;
  readonly takerSide: "buy" | "sell";
  readonly internal: boolean;
  readonly recovered: boolean;
  readonly exchangeTime: number;
  readonly receivedAt: number;
}

/** Everybody's trades. */
export const tradeTable: Table<TradeRow> = {
  name: "trade_snapshots",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    { name: "price", kind: "double", of: (row) => row.price },
    { name: "quantity", kind: "double", of: (row) => row.quantity },
    { name: "internal", kind: "boolean", of: (row) => (row.internal ? 1 : 0) },
    { name: "recovered", kind: "boolean", of: (row) => (row.recovered ? 1 : 0) },
    { name: "exchange_time", kind: "time", of: (row) => row.exchangeTime },
    { name: "received_at", kind: "time", of: (row) => row.receivedAt },
  ],
  texts: [
    { name: "trade_id", kind: "text", of: (row) => row.id },
    { name: "taker_side", kind: "text", of: (row) => row.takerSide },
  ],
};

/** Funding of perpetual contracts. */
export const fundingTable: Table<FundingRateSnapshot> = {
  name: "funding_rate_snapshots",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    { name: "funding_rate", kind: "double", of: (row) => row.rate },
    { name: "funding_time", kind: "time", of: (row) => row.nextSettlement },
    { name: "funding_interval", kind: "double", of: (row) => row.interval / 1_000 },
    { name: "mark_price", kind: "double", of: (row) => row.markPrice ?? NaN },
    { name: "index_price", kind: "double", of: (row) => row.indexPrice ?? NaN },
    { name: "received_at", kind: "time", of: (row) => row.time },
  ],
  texts: [],
};

/** Pressure in books. */
export const orderFlowTable: Table<OrderFlowMetrics> = {
  name: "order_flow_metrics",
  ofRun: true,
  key: [],
  numbers: [
    { name: "symbol_id", kind: "symbol", of: (row) => row.instrument },
    { name: "window_ms", kind: "integer", of: (row) => row.windowMs },
    { name: "order_flow_imbalance", kind: "double", of: (row) => row.orderFlowImbalance },
    { name: "microprice", kind: "double", of: (row) => row.microprice },
    { name: "volume_imbalance", kind: "double", of: (row) => row.volumeImbalance },
    { name: "trade_imbalance", kind: "double", of: (row) => row.tradeImbalance },
    { name: "measured_at", kind: "time", of: (row) => row.time },
  ],
  texts: [],
};

/** How long work took. */
export const latencyTable: Table<LatencySample> = {
  name: "latency_samples",
  ofRun: true,
  key: [],
  numbers: [
    {
      name: "exchange_id",
      kind: "integer",
      of: (row) => row.exchange === undefined ? NaN : idOf(row.exchange),
    },
    { name: "samples", kind: "integer", of: (row) => row.samples },
    { name: "p50_us", kind: "double", of: (row) => row.p50 },
    { name: "p90_us", kind: "double", of: (row) => row.p90 },
    { name: "p99_us", kind: "double", of: (row) => row.p99 },
    { name: "max_us", kind: "double", of: (row) => row.max },
    { name: "measured_at", kind: "time", of: (row) => row.time },
  ],
  texts: [{ name: "stage", kind: "text", of: (row) => row.stage }],
};

/** State of what collects data. */
export const collectorTable: Table<CollectorStatus> = {
  name: "collector_status",
  ofRun: true,
  key: [],
  numbers: [
    { name: "exchange_id", kind: "integer", of: (row) => idOf(row.exchange) },
    { name: "messages", kind: "integer", of: (row) => row.messages },
    { name: "errors", kind: "integer", of: (row) => row.errors },
    { name: "gaps", kind: "integer", of: (row) => row.gaps },
    { name: "reconnects", kind: "integer", of: (row) => row.reconnects },
    { name: "last_message_at", kind: "time", of: (row) => noneIfZero(row.lastMessageAt) },
    { name: "reported_at", kind: "time", of: (row) => row.time },
  ],
  texts: [
    { name: "collector", kind: "text", of: (row) => row.collector },
    { name: "state", kind: "text", of: (row) => row.state },
  ],
};

function idOf(exchange: ExchangeKey): number {
  return exchangeByKey(exchange).id;
}

/** The size of an empty side is none, whatever the decoder left there. */
function sizeOf(price: number, quantity: number): number {
  return price !== price ? NaN : quantity;
}
