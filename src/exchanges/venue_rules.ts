/**
 * What holds for every request to a venue, signed or not: what it counts for, and what its refusals mean.
 * @module
 */
import { exchangeByKey, type ExchangeFamily, type ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { HttpRequest, HttpResponse } from "../core/network.ts";
import type { LimitReport } from "../net/rate_bucket.ts";
import type { RateRequest } from "../net/rate_limiter.ts";
import { gateioErrorCode } from "./gateio/public_request.ts";
import { gateioLimitReport, gateioRequestLimits } from "./gateio/request_limits.ts";
import { mexcErrorCode } from "./mexc/public_rest.ts";
import { mexcRequestLimits } from "./mexc/request_limits.ts";

/** What a company's venues have in common. */
export interface VenueRules {
  /** What a request counts for. @param maxWaitMs Longest wait for room in milliseconds. */
  limitsOf(request: HttpRequest, maxWaitMs: number): RateRequest;
  /** What an answer says about the limit of its request. */
  reportOf(response: HttpResponse): LimitReport | undefined;
  /** Code or label of an error body; empty when it has none. */
  errorCode(body: unknown): string;
  /** Codes that refuse a request for its time stamp. */
  readonly clockCodes: readonly string[];
  /** Codes that refuse a key whatever is asked with it. A right that is missing for one request is not among them. */
  readonly keyCodes: readonly string[];
}

const rules: Readonly<Record<ExchangeFamily, VenueRules>> = {
  MEXC: {
    limitsOf: mexcRequestLimits,
    reportOf: () => undefined,
    errorCode: mexcErrorCode,
    clockCodes: ["700003", "10073"],
    // Expired, addresses (two codes), unknown user, unknown key, signature (two codes), form of the key.
    keyCodes: ["402", "406", "700006", "10001", "10072", "602", "700002", "700001"],
  },
  GATEIO: {
    limitsOf: gateioRequestLimits,
    reportOf: gateioLimitReport,
    errorCode: gateioErrorCode,
    clockCodes: ["REQUEST_EXPIRED"],
    keyCodes: ["INVALID_CREDENTIALS", "INVALID_KEY", "IP_FORBIDDEN", "INVALID_SIGNATURE", "ACCOUNT_LOCKED"],
  },
};

/** Where orders are placed, behind the base address of requests. */
const orderPaths: Readonly<Record<ExchangeKey, string>> = {
  MEXC_SPOT: "/api/v3/order",
  GATEIO_SPOT: "/spot/orders",
  GATEIO_FUTURES: "/futures/usdt/orders",
};

/** The rules of the company behind a venue. */
export function getVenueRules(exchange: ExchangeKey): VenueRules {
  return rules[exchangeByKey(exchange).family];
}

/** The request that places one order, as far as limits look at it. */
export function orderCall({ exchange, exchangeSymbol }: Instrument, rest: string): HttpRequest {
  const path = orderPaths[exchange];
  const body = exchange === "GATEIO_SPOT" ? JSON.stringify({ currency_pair: exchangeSymbol }) : "";
  return { method: "POST", url: `${rest}${path}`, body, timeoutMs: 0 };
}

/** Whether an answer refuses its request because of the time that was signed. */
export function refusesTime({ errorCode, clockCodes }: VenueRules, { status, text }: HttpResponse): boolean {
  if (status < 400) return false;
  try {
    return clockCodes.includes(errorCode(JSON.parse(text)));
  } catch {
    // Proxies answer in HTML.
    return false;
  }
}
