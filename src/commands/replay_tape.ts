/**
 * `cexarb replay --tape`: statistics of recorded quotes, and what the engine would have made of them.
 * @module
 */
import { CrossingStatistics } from "../arbitrage/crossing_statistics.ts";
import type { HftConfig } from "../config/hft_config.ts";
import { readTapeFile, TapeReader, type TapeRow } from "../engine/tape_reader.ts";
import { TapeReplay, type TapeReplayReport } from "../engine/tape_replay.ts";
import { TapeSteps } from "../engine/tape_steps.ts";
import type { LineSink } from "../logging/logger.ts";
import { writeError, writeLine } from "./output.ts";
import { ProgressBar } from "./progress_bar.ts";
import { type SweepRow, type TapeReport, tapeReportLines } from "./tape_report.ts";
import { resolveVenues, type TapeStepOptions, type TapeVenueOptions, withSteps } from "./tape_venues.ts";

/** Options of a tape replay. */
export interface TapeOptions extends TapeVenueOptions, TapeStepOptions {
  readonly tape: string;
  readonly json: boolean;
  /** Threshold of the second count, basis points. */
  readonly thresholdBps: number;
  /** Time for which a quote counts, milliseconds. */
  readonly quoteValid: number;
  /** Least edge and expected value of a trade, basis points; those of the settings where it is left out. */
  readonly minEdge?: number;
  /** Thresholds that are tried one after the other, basis points. */
  readonly sweep: readonly number[];
  /** Time of an order to its venue, milliseconds; that of the settings where it is left out. */
  readonly latency?: number;
}

/** Settings that a replay trades with. */
export type TapeSettings = Pick<HftConfig, "trading" | "execution" | "paper" | "seed">;

/** What was found out about a tape before anything is traded. */
interface TapeLook {
  readonly reader: TapeReader;
  /** Rows by venue. */
  readonly counted: readonly number[];
  readonly steps: readonly TapeSteps[];
  readonly statistics: CrossingStatistics;
  /** Epoch milliseconds of the first and last row. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Replays a tape: reads it once for its venues and the statistics, and once for each threshold to trade it.
 *
 * @throws {DataFileError} when the file cannot be read or is no tape.
 * @throws {ConfigError} when an option does not fit the tape.
 */
export async function replayTape(options: TapeOptions, settings: TapeSettings): Promise<void> {
  const bar = new ProgressBar("replay");
  try {
    const passes = 2 + options.sweep.length;
    let done = 0;
    const onProgress = (share: number): void => bar.update((done + share) / passes);
    const look = await lookAt(options, onProgress);
    const names = look.reader.venues;
    const rules = resolveVenues(names, options);
    const venues = withSteps(names, rules, look.steps, options);
    const own = settingsOf(settings, options);
    const lines: string[] = [];
    const began = performance.now();
    const replayed = async (minEdgeBps: number | undefined, log?: LineSink): Promise<TapeReplayReport> => {
      done += 1;
      const config = withThreshold(own, minEdgeBps);
      const replay = new TapeReplay({ venues, config, startMs: look.startMs, ...(log && { log }) });
      return await play(options.tape, replay, onProgress);
    };
    const result = await replayed(options.minEdge, (line) => lines.push(line));
    const seconds = (performance.now() - began) / 1_000;
    const sweep: SweepRow[] = [];
    for (const minEdgeBps of options.sweep) sweep.push({ minEdgeBps, ...await replayed(minEdgeBps) });
    bar.finish();
    for (const line of [...lines, ...rules.notes]) writeError(line);
    finish({
      ...reportOf(options, look),
      minEdgeBps: options.minEdge ?? settings.trading.minEdgeBps,
      latencyMs: own.paper.latencyMs,
      ...result,
      sweep,
      rowsPerSecond: Math.round(look.reader.rows / seconds),
    }, options.json);
  } finally {
    bar.finish();
  }
}

/** First reading: venues, steps, crossings. */
async function lookAt(options: TapeOptions, onProgress: (share: number) => void): Promise<TapeLook> {
  const statistics = new CrossingStatistics(options.quoteValid, options.thresholdBps);
  const counted: number[] = [], steps: TapeSteps[] = [];
  let startMs = NaN, endMs = NaN;
  const onRow = ({ venue, time, bid, bidQuantity, ask, askQuantity }: TapeRow): void => {
    if (Number.isNaN(startMs)) startMs = time;
    endMs = time;
    counted[venue] = (counted[venue] ?? 0) + 1;
    (steps[venue] ??= new TapeSteps()).onQuote(bid, bidQuantity, ask, askQuantity);
    statistics.onQuote(venue, time, bid, ask);
  };
  const reader = new TapeReader(options.tape, onRow);
  await readTapeFile(options.tape, reader, onProgress);
  return { reader, counted, steps, statistics, startMs, endMs };
}

/** Trades a tape. */
async function play(
  path: string,
  replay: TapeReplay,
  onProgress: (share: number) => void,
): Promise<TapeReplayReport> {
  const reader = new TapeReader(path, (row) => replay.onRow(row));
  await readTapeFile(path, reader, async (share) => {
    onProgress(share);
    await replay.play();
  });
  return await replay.finish();
}

function settingsOf(settings: TapeSettings, { quoteValid, latency }: TapeOptions): TapeSettings {
  const { trading, paper } = settings;
  return {
    ...settings,
    trading: { ...trading, maxBookAgeMs: quoteValid },
    paper: { ...paper, latencyMs: latency ?? paper.latencyMs },
  };
}

/** One threshold for the edge of a pair that is matched at once and for the value of a round trip. */
function withThreshold(settings: TapeSettings, minEdgeBps: number | undefined): TapeSettings {
  if (minEdgeBps === undefined) return settings;
  const { trading } = settings;
  const basis = { ...trading.basis, minValueBps: minEdgeBps };
  return { ...settings, trading: { ...trading, minEdgeBps, basis } };
}

/** What is known without trading. */
function reportOf(
  { tape, quoteValid, thresholdBps }: TapeOptions,
  { reader, counted, statistics, startMs, endMs }: TapeLook,
): Omit<TapeReport, keyof TapeReplayReport | "sweep" | "rowsPerSecond" | "minEdgeBps" | "latencyMs"> {
  return {
    tape,
    rows: reader.rows,
    unorderedRows: reader.unordered,
    venues: Object.fromEntries(reader.venues.map((name, index) => [name, counted[index]!])),
    spanS: Math.round(endMs - startMs) / 1_000,
    quoteValidMs: quoteValid,
    thresholdBps,
    directions: statistics.report(reader.venues),
  };
}

function finish(report: TapeReport, json: boolean): void {
  if (json) return writeLine(JSON.stringify(report));
  for (const line of tapeReportLines(report)) writeLine(line);
}
