/**
 * Candles, premiums and funding rates of Gate.io futures.
 * @module
 */
import { type Candle, candleGrid } from "../market/candle.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { scalarText } from "./gate_json.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { limitOf, required } from "./gate_query.ts";
import { publicGet, publicPost } from "./futures_endpoint.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { plainText } from "./futures_prices.ts";
import { spanOf, wholeOf, within } from "./futures_query.ts";
import {
  type CandleKind,
  type CandleRequest,
  candleSubject,
  futuresIntervals,
  type FuturesReferences,
} from "./futures_references.ts";
import { argumentError } from "./futures_refusals.ts";
import { type Size, sizeOf, sizeStyle } from "./futures_sizes.ts";

const defaultInterval = "5m";
const defaultPoints = 100;
const maxPoints = 2000;
const maxPremiumPoints = 1000;
/** Candles that begin longer ago than this many intervals are not answered. */
const maxAge = 10_000;
const maxRates = 1000;
/** A request for funding rates without an end reaches this far. */
const maxRateSpanSeconds = 30 * 86_400;

/** The endpoints. */
export function candleEndpoints(market: FuturesMarket, references: FuturesReferences): GateEndpoint[] {
  return [
    publicGet("/candlesticks", (call) => candlesticks(market, references, call)),
    publicGet("/premium_index", (call) => premiums(market, references, call)),
    publicGet("/funding_rate", (call) => fundingRates(market, call)),
    publicPost("/funding_rates", (call) => batchRates(market, call)),
  ];
}

/**
 * Reads `interval`, `from`, `to` and `limit`; `timezone` shifts nothing here.
 *
 * @throws {GateRestError} INVALID_PARAM_VALUE.
 */
function candleRequest({ query, nowMs }: GateCall, most: number): CandleRequest {
  const text = query.get("interval") ?? defaultInterval;
  const interval = futuresIntervals.get(text);
  if (interval === undefined) throw gateRestErrors.badParameter("interval", text);
  const grid = candleGrid(interval);
  const [from, to] = [wholeOf(query, "from"), wholeOf(query, "to")];
  if (query.has("limit") && (from !== undefined || to !== undefined)) {
    throw argumentError("limit conflicts with from and to");
  }
  const limit = limitOf(query, defaultPoints, most);
  const toMs = Math.min(to === undefined ? nowMs : to * 1000, nowMs);
  const fromMs = from === undefined ? grid.shift(grid.start(toMs), 1 - limit) : from * 1000;
  // The wording is captured; UNCONFIRMED: that it applies to futures too.
  if (fromMs < grid.shift(grid.start(nowMs), -maxAge)) {
    throw argumentError("Candlestick too long ago. Maximum 10000 points ago are allowed");
  }
  if (fromMs < grid.shift(grid.start(toMs), 1 - most)) {
    throw argumentError(`Candlestick range too broad. Maximum ${most} data points are allowed per request`);
  }
  return { interval, fromMs, toMs, limit: most, nowMs };
}

/** Open, high, low and close of a candle. */
export function candlePrices(
  references: FuturesReferences,
  instrument: MarketInstrument,
  kind: CandleKind,
  candle: Candle,
): { o: string; h: string; l: string; c: string } {
  const text = (units: number): string => references.text(instrument, kind, units);
  return {
    o: text(candle.openTick),
    h: text(candle.highTick),
    l: text(candle.lowTick),
    c: text(candle.closeTick),
  };
}

function candlesticks(market: FuturesMarket, references: FuturesReferences, call: GateCall): unknown {
  const { kind, name } = candleSubject(required(call.query, "contract"));
  const instrument = market.instrument(name);
  const style = sizeStyle(call.headers);
  return references.candles(instrument, kind, candleRequest(call, maxPoints)).map((candle) => {
    const volume: { v?: Size; sum?: string } = kind === "last"
      ? { v: sizeOf(instrument, candle.lots, style), sum: plainText(candle.quote) }
      : {};
    return { t: candle.openMs / 1000, ...volume, ...candlePrices(references, instrument, kind, candle) };
  });
}

function premiums(market: FuturesMarket, references: FuturesReferences, call: GateCall): unknown {
  const instrument = market.instrument(required(call.query, "contract"));
  const request = candleRequest(call, maxPremiumPoints);
  return references.candles(instrument, "premium", request).map((candle) => {
    return { t: candle.openMs / 1000, ...candlePrices(references, instrument, "premium", candle) };
  });
}

/** Newest first. The stamps are those of the settlements; the exchange's are about a second later. */
function ratesOf(
  market: FuturesMarket,
  instrument: MarketInstrument,
  limit: number,
): { t: number; r: string }[] {
  const history = market.funding(instrument).history(market.nowMs, limit);
  return history.map(({ timeSeconds, rate }) => ({ t: timeSeconds, r: plainText(Number(rate)) }));
}

function fundingRates(market: FuturesMarket, { query }: GateCall): unknown {
  const instrument = market.instrument(required(query, "contract"));
  const limit = limitOf(query, defaultPoints, maxRates);
  const { from, to } = spanOf(query);
  const endless = query.has("from") && !query.has("to");
  const span = { from, to: endless ? from + maxRateSpanSeconds : to };
  return ratesOf(market, instrument, maxRates)
    .filter(({ t }) => within(span, t * 1000))
    .slice(0, limit);
}

function batchRates(market: FuturesMarket, { body }: GateCall): unknown {
  const contracts = (body as { contracts?: unknown } | undefined)?.contracts;
  if (!Array.isArray(contracts)) throw gateRestErrors.missingParameter("contracts");
  return contracts.map((name) => {
    const instrument = market.instrument(scalarText(name));
    return { contract: instrument.spec.exchangeSymbol, data: ratesOf(market, instrument, defaultPoints) };
  });
}
