/**
 * Trades of the time before a run.
 * @module
 */
import type { PriceHistory } from "./price_history.ts";
import type { PublicTrade } from "./trade_history.ts";

/** How far back they go, and how many there are at most. */
const windowSeconds = 600;
const most = 200;

/**
 * One trade for every second of the last ten minutes that had a turnover, newest first: its size is that turnover
 * and its price the last one of that second, so it agrees with the candles.
 *
 * @param firstId Id of the first trade of the run; the past counts down from it.
 */
export function pastTrades(history: PriceHistory, firstId: number): PublicTrade[] {
  const end = Math.floor(history.openedMs / 1000);
  return history.rows(1, end - windowSeconds, end)
    .filter(({ lots }) => lots > 0)
    .slice(-most)
    .reverse()
    .map(({ second, open, close, lots }, index) => ({
      id: firstId - 1 - index,
      takerSide: close >= open ? "buy" : "sell",
      tick: close,
      lots,
      timeMs: second * 1000 + 500,
    }));
}
