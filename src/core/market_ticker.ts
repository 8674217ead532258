/**
 * What venues say about the last day of a market, and about a contract at a moment.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** The last 24 hours of an instrument. What a venue does not tell is NaN. */
export interface MarketTicker {
  instrument: InstrumentId;
  /** Prices in quote per base. */
  lastPrice: number;
  bidPrice: number;
  askPrice: number;
  /** Sizes in the venue's order unit: base on spot, contracts on futures. */
  bidQuantity: number;
  askQuantity: number;
  highPrice: number;
  lowPrice: number;
  /** Change of the price as a ratio: 0.01 for one percent. */
  change: number;
  /** In the venue's order unit. */
  volume: number;
  /** Turnover in quote. */
  quoteVolume: number;
  /** Venue's time in epoch milliseconds; 0 when it tells none. */
  exchangeTime: number;
  /** Local time in epoch milliseconds. */
  receivedAt: number;
  /** What the ticker of a contract says besides; undefined on spot. */
  contract: ContractTicker | undefined;
}

/** The state of a perpetual contract. */
export interface ContractTicker {
  readonly markPrice: number;
  readonly indexPrice: number;
  /** Rate of the next settlement as a ratio of the notional. */
  readonly fundingRate: number;
  /** Epoch milliseconds of the next settlement; 0 when it is not told here (Gate.io's REST ticker). */
  readonly nextFunding: number;
  /** Milliseconds between settlements; 0 when it is not told here. */
  readonly fundingInterval: number;
  /** Long contracts that are open. */
  readonly openInterest: number;
}

/** Mark and index price of a contract, in quote per base. */
export interface MarkPriceSnapshot {
  readonly instrument: InstrumentId;
  readonly markPrice: number;
  readonly indexPrice: number;
  /** Venue's time in epoch milliseconds, the local one when it told none. */
  readonly time: number;
}

/** Long contracts that are open. */
export interface OpenInterestSnapshot {
  readonly instrument: InstrumentId;
  readonly contracts: number;
  /** Venue's time in epoch milliseconds, the local one when it told none. */
  readonly time: number;
}

/** A liquidation that the venue publishes. */
export interface PublicLiquidation {
  instrument: InstrumentId;
  /** Which position was liquidated. */
  position: "long" | "short";
  /** Contracts. */
  size: number;
  /** Price of the liquidation in quote per base. */
  price: number;
  /** Epoch milliseconds. Rows of a request have whole seconds. */
  exchangeTime: number;
  /** Local time in epoch milliseconds. */
  receivedAt: number;
}

/** Statistics of a contract over an interval. What the venue does not tell is NaN. */
export interface ContractStats {
  instrument: InstrumentId;
  /** Epoch milliseconds of the interval. */
  time: number;
  markPrice: number;
  /** Contracts. */
  openInterest: number;
  openInterestUsd: number;
  /** Contracts and USD of liquidated positions. */
  longLiquidated: number;
  longLiquidatedUsd: number;
  shortLiquidated: number;
  shortLiquidatedUsd: number;
  /** Long to short: of takers, of all accounts, of the largest accounts by number and by size. */
  takerRatio: number;
  accountRatio: number;
  topAccountRatio: number;
  topSizeRatio: number;
  /** Local time in epoch milliseconds. */
  receivedAt: number;
}

/** A settlement of funding that has taken place. */
export interface FundingSettlement {
  readonly instrument: InstrumentId;
  /** Epoch milliseconds; Gate.io's stamps are about a second after the settlement. */
  readonly time: number;
  /** As a ratio of the notional; longs paid shorts when it is positive. */
  readonly rate: number;
}
