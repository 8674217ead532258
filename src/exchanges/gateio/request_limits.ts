/**
 * What requests to Gate.io count for.
 * @module
 */
import type { HttpRequest, HttpResponse } from "../../core/network.ts";
import { pathOf } from "../../net/http_address.ts";
import type { LimitReport, RateRule } from "../../net/rate_bucket.ts";
import { type LimitFieldNames, readLimitReport } from "../../net/rate_headers.ts";
import type { RateCharge, RateRequest } from "../../net/rate_limiter.ts";

const endpointRule: RateRule = { limit: 200, windowMs: 10_000 };
const walletRule: RateRule = { limit: 80, windowMs: 10_000 };
/** Spot orders and amendments: 10 a second for each market. */
const spotOrderRule: RateRule = { limit: 10, windowMs: 1000 };
/** Futures orders and amendments: 100 a second. */
const futuresOrderRule: RateRule = { limit: 100, windowMs: 1000 };
const cancelRule: RateRule = { limit: 200, windowMs: 1000 };

const orderPath =
  /\/(spot|futures\/usdt)\/(orders|batch_orders|amend_batch_orders|batch_amend_orders|bbo_orders)(?:\/[^/]+)?$/;
const cancelPath = /\/(spot|futures\/usdt)\/(?:cancel_batch_orders|batch_cancel_orders)$/;
const pairInQuery = /[?&]currency_pair=([^&]*)/;
/** Symbols and ids at the end are the same endpoint for all. */
const variablePart = /\/(?:[A-Z0-9]+_[A-Z0-9]+|t-[\w.-]+|\d+)(?=\/|$)/g;

const fieldNames: LimitFieldNames = {
  limit: ["x-gate-ratelimit-limit"],
  remaining: ["x-gate-ratelimit-requests-remain"],
  resetAt: ["x-gate-ratelimit-reset-timestamp"],
};

/** The buckets that a request uses. Cancels go first. @param maxWaitMs Longest wait for room in milliseconds. */
export function gateioRequestLimits(request: HttpRequest, maxWaitMs: number): RateRequest {
  const { method, body = "" } = request;
  const pathname = pathOf(request.url);
  const [, market] = orderPath.exec(pathname) ?? cancelPath.exec(pathname) ?? [];
  if (market !== undefined && method !== "GET") {
    const items = itemsOf(body);
    const cancels = method === "DELETE" || cancelPath.test(pathname);
    const charges = cancels
      ? [{ bucket: `Gate.io ${market} cancels`, rule: cancelRule, weight: items.length }]
      : placing(market, items, pairInQuery.exec(request.url)?.[1]);
    return { charges, maxWaitMs, lane: cancels ? "priority" : "ordinary" };
  }
  const endpoint = `${method} ${pathname.replace(variablePart, "/*")}`;
  const rule = pathname.includes("/wallet/") ? walletRule : endpointRule;
  return { charges: [{ bucket: `Gate.io ${endpoint}`, rule }], maxWaitMs };
}

/** What an answer says about the bucket of its request. */
export function gateioLimitReport({ headers }: HttpResponse): LimitReport | undefined {
  return readLimitReport((name) => headers.get(name), fieldNames);
}

/** Every order of a batch counts, each for its own market on spot. */
function placing(market: string, items: readonly unknown[], fallback: string | undefined): RateCharge[] {
  if (market !== "spot") {
    return [{ bucket: "Gate.io futures orders", rule: futuresOrderRule, weight: items.length }];
  }
  const counts = new Map<string, number>();
  for (const item of items) {
    const pair = pairOf(item) ?? fallback ?? "";
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return [...counts].map(([pair, weight]) => ({
    bucket: `Gate.io spot orders ${pair}`,
    rule: spotOrderRule,
    weight,
  }));
}

/** The orders of a body of ours: one, or several in a batch. */
function itemsOf(body: string): readonly unknown[] {
  const parsed: unknown = body === "" ? undefined : JSON.parse(body);
  return Array.isArray(parsed) ? parsed : [parsed];
}

function pairOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null || !("currency_pair" in item)) return undefined;
  return typeof item.currency_pair === "string" ? item.currency_pair : undefined;
}
