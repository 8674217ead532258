/**
 * Texts of the pushes of Gate.io spot, field for field as documented.
 * @module
 */
import type { Candle } from "../market/candle.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { MarketTrade } from "../market/market_trade.ts";
import type { DepthChange } from "../publish/depth_collector.ts";
import type { Quote } from "../publish/quote_collector.ts";
import type { DepthSnapshot } from "../publish/snapshot_collector.ts";
import { gatePush } from "./gate_push.ts";
import { secondsText } from "./gate_text.ts";
import { spotTicker, turnoverText } from "./spot_documents.ts";

function quote(instrument: MarketInstrument, value: Quote, nowMs: number): string {
  return gatePush("spot.book_ticker", "update", nowMs, {
    t: instrument.changedAtMs,
    u: value.version,
    s: instrument.spec.exchangeSymbol,
    b: value.bidLots === 0 ? "" : instrument.price(value.bidTick),
    B: instrument.size(value.bidLots),
    a: value.askLots === 0 ? "" : instrument.price(value.askTick),
    A: instrument.size(value.askLots),
  });
}

function depth(instrument: MarketInstrument, change: DepthChange, levels: number, nowMs: number): string {
  return gatePush("spot.order_book_update", "update", nowMs, {
    t: instrument.changedAtMs,
    e: "depthUpdate",
    E: Math.floor(nowMs / 1000),
    s: instrument.spec.exchangeSymbol,
    U: change.firstId,
    u: change.lastId,
    l: String(levels),
    b: instrument.pairs(change.bids),
    a: instrument.pairs(change.asks),
  });
}

function snapshot(instrument: MarketInstrument, value: DepthSnapshot, levels: number, nowMs: number): string {
  return gatePush("spot.order_book", "update", nowMs, {
    t: instrument.changedAtMs,
    lastUpdateId: value.version,
    s: instrument.spec.exchangeSymbol,
    l: String(levels),
    bids: instrument.pairs(value.bids),
    asks: instrument.pairs(value.asks),
  });
}

function trade(channel: string, instrument: MarketInstrument, value: MarketTrade, nowMs: number): string {
  return gatePush(channel, "update", nowMs, {
    id: value.id,
    id_market: value.id,
    create_time: Math.floor(value.timeMs / 1000),
    create_time_ms: value.timeMs.toFixed(6),
    side: value.takerSide,
    currency_pair: instrument.spec.exchangeSymbol,
    amount: instrument.size(value.lots),
    price: instrument.price(value.tick),
    range: `${value.id}-${value.id}`,
  });
}

function ticker(instrument: MarketInstrument, nowMs: number): string {
  // The sizes at the best levels are in the REST ticker only.
  instrument.statistics.roll(nowMs);
  const { lowest_size: _lowest, highest_size: _highest, ...result } = spotTicker(instrument);
  return gatePush("spot.tickers", "update", nowMs, result);
}

function candle(instrument: MarketInstrument, interval: string, value: Candle, nowMs: number): string {
  return gatePush("spot.candlesticks", "update", nowMs, {
    t: secondsText(value.openMs),
    v: turnoverText(value.quote),
    c: instrument.price(value.closeTick),
    h: instrument.price(value.highTick),
    l: instrument.price(value.lowTick),
    o: instrument.price(value.openTick),
    n: `${interval}_${instrument.spec.exchangeSymbol}`,
    a: instrument.size(value.lots),
    w: value.closeMs <= nowMs,
  });
}

/** The pushes, one function per channel. */
export const spotPushes = { quote, depth, snapshot, trade, ticker, candle };
