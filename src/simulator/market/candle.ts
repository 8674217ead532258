/**
 * Candles and the time grids that the venues draw them on.
 * @module
 */

/** Prices and turnover of one window of time. */
export interface Candle {
  /** Epoch milliseconds at which the window begins. */
  readonly openMs: number;
  /** Epoch milliseconds at which it ends: the beginning of the next. */
  readonly closeMs: number;
  readonly openTick: number;
  readonly highTick: number;
  readonly lowTick: number;
  readonly closeTick: number;
  /** Turnover in lots: base units on spot, contracts on futures. */
  readonly lots: number;
  /** Turnover in quote. */
  readonly quote: number;
}

/**
 * Length of a window. `7d` windows begin on Thursdays, as whole weeks since 1970 do, `1w` windows on Mondays; `1M` is
 * the calendar month, which Gate.io calls `30d`. Every day is a UTC day.
 */
export type CandleInterval =
  | "1s"
  | "10s"
  | "30s"
  | "1m"
  | "3m"
  | "5m"
  | "15m"
  | "30m"
  | "1h"
  | "2h"
  | "4h"
  | "6h"
  | "8h"
  | "12h"
  | "1d"
  | "3d"
  | "7d"
  | "1w"
  | "1M";

/** Lengths of the windows that are kept, in seconds. Each divides the next, so the finer add up to the coarser. */
export const candleTiers: readonly number[] = [1, 10, 60, 300, 1800, 86_400];

/** The windows of one interval. */
export interface CandleGrid {
  /** Length in seconds of the kept windows that make up one of these. */
  readonly tierSeconds: number;
  /** Beginning of the window that holds a moment; both in epoch milliseconds. */
  start(ms: number): number;
  /** Beginning of the window that is `count` after the one that begins at `startMs`; negative counts go back. */
  shift(startMs: number, count: number): number;
}

/** Windows of equal length. @param anchorMs Epoch milliseconds at which some window begins. */
function even(seconds: number, anchorMs = 0): CandleGrid {
  const ms = seconds * 1000;
  return {
    tierSeconds: candleTiers.findLast((tier) => seconds % tier === 0)!,
    start: (moment) => anchorMs + Math.floor((moment - anchorMs) / ms) * ms,
    shift: (startMs, count) => startMs + count * ms,
  };
}

const dayMs = 86_400_000;
/** 5 January 1970. */
const firstMonday = 4 * dayMs;

const months: CandleGrid = {
  tierSeconds: 86_400,
  start: (moment) => {
    const date = new Date(moment);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  },
  shift: (startMs, count) => {
    const date = new Date(startMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count);
  },
};

const grids: Readonly<Record<CandleInterval, CandleGrid>> = {
  "1s": even(1),
  "10s": even(10),
  "30s": even(30),
  "1m": even(60),
  "3m": even(180),
  "5m": even(300),
  "15m": even(900),
  "30m": even(1800),
  "1h": even(3600),
  "2h": even(7200),
  "4h": even(14_400),
  "6h": even(21_600),
  "8h": even(28_800),
  "12h": even(43_200),
  "1d": even(86_400),
  "3d": even(3 * 86_400),
  "7d": even(7 * 86_400),
  "1w": even(7 * 86_400, firstMonday),
  "1M": months,
};

/** The windows of an interval. */
export function candleGrid(interval: CandleInterval): CandleGrid {
  return grids[interval];
}
