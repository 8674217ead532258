/**
 * A run of the engine against the simulated exchanges, on simulated time, that a test can stop at any moment.
 * @module
 */
import { finishTimeoutMs } from "../../src/commands/session.ts";
import demoYaml from "../../config/demo.yaml" with { type: "text" };
import { type HftConfig, parseConfig } from "../../src/config/hft_config.ts";
import type { BookTickerSnapshot } from "../../src/core/book_ticker.ts";
import { SystemClock } from "../../src/core/clock.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { ArbitrageOpportunity, Execution } from "../../src/core/opportunity.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { LiveOptions } from "../../src/engine/live_accounts.ts";
import { VenueLimits } from "../../src/engine/venue_limits.ts";
import type { AuditTrail } from "../../src/logging/audit_trail.ts";
import { LineLogger, type Logger } from "../../src/logging/logger.ts";
import type { Network } from "../../src/core/network.ts";
import { MarketModel, type MarketSource, Simulator } from "../../src/simulator/mod.ts";
import { MarketStore } from "../../src/storage/mod.ts";

/** Start of simulated time, 2026-01-01. */
export const simulatedStart = 1_767_225_600_000;

/** Everything that the engine handed to the store, copied. */
export class Recorded {
  readonly tickers: BookTickerSnapshot[] = [];
  readonly opportunities: ArbitrageOpportunity[] = [];
  readonly executions: Execution[] = [];
  readonly fills: Fill[] = [];

  constructor(store: MarketStore) {
    this.#watch(store, "recordBookTicker", this.tickers);
    this.#watch(store, "recordOpportunity", this.opportunities);
    this.#watch(store, "recordExecution", this.executions);
    this.#watch(store, "recordFill", this.fills);
  }

  #watch<Row>(
    store: { [Name in keyof MarketStore]: unknown },
    name: "recordBookTicker" | "recordOpportunity" | "recordExecution" | "recordFill",
    rows: Row[],
  ): void {
    const original = (store[name] as (row: Row) => void).bind(store);
    (store as Record<typeof name, (row: Row) => void>)[name] = (row: Row): void => {
      rows.push({ ...row });
      original(row);
    };
  }
}

/** What a run may be given besides the demo's own settings. */
export interface SimulatedRunOptions {
  readonly seed?: number;
  /** Changes to the demo's configuration. */
  readonly config?: Partial<HftConfig>;
  /** Whether the rows are wanted in a database; without them a run ends sooner. Default true. */
  readonly stored?: boolean;
  /** The market. Default the demo's. */
  readonly source?: MarketSource;
  /** Log of the engine. Default one that keeps its lines in {@link SimulatedRun.log}. */
  readonly logger?: Logger;
  readonly audit?: AuditTrail;
  /** Accounts to trade with as with money; the configuration is to say so too. */
  readonly live?: (simulator: Simulator, clock: SimulatedClock, config: HftConfig) => LiveOptions;
  /** Stands between engine and simulator. */
  readonly network?: (simulator: Simulator, clock: SimulatedClock) => Network;
}

/** Simulator, clock, store and engine. */
export class SimulatedRun {
  readonly clock = new SimulatedClock(simulatedStart);
  readonly limits = new VenueLimits(this.clock);
  readonly simulator: Simulator;
  readonly store: MarketStore;
  readonly recorded: Recorded;
  readonly log: string[] = [];
  readonly storageErrors: Error[] = [];
  readonly config: HftConfig;
  readonly #network: Network;
  readonly #live: LiveOptions | undefined;
  #engine: Engine | undefined;
  #sentTo = 0;

  constructor(private readonly options: SimulatedRunOptions = {}) {
    const seed = options.seed ?? 1;
    this.simulator = Simulator.create({
      clock: this.clock,
      seed,
      source: options.source ?? new MarketModel(),
    });
    const demo = parseConfig(demoYaml, "config/demo.yaml");
    const exchanges = demo.exchanges.map((settings) => ({
      ...settings,
      endpoints: this.simulator.localEndpoints[settings.exchange],
    }));
    this.config = { ...demo, exchanges, seed, ...options.config };
    this.#network = options.network?.(this.simulator, this.clock) ?? this.simulator;
    this.#live = options.live?.(this.simulator, this.clock, this.config);
    this.store = MarketStore.open({
      clock: new SystemClock(),
      mode: "demo",
      seed,
      startedAt: simulatedStart,
      onError: (error) => this.storageErrors.push(error),
      ...(options.stored === false ? { closeTimeoutMs: 0 } : {}),
    });
    this.recorded = new Recorded(this.store);
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error("The engine has not started");
    return this.#engine;
  }

  /** Starts the engine, with as much simulated time as that takes. */
  async start(): Promise<void> {
    const { config, clock, store } = this;
    const { audit } = this.options;
    const logger = this.options.logger ??
      new LineLogger((line) => this.log.push(line), () => clock.epochMs(), "debug");
    let settled = false;
    const { limits } = this;
    const trail = audit === undefined ? {} : { audit };
    const live = this.#live === undefined ? {} : { live: this.#live };
    const options = { config, clock, store, logger, limits, network: this.#network, ...trail, ...live };
    const started = Engine.start(options).finally(() => {
      settled = true;
    });
    // An error is for whoever awaits the start; until then it is not lost.
    started.catch(() => {});
    await turn();
    while (!settled && clock.step()) await turn();
    this.#engine = await started;
  }

  /** Lets this much simulated time pass. */
  async advance(ms: number): Promise<void> {
    // The clock stands at its last timer; where it was sent is remembered, so that short steps add up.
    this.#sentTo = Math.max(this.#sentTo, this.clock.epochMs()) + ms;
    const end = this.#sentTo;
    const progress = (): number =>
      this.simulator.settledResponses + this.limits.decided + (this.#engine?.rounds ?? 0);
    for (let due = this.clock.nextDue; due !== undefined && due <= end; due = this.clock.nextDue) {
      const before = progress();
      this.clock.step();
      if (progress() !== before) await turn();
    }
  }

  /**
   * Lets the trades under way end and begins no others, with as much simulated time as that takes.
   *
   * @throws {Error} when some have not ended after as long as a run waits for them.
   */
  async finish(): Promise<void> {
    let isFinished: boolean | undefined;
    void this.engine.finish(finishTimeoutMs).then((ended) => isFinished = ended);
    await turn();
    while (isFinished === undefined && this.clock.step()) await turn();
    if (isFinished !== true) throw new Error("Trades are still under way");
  }

  /** Stops everything that was started. */
  async stop(): Promise<void> {
    this.#engine?.stop();
    await this.store.close();
    await this.simulator.stop();
  }
}

/** Lets every promise that can run do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Runs `work` on a new run and stops that afterwards, whatever happens. */
export async function withRun(
  options: SimulatedRunOptions,
  work: (run: SimulatedRun) => Promise<void>,
): Promise<void> {
  const run = new SimulatedRun(options);
  try {
    await work(run);
  } finally {
    await run.stop();
  }
}
