/**
 * Tickers of Gate.io futures.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import { fundingFields } from "./futures_contract_document.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { markText } from "./futures_prices.ts";

/** Fields that the REST ticker and the pushed ticker share. */
function commonTicker(market: FuturesMarket, instrument: MarketInstrument): Record<string, unknown> {
  const { spec, statistics } = instrument;
  statistics.roll(market.nowMs);
  const volume = instrument.size(statistics.volumeLots);
  const quote = String(Math.round(statistics.quoteVolume));
  return {
    contract: spec.exchangeSymbol,
    last: instrument.price(statistics.lastTick),
    change_percentage: String(Number((statistics.change * 100).toFixed(2))),
    change_price: spec.tick.format(statistics.changeTicks),
    total_size: instrument.size(market.openLots(instrument)),
    volume_24h: volume,
    volume_24h_base: String(Math.round(statistics.baseVolume)),
    volume_24h_quote: quote,
    volume_24h_settle: quote,
    mark_price: markText(instrument, market.mark(instrument)),
    index_price: markText(instrument, instrument.indexPrice),
    quanto_base_rate: "",
    low_24h: instrument.price(statistics.lowTick),
    high_24h: instrument.price(statistics.highTick),
  };
}

/** A ticker of the REST endpoint. */
export function restTicker(market: FuturesMarket, instrument: MarketInstrument): Record<string, unknown> {
  const { statistics, book: { bids, asks } } = instrument;
  const { funding_rate, funding_rate_indicative } = fundingFields(market, instrument);
  return {
    ...commonTicker(market, instrument),
    funding_rate,
    funding_rate_indicative,
    volume_24h_btc: String(Math.round(statistics.baseVolume)),
    volume_24h_usd: String(Math.round(statistics.quoteVolume)),
    highest_bid: bids.size === 0 ? "" : instrument.price(bids.tickAt(0)),
    highest_size: instrument.size(bids.lotsAt(0)),
    lowest_ask: asks.size === 0 ? "" : instrument.price(asks.tickAt(0)),
    lowest_size: instrument.size(asks.lotsAt(0)),
  };
}

/** A ticker of the channel. */
export function pushedTicker(market: FuturesMarket, instrument: MarketInstrument): Record<string, unknown> {
  return {
    ...commonTicker(market, instrument),
    ...fundingFields(market, instrument),
    price_type: "last",
    change_from: "24h",
    t: instrument.changedAtMs,
  };
}
