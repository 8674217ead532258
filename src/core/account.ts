/**
 * What a venue says about an account beyond orders and balances.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** What a venue says about a key and the account behind it. */
export interface KeyReport {
  /** Number of the account at the venue. */
  readonly uid: string;
  /** Kind of account in the venue's words, such as `SPOT`, `classic` or `unified`. */
  readonly accountType: string;
  /** What the venue says that may be done, in its words; undefined when it does not tell. */
  readonly permissions: readonly string[] | undefined;
  /** Addresses from which the key may be used, empty for all; undefined when the venue does not tell. */
  readonly addresses: readonly string[] | undefined;
  /** Spot symbols that the key may trade; undefined when it is not limited to some. */
  readonly symbols: ReadonlySet<string> | undefined;
}

/** Fee ratios of an account on one instrument; negative for a rebate. */
export interface FeeRates {
  readonly maker: number;
  readonly taker: number;
}

/** Whether a coin can move over one network. */
export interface NetworkStatus {
  readonly coin: string;
  /** The venue's name of the network. */
  readonly network: string;
  readonly depositEnabled: boolean;
  readonly withdrawEnabled: boolean;
  /** Fee of a withdrawal in units of the coin; NaN when the venue does not tell. */
  readonly withdrawFee: number;
  /** Least withdrawal in units of the coin; NaN when the venue does not tell. */
  readonly withdrawMin: number;
  /** Contract address where the venue tells it: what proves that two venues mean the same coin. */
  readonly contract: string;
}

/** A movement of coins into or out of an account. */
export interface TransferRecord {
  readonly kind: "deposit" | "withdrawal";
  readonly id: string;
  readonly coin: string;
  readonly network: string;
  /** In units of the coin. */
  readonly amount: number;
  readonly status: "pending" | "done" | "failed";
  /** Epoch milliseconds. */
  readonly time: number;
}

/** One net position per contract, or a long and a short one side by side. */
export type PositionMode = "single" | "dual";

/** Margin of one position on its own, or of all together. */
export type MarginMode = "isolated" | "cross";

/** A futures position as the venue states it. Sizes are whole contracts in lots. */
export interface PositionReport {
  readonly instrument: InstrumentId;
  readonly side: "single" | "long" | "short";
  /** Signed lots: positive long. */
  readonly lots: number;
  /** Average entry in quote per base; 0 when flat. */
  readonly entryPrice: number;
  readonly markPrice: number;
  /** NaN when the venue does not tell. */
  readonly liquidationPrice: number;
  readonly marginMode: MarginMode;
  readonly leverage: number;
  readonly maxLeverage: number;
  /** In the settlement coin. */
  readonly margin: number;
  readonly unrealisedPnl: number;
  readonly realisedPnl: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** A tier of a contract's risk limits. */
export interface RiskTier {
  /** Largest position value of the tier in the settlement coin. */
  readonly limit: number;
  readonly initialRate: number;
  readonly maintenanceRate: number;
  readonly maxLeverage: number;
}

/** A funding payment that was booked; positive when received. */
export interface FundingPayment {
  readonly instrument: InstrumentId;
  /** In the settlement coin. */
  readonly amount: number;
  /** Epoch milliseconds. */
  readonly time: number;
}
