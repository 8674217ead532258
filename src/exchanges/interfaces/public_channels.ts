/**
 * What public streams tell.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { FundingRateSnapshot } from "../../core/funding.ts";
import type { Instrument, InstrumentId } from "../../core/instrument.ts";
import type { Kline } from "../../core/kline.ts";
import type {
  ContractStats,
  MarketTicker,
  MarkPriceSnapshot,
  OpenInterestSnapshot,
  PublicLiquidation,
} from "../../core/market_ticker.ts";
import type { PublicTrade, TradeColumns } from "../../core/public_trade.ts";
import type { BreakReason } from "../../market/book_synchroniser.ts";
import type { OrderBook } from "../../market/order_book.ts";
import type { MarketMessage } from "./public_codec.ts";
import type { PublicStream } from "./public_dialect.ts";

/** What became of a connection. */
export interface ConnectionReport {
  readonly exchange: ExchangeKey;
  /** Number of the connection, from 1. */
  readonly connection: number;
  /**
   * `open`: connected, subscriptions are on their way; `live`: every one of them is answered; `lost`: its streams are
   * interrupted; `replaced`: a successor has taken over before the venue closed it, and nothing was missed.
   */
  readonly state: "open" | "live" | "lost" | "replaced";
  /** Local epoch milliseconds. */
  readonly time: number;
}

/** Whether data were told before, by the connection that this one follows. */
export type Delivery = "live" | "overlap";

/** What a venue's WebSocket client tells, by channel. Structs are reused: a handler copies what it keeps. */
export interface PublicChannels {
  /** A best bid or ask has changed. */
  bookTicker(ticker: BookTicker): void;
  /** A book has changed; `receivedAt` is in monotonic milliseconds. With `overlap` it may be old. */
  depth(update: DepthUpdate, receivedAt: number, delivery: Delivery): void;
  /** Trades in wire order. With `overlap` some may have been told before. */
  trades(trades: TradeColumns, delivery: Delivery): void;
  /** What comes about once a second. The receiver may keep it. */
  message(message: MarketMessage): void;
  /** The venue has accepted a subscription: from now on its updates come. */
  subscribed(instrument: Instrument, stream: PublicStream): void;
  /** The venue has refused a subscription. */
  rejected(instrument: Instrument, stream: PublicStream, message: string): void;
  /** The connection that carried these instruments is gone. */
  lost(instruments: readonly Instrument[]): void;
  /** A connection's state has changed. */
  state(report: ConnectionReport): void;
}

/** What a spot composite tells, by channel. */
export interface SpotPublicChannels {
  /** A usable book has changed or has become usable. */
  book(book: OrderBook): void;
  /** A book that was usable no longer is. Its prices must not be read. */
  broken(book: OrderBook, reason: BreakReason): void;
  /** A best bid or ask has changed. The struct is reused. */
  bookTicker(ticker: BookTicker): void;
  /** A trade, each once, in order; those that were asked for after an interruption included. Reused. */
  trade(trade: PublicTrade): void;
  /** Trades of an interruption that cannot be had any more: there are some between these and the next ones. */
  tradesMissed(instrument: InstrumentId): void;
  /** The last 24 hours of an instrument. */
  ticker(ticker: MarketTicker): void;
  /** A candle has grown or ended. */
  kline(kline: Kline): void;
  /** A connection's state has changed. */
  state(report: ConnectionReport): void;
}

/** What a futures composite tells besides. */
export interface FuturesPublicChannels extends SpotPublicChannels {
  /** Mark and index price. */
  markPrice(prices: MarkPriceSnapshot): void;
  /** Rate of the next settlement. */
  fundingRate(rate: FundingRateSnapshot): void;
  /** Contracts that are open. */
  openInterest(openInterest: OpenInterestSnapshot): void;
  /** Somebody was liquidated. */
  liquidation(liquidation: PublicLiquidation): void;
  /** Statistics of an interval have changed. */
  contractStats(stats: ContractStats): void;
}
