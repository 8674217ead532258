/**
 * Questions to the database, whichever it is: typed answers, times in epoch milliseconds.
 * @module
 */
export { defaultLimit, maxLimit, type Pair, type TimeRange } from "./arguments.ts";
export {
  type AttributionMoments,
  type AttributionQuery,
  type AttributionRecord,
  attributions,
  type AttributionStages,
} from "./attribution.ts";
export {
  type AttributionSummaryQuery,
  decisionSummaries,
  type DecisionSummary,
  routeSummaries,
  type RouteSummary,
} from "./attribution_summary.ts";
export {
  activeBalances,
  balanceHistory,
  type BalanceHistoryQuery,
  type BalanceRecord,
  balanceUtilisation,
  latestBalances,
  type Utilisation,
} from "./balances.ts";
export {
  bookTickerBuckets,
  bookTickerHistory,
  latestBookTickers,
  type LatestQuote,
  type LatestQuoteQuery,
  type QuoteBucket,
  type QuoteRecord,
} from "./book_tickers.ts";
export { databaseCacheStatistics, type TableCacheStatistics } from "./cache_statistics.ts";
export { type CollectorQuery, latestCollectorStatus } from "./collectors.ts";
export {
  type FillQuery,
  fillSummaries,
  type FillSummary,
  pnlSummaries,
  type PnlSummary,
  type TradeSums,
} from "./fills.ts";
export { fundingHistory, type FundingRecord, type FundingStatistics, fundingStatistics } from "./funding.ts";
export { opportunitiesAbove, type OpportunityQuery, type OpportunityRecord } from "./opportunities.ts";
export { spreadHistory, type SpreadRecord } from "./spreads.ts";
export type { SymbolName } from "./symbol_name.ts";
export { type BucketFunction, bucketFunctionOf } from "./time_buckets.ts";
export { type TotalBalance, totalBalance, type ValuedBalance } from "./total_balance.ts";
