/**
 * Tickers, trades and candles as the REST interface writes them.
 * @module
 */
import type { Candle } from "../../market/candle.ts";
import type { MarketInstrument } from "../../market/market_instrument.ts";
import type { PublicTrade } from "../../market/trade_history.ts";
import { quoteOf } from "../../publish/quote_collector.ts";
import { decimalText } from "./decimal_text.ts";

const dayMs = 86_400_000;
const ratioDecimals = 8;
const quoteDecimals = 8;

/** `ticker/bookTicker`; null for an empty side (UNCONFIRMED). */
export function bookTickerDocument(instrument: MarketInstrument): Record<string, unknown> {
  return { symbol: instrument.spec.exchangeSymbol, ...bestOf(instrument) };
}

/** `ticker/price`. */
export function priceTickerDocument({ spec, statistics }: MarketInstrument): Record<string, unknown> {
  return { symbol: spec.exchangeSymbol, price: spec.tick.format(statistics.lastTick) };
}

/**
 * `ticker/24hr`. UNCONFIRMED: `prevClosePrice` is the opening price, as in the documented sample, and `openTime` a day
 * before `closeTime`, which is not so in the sample.
 *
 * @param nowMs Epoch milliseconds.
 */
export function dayTickerDocument(instrument: MarketInstrument, nowMs: number): Record<string, unknown> {
  const { spec, statistics } = instrument;
  statistics.roll(nowMs);
  const { tick } = spec;
  const openPrice = tick.format(statistics.lastTick - statistics.changeTicks);
  return {
    symbol: spec.exchangeSymbol,
    priceChange: tick.format(statistics.changeTicks),
    priceChangePercent: decimalText(statistics.change, ratioDecimals),
    prevClosePrice: openPrice,
    lastPrice: tick.format(statistics.lastTick),
    ...bestOf(instrument),
    openPrice,
    highPrice: tick.format(statistics.highTick),
    lowPrice: tick.format(statistics.lowTick),
    volume: spec.lot.format(statistics.volumeLots),
    quoteVolume: decimalText(statistics.quoteVolume, quoteDecimals),
    openTime: nowMs - dayMs,
    closeTime: nowMs,
    count: null,
  };
}

/** A row of `trades` and `historicalTrades`. */
export function tradeDocument(instrument: MarketInstrument, trade: PublicTrade): Record<string, unknown> {
  const { tick, lot } = instrument.spec;
  const quote = tick.value(trade.tick) * lot.value(trade.lots);
  return {
    id: null,
    price: instrument.price(trade.tick),
    qty: instrument.size(trade.lots),
    quoteQty: decimalText(quote, tick.decimals + lot.decimals),
    time: trade.timeMs,
    isBuyerMaker: trade.takerSide === "sell",
    isBestMatch: true,
    tradeType: trade.takerSide === "buy" ? "BID" : "ASK",
  };
}

/** A row of `aggTrades`. UNCONFIRMED: which trades are put together; here none are. */
export function aggregateTradeDocument(
  instrument: MarketInstrument,
  trade: PublicTrade,
): Record<string, unknown> {
  return {
    a: null,
    f: null,
    l: null,
    p: instrument.price(trade.tick),
    q: instrument.size(trade.lots),
    T: trade.timeMs,
    m: trade.takerSide === "sell",
    M: true,
  };
}

/** A row of `klines`. */
export function candleDocument({ spec }: MarketInstrument, candle: Candle): unknown[] {
  const { tick, lot } = spec;
  return [
    candle.openMs,
    tick.format(candle.openTick),
    tick.format(candle.highTick),
    tick.format(candle.lowTick),
    tick.format(candle.closeTick),
    lot.format(candle.lots),
    candle.closeMs,
    decimalText(candle.quote, quoteDecimals),
  ];
}

function bestOf(instrument: MarketInstrument): Record<string, string | null> {
  const { bidLots, bidTick, askLots, askTick } = quoteOf(instrument);
  return {
    bidPrice: bidLots === 0 ? null : instrument.price(bidTick),
    bidQty: bidLots === 0 ? null : instrument.size(bidLots),
    askPrice: askLots === 0 ? null : instrument.price(askTick),
    askQty: askLots === 0 ? null : instrument.size(askLots),
  };
}
