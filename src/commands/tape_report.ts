/**
 * The result of a tape replay in words.
 * @module
 */
import type { CrossingCount, DirectionCount } from "../arbitrage/crossing_statistics.ts";
import type { NamedCounts } from "../engine/tape_outcomes.ts";
import type { TapeReplayReport } from "../engine/tape_replay.ts";
import { alignedRows, wrappedLines } from "./text_table.ts";

/** What came of one threshold. */
export interface SweepRow extends TapeReplayReport {
  /** Least edge of a pair that is matched at once, and least expected value of a round trip, basis points. */
  readonly minEdgeBps: number;
}

/** The result of a tape replay. */
export interface TapeReport extends SweepRow {
  readonly tape: string;
  readonly rows: number;
  /** Rows whose time was before their predecessor's. */
  readonly unorderedRows: number;
  /** Rows by venue. */
  readonly venues: Readonly<Record<string, number>>;
  readonly quoteValidMs: number;
  /** Time of an order to its venue, milliseconds. */
  readonly latencyMs: number;
  readonly thresholdBps: number;
  /** Time from the first to the last row, seconds. */
  readonly spanS: number;
  readonly directions: readonly DirectionCount[];
  /** The same tape with other thresholds. */
  readonly sweep: readonly SweepRow[];
  /** Rows per second of this replay. */
  readonly rowsPerSecond: number;
}

/** Columns of lines of text. */
const width = 110;

/** The lines for people. */
export function tapeReportLines(report: TapeReport): string[] {
  const venues = Object.entries(report.venues).map(([name, rows]) => `${name} ${rows}`).join(", ");
  return [
    `${report.tape}: ${report.rows} rows in ${(report.spanS / 60).toFixed(1)} minutes (${venues})`,
    `Quotes count for ${report.quoteValidMs / 1_000} s.`,
    ...report.directions.flatMap((direction) => directionLines(direction, report.thresholdBps)),
    ...tradeLines(report),
    ...(report.sweep.length === 0 ? [] : ["", ...sweepLines(report.sweep)]),
  ];
}

function directionLines(direction: DirectionCount, thresholdBps: number): string[] {
  const { bid, ask, pairSamples, overThreshold, maxBps } = direction;
  const text = (count: CrossingCount): string =>
    `${(count.share * 100).toFixed(1)} % of ${pairSamples} samples in ${count.episodes} episodes`;
  return [
    `${bid} bid over ${ask} ask: ${text(direction)}, at most ${maxBps.toFixed(1)} bps`,
    `  by more than ${thresholdBps} bps: ${text(overThreshold)}`,
  ];
}

function tradeLines(report: TapeReport): string[] {
  const { opportunities, executions, fills, entries, exits, pnlUsd, unrealisedPnlUsd, feesUsd } = report;
  const outcomes = Object.entries(report.outcomes).map(([strategy, counts]) =>
    `${strategy} ${countsText(counts)}`
  );
  return [
    `Traded on paper from ${report.minEdgeBps} bps, orders ${report.latencyMs} ms under way: ` +
    `${opportunities} opportunities, ${executions} executions, ${fills} fills`,
    `  ${pnlUsd.toFixed(4)} USDT realised after ${feesUsd.toFixed(4)} fees, ` +
    `${unrealisedPnlUsd.toFixed(4)} unrealised on ${report.heldUsd.toFixed(2)} that are held at the end`,
    `  ${entries} entries, ${exits} exits, ${report.hedges} hedges; ${outcomes.join("; ") || "none ended"}`,
    ...reasons("opportunities", report.decisions),
    ...reasons("kept by limits", report.refusals),
    ...report.stops.map((stop) => `  stopped: ${stop}`),
  ];
}

function reasons(what: string, counts: NamedCounts): string[] {
  const text = countsText(counts);
  return text === "" ? [] : wrappedLines(`  ${what}: ${text}`, width);
}

function countsText(counts: NamedCounts): string {
  return Object.entries(counts).filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`).join(", ");
}

/** One row a threshold. */
function sweepLines(rows: readonly SweepRow[]): string[] {
  const head = [
    "bps",
    "entries",
    "exits",
    "hedged",
    "missed",
    "given up",
    "PnL",
    "unrealised",
    "fees",
    "held",
  ];
  const cells = rows.map((row) => [
    String(row.minEdgeBps),
    String(row.entries),
    String(row.exits),
    String(ended(row, "hedged")),
    String(ended(row, "missed")),
    String(ended(row, "flattened") + ended(row, "residue") + ended(row, "refused")),
    row.pnlUsd.toFixed(4),
    row.unrealisedPnlUsd.toFixed(4),
    row.feesUsd.toFixed(4),
    row.heldUsd.toFixed(2),
  ]);
  return alignedRows([head, ...cells], ">>>>>>>>>>");
}

/** Executions of all strategies that ended so. */
function ended({ outcomes }: TapeReplayReport, outcome: string): number {
  return Object.values(outcomes).reduce((sum, counts) => sum + (counts[outcome] ?? 0), 0);
}
