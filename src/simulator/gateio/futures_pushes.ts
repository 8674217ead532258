/**
 * Texts of the pushes of Gate.io USDT futures, field for field as documented.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { MarketTrade } from "../market/market_trade.ts";
import type { DepthChange } from "../publish/depth_collector.ts";
import type { Quote } from "../publish/quote_collector.ts";
import type { DepthSnapshot } from "../publish/snapshot_collector.ts";
import { futuresLevels } from "./futures_levels.ts";
import { takerLots } from "./futures_market_rest.ts";
import { type Size, sizeOf, type SizeStyle } from "./futures_sizes.ts";
import { gatePush } from "./gate_push.ts";

/** What a push is about and how it writes sizes. */
export interface PushSubject {
  readonly instrument: MarketInstrument;
  readonly style: SizeStyle;
}

function quote({ instrument, style }: PushSubject, value: Quote, nowMs: number): string {
  return gatePush("futures.book_ticker", "update", nowMs, {
    t: instrument.changedAtMs,
    u: value.version,
    s: instrument.spec.exchangeSymbol,
    b: value.bidLots === 0 ? "" : instrument.price(value.bidTick),
    B: sizeOf(instrument, value.bidLots, style),
    a: value.askLots === 0 ? "" : instrument.price(value.askTick),
    A: sizeOf(instrument, value.askLots, style),
  });
}

function depth(subject: PushSubject, change: DepthChange, levels: string, nowMs: number): string {
  const { instrument, style } = subject;
  return gatePush("futures.order_book_update", "update", nowMs, {
    t: instrument.changedAtMs,
    U: change.firstId,
    u: change.lastId,
    s: instrument.spec.exchangeSymbol,
    a: futuresLevels(instrument, change.asks, style),
    b: futuresLevels(instrument, change.bids, style),
    l: levels,
  });
}

function snapshot(subject: PushSubject, value: DepthSnapshot, levels: string, nowMs: number): string {
  const { instrument, style } = subject;
  return gatePush("futures.order_book", "all", nowMs, {
    t: instrument.changedAtMs,
    contract: instrument.spec.exchangeSymbol,
    id: value.version,
    asks: futuresLevels(instrument, value.asks, style),
    bids: futuresLevels(instrument, value.bids, style),
    l: levels,
  });
}

/** Sizes are signed: negative when the taker sold. */
function trades({ instrument, style }: PushSubject, values: readonly MarketTrade[], nowMs: number): string {
  const rows = values.map((value) => ({
    id: value.id,
    size: sizeOf(instrument, takerLots(value), style),
    create_time: Math.floor(value.timeMs / 1000),
    create_time_ms: value.timeMs,
    price: instrument.price(value.tick),
    contract: instrument.spec.exchangeSymbol,
    ...(value.internal === true ? { is_internal: true } : {}),
  }));
  return gatePush("futures.trades", "update", nowMs, rows);
}

/** One order of a liquidation. */
export interface ForcedRow {
  readonly price: string;
  readonly size: Size;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly contract: string;
}

function liquidations(rows: readonly ForcedRow[], nowMs: number): string {
  return gatePush("futures.public_liquidates", "update", nowMs, rows);
}

/** The pushes, one function per channel. */
export const futuresPushes = { quote, depth, snapshot, trades, liquidations };
