/**
 * Bodies that the Gate.io spot REST endpoints answer with.
 * @module
 */
import type { Candle } from "../market/candle.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { PublicTrade } from "../market/trade_history.ts";
import { fractionText, secondsText } from "./gate_text.ts";
import { pairRules } from "./spot_pair_rules.ts";

/** Percent with two decimals from a ratio. */
export function percentText(ratio: number): string {
  return (ratio * 100).toFixed(2);
}

/** A CurrencyPair. Its `fee` is in percent. */
export function currencyPair(instrument: MarketInstrument): Record<string, unknown> {
  const { spec, listing } = instrument;
  const rules = pairRules(instrument);
  return {
    id: spec.exchangeSymbol,
    base: spec.base,
    base_name: spec.base,
    quote: spec.quote,
    quote_name: spec.quote,
    fee: String(Number((spec.takerFee * 100).toFixed(6))),
    min_base_amount: rules.minBase,
    min_quote_amount: rules.minQuote,
    max_quote_amount: rules.maxQuote,
    amount_precision: spec.lot.decimals,
    precision: spec.tick.decimals,
    trade_status: spec.tradable ? listing.gateTradeStatus : "untradable",
    sell_start: 0,
    buy_start: 0,
    delisting_time: listing.delistingSeconds,
    type: "normal",
    trade_url: `https://www.gate.com/trade/${spec.exchangeSymbol}`,
    st_tag: false,
    up_rate: "0",
    down_rate: "0",
    slippage: rules.slippage,
    market_order_max_stock: rules.marketMaxBase,
    market_order_max_money: rules.marketMaxQuote,
  };
}

/** A spot ticker. */
export function spotTicker(instrument: MarketInstrument): Record<string, unknown> {
  const { spec, statistics, book } = instrument;
  return {
    currency_pair: spec.exchangeSymbol,
    last: instrument.price(statistics.lastTick),
    lowest_ask: book.asks.size === 0 ? "" : instrument.price(book.asks.tickAt(0)),
    lowest_size: instrument.size(book.asks.lotsAt(0)),
    highest_bid: book.bids.size === 0 ? "" : instrument.price(book.bids.tickAt(0)),
    highest_size: instrument.size(book.bids.lotsAt(0)),
    change_percentage: percentText(statistics.change),
    base_volume: instrument.size(statistics.volumeLots),
    quote_volume: statistics.quoteVolume.toFixed(2),
    high_24h: instrument.price(statistics.highTick),
    low_24h: instrument.price(statistics.lowTick),
  };
}

/** A public trade. */
export function publicTrade(instrument: MarketInstrument, trade: PublicTrade): Record<string, unknown> {
  return {
    id: String(trade.id),
    create_time: secondsText(trade.timeMs),
    create_time_ms: fractionText(trade.timeMs),
    currency_pair: instrument.spec.exchangeSymbol,
    side: trade.takerSide,
    amount: instrument.size(trade.lots),
    price: instrument.price(trade.tick),
    range: `${trade.id}-${trade.id}`,
    // UNCONFIRMED: how the sequence relates to the id.
    sequence_id: String(trade.id),
  };
}

/** Decimals of a turnover in quote. UNCONFIRMED. */
const turnoverDecimals = 8;

/** Plain decimal text of a turnover in quote. */
export function turnoverText(quote: number): string {
  return quote.toFixed(turnoverDecimals).replace(/\.?0+$/, "");
}

/** A row of `GET /spot/candlesticks`. @param nowMs Epoch milliseconds: decides whether the window is closed. */
export function candleRow(instrument: MarketInstrument, candle: Candle, nowMs: number): string[] {
  return [
    secondsText(candle.openMs),
    turnoverText(candle.quote),
    instrument.price(candle.closeTick),
    instrument.price(candle.highTick),
    instrument.price(candle.lowTick),
    instrument.price(candle.openTick),
    instrument.size(candle.lots),
    String(candle.closeMs <= nowMs),
  ];
}

/** The chains on which a coin is moved, the usual one first. Invented: most coins without their own are on Ethereum. */
export function chainsOf(coin: string): readonly [string, ...string[]] {
  return severalChains[coin] ?? [ownChains.has(coin) ? coin : "ETH"];
}

/** `ETH` is what others call ERC20, `TRX` TRC20. */
const severalChains: Readonly<Record<string, readonly [string, ...string[]]>> = {
  USDT: ["ETH", "TRX"],
  USDC: ["ETH", "SOL"],
  ETH: ["ETH", "ARBEVM"],
};

const ownChains: ReadonlySet<string> = new Set([
  "BTC",
  "SOL",
  "XRP",
  "DOGE",
  "LTC",
  "ADA",
  "TRX",
  "BNB",
]);

/** A Currency. */
export function currency(coin: string): Record<string, unknown> {
  const open = { withdraw_disabled: false, withdraw_delayed: false, deposit_disabled: false };
  return {
    currency: coin,
    name: coin,
    delisted: false,
    ...open,
    trade_disabled: false,
    chain: chainsOf(coin)[0],
    chains: chainsOf(coin).map((name) => ({ name, addr: "", ...open })),
  };
}
