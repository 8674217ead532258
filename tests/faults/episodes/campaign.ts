/**
 * Many episodes, one after the other.
 * @module
 */
import type { InstrumentSpec } from "../../../src/core/instrument.ts";
import { listedSpecs } from "./episode_market.ts";
import { Crash } from "./engine_life.ts";
import type { StartEngine } from "./engine_under_test.ts";
import { type EpisodeResult, runEpisode } from "./episode.ts";

/** What came of many episodes. */
export interface CampaignReport {
  readonly episodes: number;
  readonly orders: number;
  readonly fills: number;
  readonly crashes: number;
  /** How often each kind of fault struck. */
  readonly struck: ReadonlyMap<string, number>;
  /** Episodes in which something was as it must not be. */
  readonly failures: readonly EpisodeResult[];
}

/** Which episodes. */
export interface CampaignOptions {
  readonly start: StartEngine;
  readonly firstSeed: number;
  readonly count: number;
  /** Failures after which no further episode is begun. Default none. */
  readonly maxFailures?: number;
  /** Told after each episode. */
  onEpisode?(result: EpisodeResult): void;
}

let specs: Promise<readonly InstrumentSpec[]> | undefined;

/** Runs episodes of consecutive seeds. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { start, firstSeed, count, maxFailures = Infinity, onEpisode } = options;
  const struck = new Map<string, number>();
  const failures: EpisodeResult[] = [];
  const sums = { episodes: 0, orders: 0, fills: 0, crashes: 0 };
  for (let seed = firstSeed; seed < firstSeed + count && failures.length < maxFailures; seed++) {
    const result = await runOne(start, seed, false);
    sums.episodes += 1;
    sums.orders += result.orders;
    sums.fills += result.fills;
    sums.crashes += result.crashes;
    for (const kind of result.struck) struck.set(kind, (struck.get(kind) ?? 0) + 1);
    if (result.violation !== undefined) failures.push(result);
    onEpisode?.(result);
  }
  return { ...sums, struck, failures };
}

/**
 * Runs the episode of one seed. What a process that has died leaves unhandled is no error; anything else that nobody
 * handles is a failure of the episode.
 */
export async function runOne(start: StartEngine, seed: number, isVerbose: boolean): Promise<EpisodeResult> {
  specs ??= listedSpecs();
  let unhandled: string | undefined;
  const onRejection = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    if (!(event.reason instanceof Crash)) unhandled ??= String(event.reason?.stack ?? event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  try {
    const result = await runEpisode({ seed, specs: await specs, start, isVerbose });
    return unhandled === undefined ? result : { ...result, violation: `Nobody handles: ${unhandled}` };
  } finally {
    globalThis.removeEventListener("unhandledrejection", onRejection);
  }
}

/** What failed and how it is seen again, for people. */
export function describeFailure({ seed, violation }: EpisodeResult): string {
  return `Episode ${seed}: ${violation}\n  deno task episodes --seed ${seed} --count 1 --verbose`;
}
