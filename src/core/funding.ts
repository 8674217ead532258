/**
 * Funding of perpetual futures.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** Funding of one contract at one moment. Longs pay shorts when the rate is positive. */
export interface FundingRateSnapshot {
  readonly instrument: InstrumentId;
  /** Rate of the next settlement as a ratio of the notional. */
  readonly rate: number;
  /** Epoch milliseconds of the next settlement. */
  readonly nextSettlement: number;
  /** Time between settlements in milliseconds. */
  readonly interval: number;
  /** Price from which profits are taken, quote per base; left out when the venue did not tell it along. */
  readonly markPrice?: number;
  /** Price of the underlying, quote per base; left out when the venue did not tell it along. */
  readonly indexPrice?: number;
  /** Epoch milliseconds. */
  readonly time: number;
}
