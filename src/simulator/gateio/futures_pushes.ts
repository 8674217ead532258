/**
 * Texts of the pushes of Gate.io USDT futures, field for field as documented.
 * @module
 */
import type { FundingSchedule } from "../market/funding.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { MarketTrade } from "../market/market_trade.ts";
import type { DepthChange } from "../publish/depth_collector.ts";
import type { Quote } from "../publish/quote_collector.ts";
import type { DepthSnapshot } from "../publish/snapshot_collector.ts";
import { futuresLevels, futuresTicker, wholeContracts } from "./futures_documents.ts";
import { gatePush } from "./gate_push.ts";

function quote(instrument: MarketInstrument, value: Quote, nowMs: number): string {
  return gatePush("futures.book_ticker", "update", nowMs, {
    t: instrument.changedAtMs,
    u: value.version,
    s: instrument.spec.exchangeSymbol,
    b: value.bidLots === 0 ? "" : instrument.price(value.bidTick),
    B: wholeContracts(instrument, value.bidLots),
    a: value.askLots === 0 ? "" : instrument.price(value.askTick),
    A: wholeContracts(instrument, value.askLots),
  });
}

function depth(instrument: MarketInstrument, change: DepthChange, levels: string, nowMs: number): string {
  return gatePush("futures.order_book_update", "update", nowMs, {
    t: instrument.changedAtMs,
    U: change.firstId,
    u: change.lastId,
    s: instrument.spec.exchangeSymbol,
    a: futuresLevels(instrument, change.asks),
    b: futuresLevels(instrument, change.bids),
    l: levels,
  });
}

function snapshot(instrument: MarketInstrument, value: DepthSnapshot, levels: string, nowMs: number): string {
  return gatePush("futures.order_book", "all", nowMs, {
    t: instrument.changedAtMs,
    contract: instrument.spec.exchangeSymbol,
    id: value.version,
    asks: futuresLevels(instrument, value.asks),
    bids: futuresLevels(instrument, value.bids),
    l: levels,
  });
}

/** Sizes are signed: negative when the taker sold. */
function trades(instrument: MarketInstrument, values: readonly MarketTrade[], nowMs: number): string {
  return gatePush(
    "futures.trades",
    "update",
    nowMs,
    values.map((value) => ({
      id: value.id,
      size: wholeContracts(instrument, value.lots) * (value.takerSide === "buy" ? 1 : -1),
      create_time: Math.floor(value.timeMs / 1000),
      create_time_ms: value.timeMs,
      price: instrument.price(value.tick),
      contract: instrument.spec.exchangeSymbol,
    })),
  );
}

function ticker(instrument: MarketInstrument, funding: FundingSchedule, nowMs: number): string {
  const result = {
    ...futuresTicker(instrument, funding, nowMs),
    price_type: "last",
    change_from: "24h",
    t: instrument.changedAtMs,
  };
  return gatePush("futures.tickers", "update", nowMs, [result]);
}

/** The pushes, one function per channel. */
export const futuresPushes = { quote, depth, snapshot, trades, ticker };
