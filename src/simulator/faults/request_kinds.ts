/**
 * What a request is for, as faults choose them.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { ServerRequest } from "../transport/server_port.ts";

/** The venue that a request of a host goes to. */
export function venueOf(host: "mexc" | "gateio", path: string): ExchangeKey {
  if (host === "mexc") return "MEXC_SPOT";
  const futures = path.startsWith("/api/v4/futures/") || path.startsWith("/v4/ws/");
  return futures ? "GATEIO_FUTURES" : "GATEIO_SPOT";
}

const placing: Readonly<Record<ExchangeKey, RegExp>> = {
  MEXC_SPOT: /^\/api\/v3\/(?:order|batchOrders)$/,
  GATEIO_SPOT: /^\/api\/v4\/spot\/(?:orders|batch_orders)$/,
  GATEIO_FUTURES: /^\/api\/v4\/futures\/usdt\/(?:orders|batch_orders|bbo_orders)$/,
};
const oneOrder: Readonly<Record<ExchangeKey, RegExp>> = {
  MEXC_SPOT: /^\/api\/v3\/order$/,
  GATEIO_SPOT: /^\/api\/v4\/spot\/orders\/[^/]+$/,
  GATEIO_FUTURES: /^\/api\/v4\/futures\/usdt\/orders\/[^/]+$/,
};
const listings: Readonly<Record<ExchangeKey, RegExp>> = {
  MEXC_SPOT: /^\/api\/v3\/(?:openOrders|allOrders|myTrades)$/,
  GATEIO_SPOT: /^\/api\/v4\/spot\/(?:orders|open_orders|my_trades|accounts|account_book)$/,
  GATEIO_FUTURES: /^\/api\/v4\/futures\/usdt\/(?:orders(?:_timerange)?|my_trades(?:_timerange)?|positions)$/,
};

/** Whether a request places orders. */
export function placesOrders(venue: ExchangeKey, { method, path }: ServerRequest): boolean {
  return method === "POST" && placing[venue].test(path);
}

/** Whether a request asks for one order. */
export function asksForOrder(venue: ExchangeKey, { method, path }: ServerRequest): boolean {
  return method === "GET" && oneOrder[venue].test(path);
}

/** Whether a request asks for a list that can be truncated. */
export function asksForListing(venue: ExchangeKey, { method, path }: ServerRequest): boolean {
  return method === "GET" && listings[venue].test(path);
}

/** Whether a request is about this symbol: in the query or the body. */
export function isAbout(symbol: string, { query, body }: ServerRequest): boolean {
  return [...query.values()].includes(symbol) || body.includes(symbol);
}
