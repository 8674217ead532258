/**
 * Rows that Gate.io's requests and slow streams share: tickers, candles, liquidations, statistics.
 * @module
 */
import * as v from "valibot";
import type { InstrumentId } from "../../core/instrument.ts";
import { klineCloseTime, type KlineInterval } from "../../core/kline.ts";
import type { ContractStats, MarketTicker, PublicLiquidation } from "../../core/market_ticker.ts";
import { signedDecimal } from "../wire_schema.ts";

/** A number, bare or as text, that may be missing, null or empty: NaN then. */
export const looseNumber = v.pipe(
  v.nullish(v.union([v.number(), v.literal(""), signedDecimal]), ""),
  v.transform((value) => value === "" ? NaN : Number(value)),
  v.check((value) => Math.abs(value) !== Infinity, "must be finite"),
);
/** The same without a sign: a price, a size, a time. */
export const looseAmount = v.pipe(looseNumber, v.check((value) => !(value < 0), "must not be negative"));
/** A number, bare or as text. */
export const anyNumber = v.pipe(v.union([v.number(), signedDecimal]), v.transform(Number), v.finite());
/** The same without a sign: a price, a size, a time. */
export const anyAmount = v.pipe(anyNumber, v.minValue(0, "must not be negative"));
/** The same where a market that is not traded yet may have an empty text: NaN then. */
const untilTraded = v.pipe(
  v.union([v.number(), v.literal(""), signedDecimal]),
  v.transform((value) => value === "" ? NaN : Number(value)),
  v.check((value) => Math.abs(value) !== Infinity, "must be finite"),
);
const amountUntilTraded = v.pipe(
  untilTraded,
  v.check((value) => !(value < 0), "must not be negative"),
);

/** The last moment that a `Date` can hold: no time of a venue is later. */
const lastMs = 8.64e15;
/** A moment or a length in seconds. */
export const anySeconds = v.pipe(anyAmount, v.maxValue(lastMs / 1000, "must be a time in seconds"));
/** A moment in milliseconds. */
export const anyMs = v.pipe(anyAmount, v.maxValue(lastMs, "must be a time in milliseconds"));
/** The same, which may be missing. */
export const looseSeconds = v.pipe(
  looseAmount,
  v.check((value) => !(value > lastMs / 1000), "must be a time in seconds"),
);
const looseMs = v.pipe(looseAmount, v.check((value) => !(value > lastMs), "must be a time in milliseconds"));

/** Names of the intervals in requests and streams of both markets; weeks are `7d`. */
export const gateioIntervals: Readonly<Partial<Record<KlineInterval, string>>> = {
  "10s": "10s",
  "1m": "1m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "1h": "1h",
  "4h": "4h",
  "8h": "8h",
  "1d": "1d",
  "1w": "7d",
};
/** Spot has calendar months besides. */
export const gateioSpotIntervals: Readonly<Partial<Record<KlineInterval, string>>> = {
  ...gateioIntervals,
  "1M": "30d",
};

/** A spot ticker of a request or a stream. The stream has no sizes. */
export const spotTickerSchema = v.object({
  currency_pair: v.string(),
  last: amountUntilTraded,
  lowest_ask: looseAmount,
  lowest_size: looseAmount,
  highest_bid: looseAmount,
  highest_size: looseAmount,
  change_percentage: looseNumber,
  base_volume: looseAmount,
  quote_volume: looseAmount,
  high_24h: looseAmount,
  low_24h: looseAmount,
});

/** A ticker of a contract. Best quotes are in requests, the next settlement is in the stream only. */
export const contractTickerSchema = v.object({
  contract: v.string(),
  last: amountUntilTraded,
  change_percentage: looseNumber,
  total_size: amountUntilTraded,
  volume_24h: looseAmount,
  volume_24h_quote: looseAmount,
  mark_price: amountUntilTraded,
  index_price: amountUntilTraded,
  funding_rate: untilTraded,
  funding_interval: looseSeconds,
  funding_next_apply: looseSeconds,
  low_24h: looseAmount,
  high_24h: looseAmount,
  highest_bid: looseAmount,
  highest_size: looseAmount,
  lowest_ask: looseAmount,
  lowest_size: looseAmount,
  t: looseMs,
});

/** A row of `contract_stats`. */
export const contractStatsSchema = v.object({
  time: anySeconds,
  mark_price: looseAmount,
  open_interest: anyAmount,
  open_interest_usd: looseAmount,
  long_liq_size: looseAmount,
  long_liq_usd: looseAmount,
  short_liq_size: looseAmount,
  short_liq_usd: looseAmount,
  lsr_taker: looseAmount,
  lsr_account: looseAmount,
  top_lsr_account: looseAmount,
  top_lsr_size: looseAmount,
});

/** A row of `futures.public_liquidates`. */
export const pushedLiquidationSchema = v.object({
  price: anyAmount,
  size: anyNumber,
  time: anyMs,
  contract: v.string(),
});

/** A row of `liq_orders`. */
export const liquidationSchema = v.object({
  time: anySeconds,
  contract: v.string(),
  size: anyNumber,
  fill_price: anyAmount,
});

const percent = 100;

/** What the tickers of both markets state alike. */
function dayOf(
  row: v.InferOutput<typeof spotTickerSchema> | v.InferOutput<typeof contractTickerSchema>,
): Pick<
  MarketTicker,
  | "lastPrice"
  | "bidPrice"
  | "askPrice"
  | "bidQuantity"
  | "askQuantity"
  | "highPrice"
  | "lowPrice"
  | "change"
> {
  return {
    lastPrice: row.last,
    bidPrice: row.highest_bid,
    askPrice: row.lowest_ask,
    bidQuantity: row.highest_size,
    askQuantity: row.lowest_size,
    highPrice: row.high_24h,
    lowPrice: row.low_24h,
    change: row.change_percentage / percent,
  };
}

/** The ticker of a pair. @param exchangeTime Epoch milliseconds, 0 when unknown. */
export function toSpotTicker(
  row: v.InferOutput<typeof spotTickerSchema>,
  instrument: InstrumentId,
  exchangeTime: number,
): MarketTicker {
  return {
    instrument,
    ...dayOf(row),
    volume: row.base_volume,
    quoteVolume: row.quote_volume,
    exchangeTime,
    receivedAt: 0,
    contract: undefined,
  };
}

/** The ticker of a contract. */
export function toContractTicker(
  row: v.InferOutput<typeof contractTickerSchema>,
  instrument: InstrumentId,
): MarketTicker {
  return {
    instrument,
    ...dayOf(row),
    volume: row.volume_24h,
    quoteVolume: row.volume_24h_quote,
    exchangeTime: orZero(row.t),
    receivedAt: 0,
    contract: {
      markPrice: row.mark_price,
      indexPrice: row.index_price,
      fundingRate: row.funding_rate,
      nextFunding: orZero(row.funding_next_apply * 1000),
      fundingInterval: orZero(row.funding_interval * 1000),
      openInterest: row.total_size,
    },
  };
}

/** Statistics of a contract. */
export function toContractStats(
  row: v.InferOutput<typeof contractStatsSchema>,
  instrument: InstrumentId,
): ContractStats {
  return {
    instrument,
    time: row.time * 1000,
    markPrice: row.mark_price,
    openInterest: row.open_interest,
    openInterestUsd: row.open_interest_usd,
    longLiquidated: row.long_liq_size,
    longLiquidatedUsd: row.long_liq_usd,
    shortLiquidated: row.short_liq_size,
    shortLiquidatedUsd: row.short_liq_usd,
    takerRatio: row.lsr_taker,
    accountRatio: row.lsr_account,
    topAccountRatio: row.top_lsr_account,
    topSizeRatio: row.top_lsr_size,
    receivedAt: 0,
  };
}

/** A pushed liquidation. UNCONFIRMED: the sign of `size` is that of the order, so a sale ends a long position. */
export function toPushedLiquidation(
  row: v.InferOutput<typeof pushedLiquidationSchema>,
  instrument: InstrumentId,
): PublicLiquidation {
  return {
    instrument,
    position: row.size < 0 ? "long" : "short",
    size: Math.abs(row.size),
    price: row.price,
    exchangeTime: row.time,
    receivedAt: 0,
  };
}

/** A liquidation of a request: `size` is that of the position, positive for a long one; times are in seconds. */
export function toLiquidation(
  row: v.InferOutput<typeof liquidationSchema>,
  instrument: InstrumentId,
): PublicLiquidation {
  return {
    instrument,
    position: row.size > 0 ? "long" : "short",
    size: Math.abs(row.size),
    price: row.fill_price,
    exchangeTime: row.time * 1000,
    receivedAt: 0,
  };
}

/** Where a candle that opens at these seconds begins and ends. */
export function klineTimes(
  interval: KlineInterval,
  seconds: number,
): { openTime: number; closeTime: number } {
  const openTime = seconds * 1000;
  return { openTime, closeTime: klineCloseTime(interval, openTime) };
}

function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
