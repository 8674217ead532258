/**
 * The figures of a run.
 * @module
 */
import type { Detector } from "../arbitrage/detector.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type {
  BookCounts,
  CompositePublicExchange,
} from "../exchanges/interfaces/composite_public_exchange.ts";
import type { Ledger } from "../execution/ledger.ts";
import type { MarketStore, StorageReport, SymbolCacheStatistics } from "../storage/mod.ts";
import type { DecisionHash } from "../telemetry/decision_hash.ts";
import type { TradeCounts } from "./trade_counts.ts";
import type { RebalanceProposals, TimedProposal } from "./rebalance_proposals.ts";
import type { Trader } from "./trader.ts";
import type { LatencyHistogram, LatencySummary } from "../telemetry/latency_histogram.ts";

/** What happened on one venue. */
export interface VenueReport {
  /** Frames received, of any kind. */
  readonly frames: number;
  /** Frames that the venue's protocol does not allow. */
  readonly decodeErrors: number;
  /** Book updates that did not follow their predecessor. */
  readonly gaps: number;
  /** Books that became usable again after they had been. */
  readonly resyncs: number;
  /** Times that a connection was lost. */
  readonly reconnects: number;
}

/** Figures of a run; money in quote (USDT). */
export interface EngineReport {
  readonly venues: Partial<Record<ExchangeKey, VenueReport>>;
  readonly books: { readonly usable: number; readonly total: number };
  /** Opportunities that began. */
  readonly opportunities: number;
  /** Pairs of trades made. */
  readonly executions: number;
  readonly fills: number;
  /** Trades that strategies wanted and limits or accounts did not allow. */
  readonly refused: number;
  /** Realised profit, all fees taken off. */
  readonly pnlUsd: number;
  /** Profit of what is still open, at the middle of the books. */
  readonly unrealisedPnlUsd: number;
  readonly feesUsd: number;
  /** How coins could come back to where they are wanted, as of the last look; nothing is moved. */
  readonly rebalance: readonly TimedProposal[];
  /** Rows by table. */
  readonly rows: StorageReport["rows"];
  /** Rows that could not be stored. */
  readonly lost: number;
  /** How far the database is behind, and what waits on the disk for it. */
  readonly storage: Pick<StorageReport, "spooled" | "refused" | "lag">;
  /** The symbol cache; undefined when the database had not answered yet. */
  readonly symbolCache:
    | Pick<SymbolCacheStatistics, "symbols" | "hits" | "misses" | "hitRatio" | "ageMs">
    | undefined;
  /** Time inside the program, microseconds: from a frame to its book, and to the decision about it. */
  readonly latencyUs: { readonly frameToBook: LatencySummary; readonly frameToDecision: LatencySummary };
  /** Seconds since the start, on the run's clock. */
  readonly uptimeS: number;
  /** Fingerprint of all decisions. */
  readonly decisionsHash: string;
}

/** The parts of a run that figures come from. */
export interface ReportSources {
  readonly options: { readonly store: MarketStore };
  readonly composites: readonly CompositePublicExchange[];
  readonly detector: Detector;
  readonly trader: Pick<Trader, "executions" | "refused">;
  readonly measurements: { readonly trades: TradeCounts };
  readonly ledger: Ledger;
  /** Undefined where nothing is traded. */
  readonly rebalance: RebalanceProposals | undefined;
  readonly frameToBook: LatencyHistogram;
  readonly frameToDecision: LatencyHistogram;
  readonly decisions: DecisionHash;
  readonly symbolCache: SymbolCacheStatistics | undefined;
  /** Milliseconds since the start, on the run's clock. */
  readonly uptimeMs: number;
  /** Price that values a position; NaN when there is none now. */
  middle(instrument: Instrument): number;
}

/** Collects the figures of a run. */
export function reportOf(engine: ReportSources, counts: readonly BookCounts[]): EngineReport {
  const { rows, lost, spooled, refused, lag } = engine.options.store.report();
  const venues: Partial<Record<ExchangeKey, VenueReport>> = {};
  for (const [index, { exchange, ws }] of engine.composites.entries()) {
    const { gaps, resyncs } = counts[index]!;
    const { frames, decodeErrors, reconnects } = ws;
    venues[exchange] = { frames, decodeErrors, gaps, resyncs, reconnects };
  }
  return {
    venues,
    books: { usable: sum(counts, "usable"), total: sum(counts, "total") },
    opportunities: engine.detector.seen,
    executions: engine.trader.executions,
    fills: engine.measurements.trades.fills,
    refused: engine.trader.refused,
    pnlUsd: rounded(engine.ledger.realisedPnl),
    unrealisedPnlUsd: rounded(engine.ledger.unrealisedPnl((instrument) => engine.middle(instrument))),
    feesUsd: rounded(engine.ledger.fees),
    rebalance: engine.rebalance?.current ?? [],
    rows,
    lost,
    storage: { spooled, refused, lag },
    symbolCache: cacheFigures(engine.symbolCache),
    latencyUs: {
      frameToBook: engine.frameToBook.summary(),
      frameToDecision: engine.frameToDecision.summary(),
    },
    uptimeS: Math.round(engine.uptimeMs) / 1_000,
    decisionsHash: engine.decisions.digest(),
  };
}

function cacheFigures(statistics: SymbolCacheStatistics | undefined): EngineReport["symbolCache"] {
  if (statistics === undefined) return undefined;
  const { symbols, hits, misses, hitRatio, ageMs } = statistics;
  return { symbols, hits, misses, hitRatio, ageMs };
}

function sum(counts: readonly BookCounts[], key: "usable" | "total"): number {
  return counts.reduce((total, count) => total + count[key], 0);
}

/** A millionth of a quote unit is enough for a report. */
function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
