/**
 * What requests to MEXC count for.
 * @module
 */
import type { HttpRequest } from "../../core/network.ts";
import { pathOf } from "../../net/http_address.ts";
import type { RateRule } from "../../net/rate_bucket.ts";
import type { RateCharge, RateRequest } from "../../net/rate_limiter.ts";

/** Every endpoint has a bucket of its own: 500 weight in 10 s, per address or account. */
const endpointRule: RateRule = { limit: 500, windowMs: 10_000 };
/** Placing and cancelling share 12 requests a second, of which the last three are for cancels. */
const ordersRule: RateRule = { limit: 12, windowMs: 1000, reserve: 3 };
/** Support names 20 requests a second as what is really allowed (UNCONFIRMED); the last five are for cancels. */
const overallRule: RateRule = { limit: 20, windowMs: 1000, reserve: 5 };
const batchRule: RateRule = { limit: 2, windowMs: 1000 };
const accountRule: RateRule = { limit: 2, windowMs: 1000 };

/** Weights that are not 1, by method and path. */
const weights: Readonly<Record<string, number>> = {
  "GET /api/v3/exchangeInfo": 10,
  "GET /api/v3/trades": 5,
  "GET /api/v3/order": 2,
  "GET /api/v3/openOrders": 3,
  "GET /api/v3/allOrders": 10,
  "GET /api/v3/account": 10,
  "GET /api/v3/myTrades": 10,
  "GET /api/v3/tradeFee": 20,
  "GET /api/v3/capital/config/getall": 10,
  "GET /api/v3/capital/deposit/address": 10,
};
/** Tickers weigh more when they are asked for all symbols. */
const weightsOfAll: Readonly<Record<string, number>> = {
  "GET /api/v3/ticker/24hr": 40,
  "GET /api/v3/ticker/price": 2,
};
const namesSymbol = /[?&]symbol=/;
const orderCalls: readonly string[] = [
  "POST /api/v3/order",
  "POST /api/v3/batchOrders",
  "DELETE /api/v3/order",
  "DELETE /api/v3/openOrders",
];

/** The buckets that a request uses. Cancels go first. @param maxWaitMs Longest wait for room in milliseconds. */
export function mexcRequestLimits({ method, url }: HttpRequest, maxWaitMs: number): RateRequest {
  const call = `${method} ${pathOf(url)}`;
  const ofAll = namesSymbol.test(url) ? undefined : weightsOfAll[call];
  const charges: RateCharge[] = [
    { bucket: `MEXC ${call}`, rule: endpointRule, weight: ofAll ?? weights[call] ?? 1 },
    { bucket: "MEXC", rule: overallRule },
  ];
  if (call === "POST /api/v3/batchOrders") charges.unshift({ bucket: "MEXC batches", rule: batchRule });
  if (call === "GET /api/v3/account") charges.unshift({ bucket: "MEXC account", rule: accountRule });
  if (orderCalls.includes(call)) charges.unshift({ bucket: "MEXC orders", rule: ordersRule });
  const cancels = method === "DELETE" && orderCalls.includes(call);
  return { charges, maxWaitMs, lane: cancels ? "priority" : "ordinary" };
}
