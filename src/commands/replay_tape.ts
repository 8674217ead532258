/**
 * `cexarb replay --tape`: statistics of recorded quotes, and what the engine would have made of them.
 * @module
 */
import {
  type CrossingCount,
  CrossingStatistics,
  type DirectionCount,
} from "../arbitrage/crossing_statistics.ts";
import type { HftConfig } from "../config/hft_config.ts";
import { readTapeFile, TapeReader, type TapeRow } from "../engine/tape_reader.ts";
import { TapeReplay, type TapeReplayReport } from "../engine/tape_replay.ts";
import { writeError, writeLine } from "./output.ts";
import { ProgressBar } from "./progress_bar.ts";
import { resolveVenues, type TapeVenueOptions } from "./tape_venues.ts";

/** Options of a tape replay. */
export interface TapeOptions extends TapeVenueOptions {
  readonly tape: string;
  readonly json: boolean;
  /** Threshold of the second count, basis points. */
  readonly thresholdBps: number;
  /** Time for which a quote counts, milliseconds. */
  readonly quoteValid: number;
}

/** The result of a tape replay. */
interface TapeReport extends TapeReplayReport {
  readonly tape: string;
  readonly rows: number;
  /** Rows whose time was before their predecessor's. */
  readonly unorderedRows: number;
  /** Rows by venue. */
  readonly venues: Readonly<Record<string, number>>;
  readonly quoteValidMs: number;
  readonly thresholdBps: number;
  /** Time from the first to the last row, seconds. */
  readonly spanS: number;
  readonly directions: readonly DirectionCount[];
  /** Rows per second of this replay. */
  readonly rowsPerSecond: number;
}

/**
 * Replays a tape: reads it once for its venues and the statistics, and once to trade it.
 *
 * @throws {DataFileError} when the file cannot be read or is no tape.
 */
export async function replayTape(
  options: TapeOptions,
  settings: Pick<HftConfig, "trading" | "paper">,
): Promise<void> {
  const bar = new ProgressBar("replay");
  try {
    const statistics = new CrossingStatistics(options.quoteValid, options.thresholdBps);
    const counted: number[] = [];
    const first = await readTape(options.tape, (share) => bar.update(share / 2), (row) => {
      counted[row.venue] = (counted[row.venue] ?? 0) + 1;
      statistics.onQuote(row.venue, row.time, row.bid, row.ask);
    });
    const { venues, notes } = resolveVenues(first.venues, options);
    const trading = { ...settings.trading, maxBookAgeMs: options.quoteValid };
    const replay = new TapeReplay(venues, { ...settings, trading });
    const began = performance.now();
    let start = NaN, end = NaN;
    await readTape(options.tape, (share) => bar.update((1 + share) / 2), (row) => {
      if (Number.isNaN(start)) start = row.time;
      end = row.time;
      replay.onRow(row);
    });
    bar.finish();
    const seconds = (performance.now() - began) / 1_000;
    for (const note of notes) writeError(note);
    finish({
      tape: options.tape,
      rows: first.rows,
      unorderedRows: first.unordered,
      venues: Object.fromEntries(first.venues.map((name, index) => [name, counted[index]!])),
      spanS: Math.round(end - start) / 1_000,
      quoteValidMs: options.quoteValid,
      thresholdBps: options.thresholdBps,
      directions: statistics.report(first.venues),
      ...replay.finish(),
      rowsPerSecond: Math.round(first.rows / seconds),
    }, options.json);
  } finally {
    bar.finish();
  }
}

async function readTape(
  path: string,
  onProgress: (share: number) => void,
  onRow: (row: TapeRow) => void,
): Promise<TapeReader> {
  const reader = new TapeReader(path, onRow);
  await readTapeFile(path, reader, onProgress);
  return reader;
}

function finish(report: TapeReport, json: boolean): void {
  if (json) return writeLine(JSON.stringify(report));
  for (const line of reportLines(report)) writeLine(line);
}

function reportLines(report: TapeReport): string[] {
  const venues = Object.entries(report.venues).map(([name, rows]) => `${name} ${rows}`).join(", ");
  return [
    `${report.tape}: ${report.rows} rows in ${(report.spanS / 60).toFixed(1)} minutes (${venues})`,
    `Quotes count for ${report.quoteValidMs / 1_000} s.`,
    ...report.directions.flatMap((direction) => directionLines(direction, report.thresholdBps)),
    `Traded on paper: ${report.opportunities} opportunities, ${report.executions} executions, ` +
    `${report.pnlUsd.toFixed(4)} USDT realised after ${report.feesUsd.toFixed(4)} fees, ` +
    `${report.unrealisedPnlUsd.toFixed(4)} unrealised`,
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
