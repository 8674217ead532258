/**
 * From start to end of a run.
 * @module
 */
import { DatabaseConfigManager } from "../config/database_config.ts";
import type { ConfigLoadingMetrics, HftConfig } from "../config/hft_config.ts";
import { type Clock, SystemClock } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { SimulatedClock } from "../core/simulated_clock.ts";
import type { LiveOptions } from "../engine/live_accounts.ts";
import { Engine } from "../engine/engine.ts";
import type { EngineReport } from "../engine/report.ts";
import { RunTelemetry } from "../engine/run_telemetry.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import type { LogMetricSeries } from "../logging/log_metrics.ts";
import type { Logger } from "../logging/logger.ts";
import type { Network } from "../core/network.ts";
import { VenueLimits } from "../engine/venue_limits.ts";
import { historySettings, MarketStore } from "../storage/mod.ts";
import { Interruption } from "./interruption.ts";
import { KillSignal } from "./kill_signal.ts";

/** What a run is made of. */
export interface RunParts {
  readonly config: HftConfig;
  readonly clock: Clock;
  readonly network: Network;
  readonly logger: Logger;
  /** Where orders leave their trail. Default nowhere. */
  readonly audit?: AuditTrail;
  /** Figures about and from the log; shown with the other figures of the run. */
  readonly logSeries?: () => readonly LogMetricSeries[];
  /** Kind of run, as it is stored. */
  readonly mode: string;
  /** What loading the configuration took; shown with the other figures of the run. */
  readonly configLoading?: ConfigLoadingMetrics;
  /** What trading with money needs. */
  readonly live?: LiveOptions;
  /** The run is over, all orders have ended, and it is about to be stopped. */
  readonly onEnd?: (engine: Engine) => void;
}

/** Something that shows a run while it goes on. */
export interface View {
  stop(): void;
}

/** What tells that promises are waiting to run: exchanges inside the process. */
export interface SettledResponses {
  /** Requests answered so far. */
  readonly settledResponses: number;
  /** Requests without an answer. */
  readonly pendingResponses: number;
}

/** Who watches a run on simulated time. */
export interface SimulatedRunListener {
  /** @param share Share of the run that is over, 0 to 1. */
  onProgress?(share: number): void;
  /** The run is over and about to be stopped. */
  onEnd?(engine: Engine): void;
}

/**
 * Longest wait for orders under way at the end, milliseconds. What is too little for the venue that has room for it is given
 * up, and named, after about 18 s.
 */
export const finishTimeoutMs = 30_000;
/** Rows on their way to the database at which a run on simulated time waits for it. */
const maxPendingRows = 20_000;

/**
 * Runs in real time.
 *
 * @param durationMs Length in milliseconds; undefined means until it is interrupted.
 */
export async function runOnSystemClock(
  parts: RunParts,
  durationMs: number | undefined,
  startView: (engine: Engine) => View,
): Promise<EngineReport> {
  return await withStore(parts, async (store, telemetry) => {
    const interruption = new Interruption();
    try {
      const { traceShare } = parts.config.telemetry;
      // Interrupted while venues do not answer: nothing has begun, so there is nothing to end.
      const starting = Engine.start({ ...parts, store, traceShare });
      const engine = await Promise.race([starting, interruption.promise]);
      if (engine === undefined) {
        // Should they answer after all: nothing may be traded by a program that is about to end.
        starting.then((late) => late.stop(), () => {});
        throw new Deno.errors.Interrupted("Interrupted before the venues had answered");
      }
      telemetry?.attach(engine);
      const killing = new KillSignal(() => engine.trading?.parts.kill.engage("SIGUSR1", "signal"));
      const view = startView(engine);
      await interruption.orAfter(durationMs);
      view.stop();
      killing.stop();
      await finishTrading(engine, parts.logger);
      parts.onEnd?.(engine);
      engine.stop();
      await store.close();
      return engine.report();
    } finally {
      interruption.stop();
    }
  });
}

/**
 * Runs on simulated time, as fast as it can. Between two moments of simulated time promises get their turn, so
 * the order of events, and with it every decision, is the same in every run.
 */
export async function runOnSimulatedClock(
  parts: RunParts & { readonly clock: SimulatedClock },
  responses: SettledResponses,
  durationMs: number,
  listener: SimulatedRunListener = {},
): Promise<EngineReport> {
  const { clock } = parts;
  return await withStore(parts, async (store, telemetry) => {
    const end = clock.epochMs() + durationMs;
    const limits = new VenueLimits(clock);
    const driver = new SimulatedDriver(clock, responses, limits, store);
    const { traceShare } = parts.config.telemetry;
    const engine = await driver.until(Engine.start({ ...parts, store, limits, traceShare }));
    telemetry?.attach(engine);
    await driver.runTo(end, engine, (now) => listener.onProgress?.(1 - (end - now) / durationMs));
    await driver.until(finishTrading(engine, parts.logger));
    parts.onEnd?.(engine);
    listener.onEnd?.(engine);
    engine.stop();
    await store.close();
    return engine.report();
  });
}

/** Lets the orders under way end. */
async function finishTrading(engine: Engine, logger: Logger): Promise<void> {
  if (!await engine.finish(finishTimeoutMs)) {
    logger.error("Orders are still under way at the end of the run", {});
  }
}

/** Moves a simulated clock. */
class SimulatedDriver {
  #settled = 0;

  constructor(
    private readonly clock: SimulatedClock,
    private readonly responses: SettledResponses,
    private readonly limits: VenueLimits,
    private readonly store: MarketStore,
  ) {}

  /** Runs until a promise is settled. */
  async until<Value>(promise: Promise<Value>): Promise<Value> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    await turn();
    while (!settled && this.clock.step()) await turn();
    return await promise;
  }

  /** Runs every timer up to this moment, epoch milliseconds. */
  async runTo(end: number, engine: Engine, onStep: (now: number) => void): Promise<void> {
    for (let due = this.clock.nextDue; due !== undefined && due <= end; due = this.clock.nextDue) {
      this.clock.step();
      onStep(due);
      const settled = this.responses.settledResponses + this.limits.decided + engine.rounds;
      if (settled !== this.#settled) {
        this.#settled = settled;
        await turn();
      }
      if (this.store.pendingRows > maxPendingRows) await this.store.drained();
    }
  }
}

/** Lets every promise that can run do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Opens the store of a run, shown where the configuration says so, and closes both whatever happens. */
async function withStore(
  parts: RunParts,
  work: (store: MarketStore, telemetry: RunTelemetry | undefined) => Promise<EngineReport>,
): Promise<EngineReport> {
  const { listen } = parts.config.telemetry;
  const telemetry = listen === undefined ? undefined : RunTelemetry.start({ ...parts, listen });
  try {
    const store = openStore(parts);
    telemetry?.attachStore(store);
    try {
      return await work(store, telemetry);
    } finally {
      await store.close();
    }
  } finally {
    await telemetry?.stop();
  }
}

function openStore({ config, clock, logger, mode }: RunParts): MarketStore {
  const database = new DatabaseConfigManager(config.storage);
  const { server, dataDirectory, maxSpoolBytes } = database;
  const history = historySettings(database.history);
  return MarketStore.open({
    clock: new SystemClock(),
    // By the machine's clock, the rows of any other clock may be old at once.
    ...(clock instanceof SystemClock ? { history } : {}),
    mode,
    seed: config.seed,
    startedAt: clock.epochMs(),
    // A new database takes seconds to make, on a small or busy machine many: a short run waits for it at its end.
    closeTimeoutMs: 120_000,
    onError: (error) => logger.error("Storage", { error: errorMessage(error) }),
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
    ...(server === undefined ? {} : { server }),
    ...(maxSpoolBytes === undefined ? {} : { maxSpoolBytes }),
  });
}
