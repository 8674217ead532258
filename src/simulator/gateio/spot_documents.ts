/**
 * Bodies that the Gate.io spot REST endpoints answer with.
 * @module
 */
import type { InstrumentSpec } from "../../core/instrument.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

/** Percent with two decimals from a ratio. */
export function percentText(ratio: number): string {
  return (ratio * 100).toFixed(2);
}

/** A CurrencyPair. Its `fee` is in percent. */
export function currencyPair(spec: InstrumentSpec): Record<string, unknown> {
  return {
    id: spec.exchangeSymbol,
    base: spec.base,
    base_name: spec.base,
    quote: spec.quote,
    quote_name: spec.quote,
    fee: String(Number((spec.takerFee * 100).toFixed(6))),
    min_base_amount: spec.lot.format(spec.lot.ceil(spec.minQuantity)),
    min_quote_amount: String(spec.minNotional),
    max_quote_amount: "5000000",
    amount_precision: spec.lot.decimals,
    precision: spec.tick.decimals,
    trade_status: spec.tradable ? "tradable" : "untradable",
    sell_start: 0,
    buy_start: 0,
    delisting_time: 0,
    type: "normal",
    trade_url: `https://www.gate.com/trade/${spec.exchangeSymbol}`,
    st_tag: false,
    up_rate: "0",
    down_rate: "0",
    slippage: "0.05",
    market_order_max_stock: "100",
    market_order_max_money: "1000000",
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
