/**
 * What a venue's public REST client does.
 * @module
 */
import type { RiskTier } from "../../core/account.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";
import type { FundingRateSnapshot } from "../../core/funding.ts";
import type { Instrument, InstrumentSpec } from "../../core/instrument.ts";
import type { HistoryRange, Kline, KlineInterval } from "../../core/kline.ts";
import type {
  ContractStats,
  FundingSettlement,
  MarketTicker,
  PublicLiquidation,
} from "../../core/market_ticker.ts";
import type { TradeColumns } from "../../core/public_trade.ts";
import type { SymbolListing } from "../../core/symbol_info.ts";

/** A pair of coins as people write it. */
export interface AssetPair {
  /** Base coin, upper case. */
  readonly base: string;
  /** Quote coin, upper case. */
  readonly quote: string;
}

/** Which trades are asked for: those after one that is known, or some of the latest. */
export interface TradeQuery {
  /** The last trade that is known: its id, 0 when it has none, and its time in epoch milliseconds. */
  readonly since?: { readonly id: number; readonly timeMs: number };
  /** How many of the latest when there is no `since`. Default 100, at most 1,000. */
  readonly limit?: number;
}

/** Trades, oldest first. */
export interface TradeList {
  /**
   * With `since` and an id: the trades after that one. With `since` and no id: those of its millisecond too, because
   * nothing tells which of them came later.
   */
  readonly trades: TradeColumns;
  /** Whether all trades since then are there; the venue gives only so many. */
  readonly complete: boolean;
}

/**
 * Requests for public data of one venue. Errors are those of `RestClient.get`, and `ConfigError` for an interval that
 * the venue does not have.
 */
export interface PublicRest {
  /** The venue's rules for these pairs; pairs that it does not list are left out. */
  fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]>;
  /** All markets of the venue with their marks. */
  fetchSymbols(): Promise<SymbolListing>;
  /** The venue's clock in epoch milliseconds. */
  fetchServerTime(): Promise<number>;
  /** A snapshot of a book of at least `depth` levels a side (or all there are), as a full update. */
  fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate>;
  /** Recent trades. */
  fetchTrades(instrument: Instrument, query?: TradeQuery): Promise<TradeList>;
  /** The last 24 hours of these instruments, in one request. */
  fetchTickers(instruments: readonly Instrument[]): Promise<MarketTicker[]>;
  /** Candles, oldest first; the last one may still be growing. */
  fetchKlines(instrument: Instrument, interval: KlineInterval, range?: HistoryRange): Promise<Kline[]>;
}

/** A price of a contract that is not that of its trades. */
export type ReferencePrice = "mark" | "index" | "premium";

/** Requests for public data of a venue of perpetual contracts. */
export interface FuturesPublicRest extends PublicRest {
  /** Candles of mark price, index price or premium. They have no volume. */
  fetchReferenceKlines(
    instrument: Instrument,
    price: ReferencePrice,
    interval: KlineInterval,
    range?: HistoryRange,
  ): Promise<Kline[]>;
  /** Rate, time and interval of the next settlement. */
  fetchFundingRates(instruments: readonly Instrument[]): Promise<FundingRateSnapshot[]>;
  /** Settlements that have taken place, oldest first. */
  fetchFundingHistory(instrument: Instrument, range?: HistoryRange): Promise<FundingSettlement[]>;
  /** Open interest, liquidated sizes and ratios per interval, oldest first. */
  fetchContractStats(
    instrument: Instrument,
    interval: KlineInterval,
    range?: HistoryRange,
  ): Promise<ContractStats[]>;
  /** Liquidations of everybody, oldest first. */
  fetchLiquidations(instrument: Instrument, range?: HistoryRange): Promise<PublicLiquidation[]>;
  /** Risk limits of a contract, smallest first. */
  fetchRiskTiers(instrument: Instrument): Promise<RiskTier[]>;
}
