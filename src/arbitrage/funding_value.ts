/**
 * What funding brings until a moment.
 * @module
 */
import type { FundingRateSnapshot } from "../core/funding.ts";

/**
 * Number of settlements after `from` up to and with `until`, epoch milliseconds: at the venue's next time and every
 * interval after it. A position that is opened in the moment of a settlement has no part in it.
 *
 * @returns NaN when the venue's times are no times.
 */
export function settlementsBetween(
  { nextSettlement, interval }: FundingRateSnapshot,
  from: number,
  until: number,
): number {
  if (!(interval > 0) || !Number.isFinite(nextSettlement)) return NaN;
  // The snapshot may be from before a settlement that has passed since.
  const passed = nextSettlement > from ? 0 : Math.floor((from - nextSettlement) / interval) + 1;
  const first = nextSettlement + passed * interval;
  return first > until ? 0 : Math.floor((until - first) / interval) + 1;
}

/**
 * What a quote of position value receives at one settlement: a short receives a positive rate, a long pays it.
 *
 * @param isShort Whether the contract is sold.
 */
export function fundingPerSettlement({ rate }: FundingRateSnapshot, isShort: boolean): number {
  return isShort ? rate : -rate;
}
