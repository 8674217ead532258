/**
 * Candles.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/**
 * Length of a candle. Weeks begin on Monday and months on the first day, both at midnight UTC. No venue has all of them.
 */
export type KlineInterval = "10s" | "1m" | "5m" | "15m" | "30m" | "1h" | "4h" | "8h" | "1d" | "1w" | "1M";

/** A candle, closed or growing. */
export interface Kline {
  instrument: InstrumentId;
  interval: KlineInterval;
  /** Epoch milliseconds of its beginning. */
  openTime: number;
  /** Epoch milliseconds of the beginning of the next one. */
  closeTime: number;
  /** Prices in quote per base. */
  open: number;
  high: number;
  low: number;
  close: number;
  /** In the venue's order unit: base on spot, contracts on futures; NaN for candles of mark, index and premium. */
  volume: number;
  /** Turnover in quote; NaN for candles of mark, index and premium. */
  quoteVolume: number;
  /** Whether it will not change any more. */
  closed: boolean;
  /** Local time in epoch milliseconds. */
  receivedAt: number;
}

/** Which rows of a history are asked for. With `fromMs` the whole range comes, in as many requests as that takes. */
export interface HistoryRange {
  /** Epoch milliseconds of the beginning, inclusive. */
  readonly fromMs?: number;
  /** Epoch milliseconds of the end, inclusive; only together with `fromMs`. Default now. */
  readonly toMs?: number;
  /** How many of the latest, when there is no `fromMs`. Default 100, at most what the venue gives in one answer. */
  readonly limit?: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Milliseconds of an interval; a month counts as 31 days, the longest there is. */
export const klineLengthMs: Readonly<Record<KlineInterval, number>> = {
  "10s": 10_000,
  "1m": minuteMs,
  "5m": 5 * minuteMs,
  "15m": 15 * minuteMs,
  "30m": 30 * minuteMs,
  "1h": hourMs,
  "4h": 4 * hourMs,
  "8h": 8 * hourMs,
  "1d": dayMs,
  "1w": 7 * dayMs,
  "1M": 31 * dayMs,
};

/** Where the candle ends that begins at this epoch millisecond. */
export function klineCloseTime(interval: KlineInterval, openTime: number): number {
  if (interval !== "1M") return openTime + klineLengthMs[interval];
  const date = new Date(openTime);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
