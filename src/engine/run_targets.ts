/**
 * What a run promises, and whether it can trade.
 * @module
 */
import type { Target } from "../telemetry/compliance.ts";
import type { EventLoopMonitor } from "../telemetry/event_loop_monitor.ts";
import { type Health, healthOf } from "../telemetry/health.ts";
import type { LatencyWindow } from "../telemetry/latency_window.ts";
import { bookAges } from "./book_ages.ts";
import type { Engine } from "./engine.ts";
import type { FrameStage } from "./market_recorder.ts";

/** Latencies of the last one to two minutes. */
export type StageWindows = Readonly<Record<FrameStage, LatencyWindow>>;

/** A venue is ready when at least this share of its books is usable: single ones may be halted or starting anew. */
const readyShare = 0.9;
/** A thread that was busy for longer than this within the last seconds is stuck, milliseconds. */
const stuckMs = 2_000;

/**
 * The limits on the way of a frame leave most of an order's 60 µs (median) and 300 µs (p99), from frame to socket, to
 * the order itself.
 */
const stageTargets: readonly [stage: FrameStage, percentile: "p50" | "p99", limitUs: number, what: string][] =
  [
    ["frame_to_book", "p50", 15, "From a frame to its book, median"],
    ["frame_to_book", "p99", 150, "From a frame to its book, 99 of 100"],
    ["frame_to_decision", "p50", 30, "From a frame to the decision about it, median"],
    ["frame_to_decision", "p99", 200, "From a frame to the decision about it, 99 of 100"],
  ];

/** What a run promises. Latencies and delays are those of the last one to two minutes, counts those of the run. */
export function runTargets(engine: Engine, stages: StageWindows, eventLoop: LatencyWindow): Target[] {
  return [
    ...stageTargets.map(([stage, percentile, limit, what]): Target => ({
      name: `${stage}_${percentile}`,
      what,
      unit: "µs",
      bound: "at most",
      limit,
      value: () => percentileUs(stages[stage], percentile),
    })),
    {
      name: "event_loop_delay_p99",
      what: "How late timers are, 99 of 100",
      unit: "ms",
      bound: "at most",
      limit: 20,
      value: () => percentileUs(eventLoop, "p99") / 1_000,
    },
    ...bookTargets(engine),
    ...storageTargets(engine),
  ];
}

/** Why a run cannot trade now; nothing when it can. */
export function readiness(engine: Engine): Health {
  const reasons = engine.composites.flatMap((composite) => {
    const { usable, total } = composite.counts();
    if (usable > 0 && usable >= readyShare * total) return [];
    return [`${composite.exchange}: ${usable} of ${total} books are usable`];
  });
  const { connected } = engine.options.store.report().lag;
  return healthOf(connected ? reasons : [...reasons, "storage: there is no connection to the database"]);
}

/** Whether the thread does its work. */
export function liveness(eventLoop: EventLoopMonitor): Health {
  const { recentMaxMs } = eventLoop;
  return healthOf(
    recentMaxMs <= stuckMs
      ? []
      : [`the thread was busy for ${(recentMaxMs / 1_000).toFixed(1)} s within the last 10 s`],
  );
}

function bookTargets(engine: Engine): Target[] {
  const total = engine.instruments.all.length;
  return [
    {
      name: "books_usable",
      what: "Books whose prices may be used, of all venues",
      unit: "",
      bound: "at least",
      limit: total,
      value: () => engine.composites.reduce((sum, composite) => sum + composite.counts().usable, 0),
    },
    {
      name: "book_age_max",
      what: "Time since the oldest usable book was heard of",
      unit: "s",
      bound: "at most",
      // Read anew each time: the setting may be made stricter during a run.
      get limit(): number {
        return engine.options.config.trading.maxBookAgeMs / 1_000;
      },
      value: () =>
        [...bookAges(engine).values()].map(({ oldestMs }) => oldestMs / 1_000)
          .filter((age) => !Number.isNaN(age)).sort((a, b) => a - b).at(-1) ?? NaN,
    },
    {
      name: "decode_errors",
      what: "Frames that a venue's protocol does not allow",
      unit: "",
      bound: "at most",
      limit: 0,
      value: () => engine.composites.reduce((sum, { ws }) => sum + ws.decodeErrors, 0),
    },
  ];
}

function storageTargets({ options: { store } }: Engine): Target[] {
  return [
    {
      name: "writer_lag",
      what: "Age of the oldest row that is not safe yet",
      unit: "s",
      bound: "at most",
      limit: 5,
      value: () => store.report().lag.oldestPendingMs / 1_000,
    },
    {
      name: "rows_lost",
      what: "Rows that will never be stored",
      unit: "",
      bound: "at most",
      limit: 0,
      value: () => store.report().lost,
    },
  ];
}

/** NaN when nothing was measured. */
function percentileUs(window: LatencyWindow, percentile: "p50" | "p99"): number {
  const recent = window.recent();
  return recent.count === 0 ? NaN : recent.summary()[percentile];
}
