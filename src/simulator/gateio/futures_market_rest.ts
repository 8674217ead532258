/**
 * Contracts, books, trades and tickers of Gate.io futures.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { PublicTrade } from "../market/trade_history.ts";
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { limitOf, required } from "./gate_query.ts";
import { contractDocument } from "./futures_contract_document.ts";
import { publicGet } from "./futures_endpoint.ts";
import { aggregated, aggregationOf, futuresLevels } from "./futures_levels.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { floatSeconds } from "./futures_prices.ts";
import { paged, pageOf, spanOf, wholeOf, within } from "./futures_query.ts";
import { sizeOf, type SizeStyle, sizeStyle } from "./futures_sizes.ts";
import { restTicker } from "./futures_ticker_document.ts";

const defaultDepth = 10;
/** 100 in general; clients ask for 300 on some contracts. */
const maxDepth = 300;

/** The endpoints. */
export function marketEndpoints(market: FuturesMarket): GateEndpoint[] {
  return [
    publicGet("/contracts", (call) => contracts(market, market.listed, call)),
    publicGet("/contracts_all", (call) => contracts(market, market.all, call)),
    publicGet("/contracts/{contract}", ({ params, headers }) => {
      return contractDocument(market, market.instrument(params["contract"]!), sizeStyle(headers));
    }),
    publicGet("/order_book", (call) => orderBook(market, call)),
    publicGet("/trades", (call) => trades(market, call)),
    publicGet("/tickers", ({ query }) => {
      const name = query.get("contract");
      const instruments = name === null ? market.listed : [market.instrument(name)];
      return instruments.map((instrument) => restTicker(market, instrument));
    }),
  ];
}

/** UNCONFIRMED: without a limit the whole list is answered, although the default is stated as 100. */
function contracts(
  market: FuturesMarket,
  instruments: readonly MarketInstrument[],
  { query, headers }: GateCall,
): unknown {
  const { limit, offset } = pageOf(query);
  const page = { limit: query.has("limit") ? limit : Infinity, offset };
  return paged(instruments, page).map((each) => contractDocument(market, each, sizeStyle(headers)));
}

function orderBook(market: FuturesMarket, { query, headers, nowMs }: GateCall): unknown {
  const instrument = market.instrument(required(query, "contract"));
  const step = aggregationOf(instrument, query.get("interval") ?? "0");
  const depth = limitOf(query, defaultDepth, maxDepth);
  const style = sizeStyle(headers);
  return {
    ...(query.get("with_id") === "true" ? { id: instrument.book.version } : {}),
    current: floatSeconds(nowMs),
    update: floatSeconds(instrument.changedAtMs),
    asks: futuresLevels(instrument, aggregated(instrument, "ask", depth, step), style),
    bids: futuresLevels(instrument, aggregated(instrument, "bid", depth, step), style),
  };
}

/** Signed lots of a trade: negative when the taker sold. */
export function takerLots({ takerSide, lots }: Pick<PublicTrade, "takerSide" | "lots">): number {
  return takerSide === "buy" ? lots : -lots;
}

function tradeRow(
  instrument: MarketInstrument,
  trade: PublicTrade,
  style: SizeStyle,
): Record<string, unknown> & { readonly id: number } {
  return {
    id: trade.id,
    create_time: floatSeconds(trade.timeMs),
    create_time_ms: floatSeconds(trade.timeMs),
    contract: instrument.spec.exchangeSymbol,
    size: sizeOf(instrument, takerLots(trade), style),
    price: instrument.price(trade.tick),
    ...(trade.internal ? { is_internal: true } : {}),
  };
}

/** Newest first. UNCONFIRMED: `last_id` goes back from that trade on. */
function trades(market: FuturesMarket, { query, headers }: GateCall): unknown {
  const instrument = market.instrument(required(query, "contract"));
  const page = pageOf(query);
  const span = spanOf(query);
  const before = wholeOf(query, "last_id") ?? Infinity;
  const all = instrument.trades.latest(Infinity)
    .filter(({ id, timeMs }) => id < before && within(span, timeMs));
  return paged(all, page).map((trade) => tradeRow(instrument, trade, sizeStyle(headers)));
}
