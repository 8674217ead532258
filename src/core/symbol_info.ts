/**
 * Everything that a venue says about all of its markets. Static: it may be cached.
 * @module
 */
import type { RiskTier } from "./account.ts";
import type { InstrumentSpec } from "./instrument.ts";

/** Rules of a contract beyond those of any market. */
export interface ContractRules {
  readonly leverageMin: number;
  readonly leverageMax: number;
  /** Maintenance margin of the first tier as a ratio of the position's value. */
  readonly maintenanceRate: number;
  /** Milliseconds between settlements of funding. */
  readonly fundingInterval: number;
  /** Largest absolute funding rate as a ratio; NaN when the venue does not tell. */
  readonly fundingRateLimit: number;
  /** Largest order in contracts. */
  readonly maxQuantity: number;
  /** Largest distance of an order's price from the mark price, as a ratio of it. */
  readonly priceDeviation: number;
  /** Open orders that an account may have in the contract. */
  readonly maxOrders: number;
  /** Whether sizes may have fractions. */
  readonly decimalSizes: boolean;
  /** Risk limits in the order of their size; empty when they were not asked for. */
  readonly riskTiers: readonly RiskTier[];
}

/** A market with its marks. */
export interface SymbolInfo {
  /** Its rules; `tradable` is true only if every mark here allows trading through the API. */
  readonly spec: InstrumentSpec;
  /** Whether the venue says that the market is open: it trades, whoever may take part. */
  readonly online: boolean;
  /** Whether programs may trade it (MEXC: `isSpotTradingAllowed` and listed in `defaultSymbols`). */
  readonly apiOpen: boolean;
  /** Which orders the venue takes. */
  readonly sides: "both" | "buy" | "sell" | "none";
  /** Whether it is announced to be taken off the list, or is being taken off. */
  readonly delisting: boolean;
  /** Rules of a contract; undefined on spot. */
  readonly contract: ContractRules | undefined;
}

/** All markets of a venue. */
export interface SymbolListing {
  readonly symbols: readonly SymbolInfo[];
  /** The venue's names of markets whose rows are not as the protocol has them: nobody can trade those here. */
  readonly unreadable: readonly string[];
}
