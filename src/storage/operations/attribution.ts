/**
 * What became of each opportunity.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { ExecutionOutcome } from "../../core/opportunity.ts";
import type { Row, SqlValue } from "../database.ts";
import type { Queryable } from "../queryable.ts";
import { checkLimit, checkName, checkRange, modeOf, type Pair, type TimeRange } from "./arguments.ts";
import { epochMs, exchangeOf, numberOf, optionalNumber, textOf, timeOf, wordOf } from "./row_reader.ts";

/** Which opportunities are wanted. */
export interface AttributionQuery {
  /** When they began. */
  readonly range: TimeRange;
  /** Mode of the runs, such as `live`; all when left out. */
  readonly mode?: string;
  /** The pair that was bought; any when left out. */
  readonly pair?: Pair;
  /** Most rows; 1,000 when left out. */
  readonly limit?: number;
}

/** Moments in epoch milliseconds; undefined where they never came. Of several executions the first, but for the end. */
export interface AttributionMoments {
  readonly seenAt: number | undefined;
  readonly decidedAt: number | undefined;
  readonly sentAt: number | undefined;
  readonly acknowledgedAt: number | undefined;
  readonly filledAt: number | undefined;
  readonly hedgedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** Stages in milliseconds; NaN where they never came. Of several executions the longest. */
export interface AttributionStages {
  readonly seenToDecidedMs: number;
  readonly decidedToSentMs: number;
  readonly sentToAcknowledgedMs: number;
  readonly sentToFilledMs: number;
  readonly filledToHedgedMs: number;
}

/**
 * An opportunity with what became of it: its executions summed up. A figure is NaN where there was no execution, or
 * where it is not known of one of them.
 */
export interface AttributionRecord {
  /** Number of the run's row. */
  readonly runId: number;
  /** Mode of the run. */
  readonly mode: string;
  /** Counts from 1 within a run. */
  readonly id: number;
  readonly base: string;
  readonly quote: string;
  readonly buyExchange: ExchangeKey;
  readonly buySymbol: string;
  readonly sellExchange: ExchangeKey;
  readonly sellSymbol: string;
  /** First and last moment of the edge, epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** After taker fees, basis points of the amount bought. */
  readonly peakEdgeBps: number;
  /** Quote, after taker fees. */
  readonly peakProfit: number;
  /** Of several executions the worst; `passed` without any, empty when it was not noted or is not known yet. */
  readonly outcome: ExecutionOutcome | "passed" | "";
  /** Why it was not traded, or why something is missing of it; empty when nothing is. */
  readonly why: string;
  /** Who kept it from being traded; empty when nobody did or it was not noted. */
  readonly rejectedBy: string;
  /** Names of the strategies that traded it, joined by commas. */
  readonly strategies: string;
  readonly executions: number;
  /** Orders that were sent, hedges among them. */
  readonly orders: number;
  /** Base units. */
  readonly wantedQuantity: number;
  /** Base units that were not had on both sides. */
  readonly missedQuantity: number;
  /** Base units that were traded in hedges. */
  readonly hedgedQuantity: number;
  /** Base units that stayed on one side: positive when bought, negative when sold. */
  readonly residue: number;
  /** Quote: what it was worth when it was decided, and what it came to. */
  readonly expectedQuote: number;
  readonly profitQuote: number;
  /** Quote: what the known rates make of what was filled, and what the venues took. */
  readonly expectedFees: number;
  readonly chargedFees: number;
  readonly moments: AttributionMoments;
  readonly stages: AttributionStages;
}

const moments = [
  "seen_at",
  "decided_at",
  "sent_at",
  "acknowledged_at",
  "filled_at",
  "hedged_at",
  "finished_at",
];
const columns = `run_id, mode, opportunity_id, base, quote, buy_exchange_id, buy_symbol, sell_exchange_id,
  sell_symbol, ${epochMs("started_at")} as started, ${
  epochMs("ended_at")
} as ended, peak_edge_bps, peak_profit,
  outcome, why, rejected_by, strategies, executions, orders, wanted_quantity, missed_quantity, hedged_quantity,
  residue_quantity, expected_quote, profit_quote, expected_fees, charged_fees, seen_to_decided_ms,
  decided_to_sent_ms, sent_to_acknowledged_ms, sent_to_filled_ms, filled_to_hedged_ms,
  ${moments.map((moment) => `${epochMs(moment)} as ${moment}`).join(", ")}`;

/**
 * What became of the opportunities of a range, the latest first. One that has not ended is not among them.
 *
 * @throws {RangeError} for an argument that makes no sense.
 */
export async function attributions(
  database: Queryable,
  { range, mode, pair, limit }: AttributionQuery,
): Promise<AttributionRecord[]> {
  checkRange(range);
  const parameters: SqlValue[] = [range.fromMs, range.toMs, checkLimit(limit), modeOf(mode)];
  if (pair !== undefined) parameters.push(checkName("base", pair.base), checkName("quote", pair.quote));
  const rows = await database.query(
    `select ${columns} from opportunity_attribution
    where started_at >= ${timeOf(1)} and started_at < ${timeOf(2)} and ($4::text is null or mode = $4)
      ${pair === undefined ? "" : "and base = $5 and quote = $6"}
    order by started_at desc, run_id desc, opportunity_id desc limit $3::integer`,
    parameters,
  );
  return rows.map(attributionOf);
}

function attributionOf(row: Row): AttributionRecord {
  return {
    runId: numberOf(row, "run_id"),
    mode: textOf(row, "mode"),
    id: numberOf(row, "opportunity_id"),
    base: textOf(row, "base"),
    quote: textOf(row, "quote"),
    buyExchange: exchangeOf(row, "buy_exchange_id"),
    buySymbol: textOf(row, "buy_symbol"),
    sellExchange: exchangeOf(row, "sell_exchange_id"),
    sellSymbol: textOf(row, "sell_symbol"),
    startedAt: numberOf(row, "started"),
    endedAt: numberOf(row, "ended"),
    peakEdgeBps: numberOf(row, "peak_edge_bps"),
    peakProfit: numberOf(row, "peak_profit"),
    outcome: wordOf(row, "outcome"),
    why: textOf(row, "why"),
    rejectedBy: textOf(row, "rejected_by"),
    strategies: textOf(row, "strategies"),
    executions: numberOf(row, "executions"),
    orders: numberOf(row, "orders"),
    wantedQuantity: numberOf(row, "wanted_quantity"),
    missedQuantity: numberOf(row, "missed_quantity"),
    hedgedQuantity: numberOf(row, "hedged_quantity"),
    residue: numberOf(row, "residue_quantity"),
    expectedQuote: numberOf(row, "expected_quote"),
    profitQuote: numberOf(row, "profit_quote"),
    expectedFees: numberOf(row, "expected_fees"),
    chargedFees: numberOf(row, "charged_fees"),
    moments: momentsOf(row),
    stages: stagesOf(row),
  };
}

function momentsOf(row: Row): AttributionMoments {
  return {
    seenAt: optionalNumber(row, "seen_at"),
    decidedAt: optionalNumber(row, "decided_at"),
    sentAt: optionalNumber(row, "sent_at"),
    acknowledgedAt: optionalNumber(row, "acknowledged_at"),
    filledAt: optionalNumber(row, "filled_at"),
    hedgedAt: optionalNumber(row, "hedged_at"),
    endedAt: optionalNumber(row, "finished_at"),
  };
}

function stagesOf(row: Row): AttributionStages {
  return {
    seenToDecidedMs: numberOf(row, "seen_to_decided_ms"),
    decidedToSentMs: numberOf(row, "decided_to_sent_ms"),
    sentToAcknowledgedMs: numberOf(row, "sent_to_acknowledged_ms"),
    sentToFilledMs: numberOf(row, "sent_to_filled_ms"),
    filledToHedgedMs: numberOf(row, "filled_to_hedged_ms"),
  };
}
