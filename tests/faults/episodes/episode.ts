/**
 * One episode: venues, faults, crashes, and a process that trades through all of it.
 * @module
 */
import { buildRoutes } from "../../../src/arbitrage/route.ts";
import type { InstrumentSpec, InstrumentTable } from "../../../src/core/instrument.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { parseFaultRule, Simulator } from "../../../src/simulator/mod.ts";
import { EpisodeMarket, tableOf } from "./episode_market.ts";
import type { EpisodePlan } from "./episode_plan.ts";
import { drawPlan } from "./episode_plan.ts";
import { EpisodeTrace } from "./episode_trace.ts";
import type { EngineUnderTest, StartEngine } from "./engine_under_test.ts";
import { latestFrameMs } from "./fault_plan.ts";
import { finalChecks } from "./final_checks.ts";
import { IntentMaker } from "./intent_maker.ts";
import { Supervisor } from "./supervisor.ts";
import { TruthWatch, Violation } from "./truth_watch.ts";
import { turn } from "./turn.ts";
import { WrittenOrders } from "./written_orders.ts";

/** Simulated time that an engine has to come to rest after the last fault. */
const settleMs = 400_000;
/** Steps of the clock of an episode that comes to no end. */
const maxSteps = 2_000_000;

/** What came of an episode. */
export interface EpisodeResult {
  readonly seed: number;
  /** What must never be and was; undefined when all was well. */
  readonly violation: string | undefined;
  readonly orders: number;
  readonly fills: number;
  readonly crashes: number;
  readonly intents: { readonly taken: number; readonly refused: number };
  /** What the engine does not trade any more at the end, and why. */
  readonly stops: readonly string[];
  /** Fault kinds that struck. */
  readonly struck: readonly string[];
  readonly trace: readonly string[];
}

/** What an episode is run with. */
export interface EpisodeOptions {
  readonly seed: number;
  readonly specs: readonly InstrumentSpec[];
  readonly start: StartEngine;
  readonly isVerbose?: boolean;
  /** Changes what was drawn. */
  readonly adjust?: (plan: EpisodePlan) => EpisodePlan;
}

/** Runs the episode of a seed. */
export async function runEpisode(options: EpisodeOptions): Promise<EpisodeResult> {
  const episode = new Episode(options);
  try {
    return await episode.run();
  } finally {
    await episode.close();
  }
}

class Episode {
  readonly #plan: EpisodePlan;
  readonly #clock: SimulatedClock;
  readonly #market: EpisodeMarket;
  readonly #simulator: Simulator;
  readonly #trace: EpisodeTrace;
  readonly #instruments: InstrumentTable;
  readonly #written = new WrittenOrders((what) => this.#failure ??= what);
  readonly #watch: TruthWatch;
  readonly #supervisor: Supervisor;
  readonly #intents: IntentMaker;
  readonly #random: SeededRandom;
  readonly #prices = new Map<string, number>();
  #failure: string | undefined;
  #taken = 0;
  #refused = 0;
  #settled = 0;

  constructor({ seed, specs, start, isVerbose = false, adjust }: EpisodeOptions) {
    const drawn = drawPlan(seed);
    const plan = this.#plan = adjust?.(drawn) ?? drawn;
    const clock = this.#clock = new SimulatedClock(plan.startMs);
    this.#random = new SeededRandom(seed);
    this.#trace = new EpisodeTrace(clock, isVerbose);
    this.#market = new EpisodeMarket(plan.coins);
    this.#simulator = Simulator.create({
      clock,
      seed,
      source: this.#market,
      latency: plan.latency,
      accounts: accountsOf(plan),
    });
    this.#instruments = tableOf(specs, plan.coins);
    this.#watch = new TruthWatch({
      simulator: this.#simulator,
      instruments: this.#instruments,
      trace: this.#trace,
      isWritten: (id) => this.#written.has(id),
      planOf: (execution) => this.#written.planOf(execution),
      // Prices move a little between the check and the fill.
      exposureLimit: (base) =>
        (plan.limits.maxExposure * 1.05) / this.#price(base) + 2 * this.#leastOrder(base),
      leastOrder: (base) => this.#leastOrder(base),
    });
    this.#intents = new IntentMaker({
      random: this.#random.fork("intents"),
      routes: buildRoutes(this.#instruments).routes,
      maxNotional: plan.maxNotional,
    });
    this.#supervisor = new Supervisor({
      clock,
      simulator: this.#simulator,
      instruments: this.#instruments,
      market: this.#market.instruments,
      plan,
      trace: this.#trace,
      written: this.#written,
      random: this.#random.fork("engine"),
      start,
      fail: (what) => this.#failure ??= what,
    });
  }

  async run(): Promise<EpisodeResult> {
    let violation: string | undefined;
    try {
      await this.#live();
    } catch (error) {
      violation = error instanceof Violation
        ? error.message
        : `The engine threw ${error instanceof Error ? error.stack : error}`;
      this.#trace.add(() => `VIOLATION ${violation}`);
    }
    const { orders, fills } = this.#watch;
    return {
      seed: this.#plan.seed,
      violation,
      orders,
      fills,
      crashes: this.#supervisor.crashes,
      intents: { taken: this.#taken, refused: this.#refused },
      stops: this.#supervisor.engine?.stops ?? [],
      struck: this.#simulator.script.faults.filter(({ struck }) => struck > 0).map(({ rule }) => rule.fault),
      trace: this.#trace.lines,
    };
  }

  async close(): Promise<void> {
    this.#supervisor.end();
    await turn();
    await this.#simulator.stop();
  }

  async #live(): Promise<void> {
    const { plan, script } = { plan: this.#plan, script: this.#simulator.script };
    this.#trace.add(() => `PLAN ${JSON.stringify(plan)}`);
    this.#simulator.start();
    this.#supervisor.startFirst();
    await this.#runUntil(() => this.#supervisor.engine !== undefined, plan.startMs + 60_000);
    for (const rule of plan.faults) script.add(rule);
    this.#armIntent();
    this.#armIncidents();
    await this.#runUntil(() => false, this.#clock.epochMs() + plan.tradingMs);
    this.#endFaults();
    const end = this.#clock.epochMs() + settleMs;
    await this.#runUntil(() => this.#isOver(), end);
    const engine = this.#supervisor.engine;
    if (engine === undefined) throw new Violation("The engine did not come back");
    if (!engine.isQuiet) throw new Violation(`The engine does not come to rest: ${engine.unrest}`);
    // Whatever is late comes now.
    await this.#runUntil(() => false, this.#clock.epochMs() + (plan.hasFunding ? 35_000 : latestFrameMs));
    finalChecks({
      engine: this.#supervisor.engine!,
      watch: this.#watch,
      instruments: this.#instruments,
      price: (base) => this.#price(base),
      leastOrder: (base) => this.#leastOrder(base),
      trace: this.#trace,
      bytes: this.#supervisor.bytes,
    });
  }

  #isOver(): boolean {
    const { engine, isLast } = this.#supervisor;
    return isLast && engine !== undefined && engine.isQuiet;
  }

  #endFaults(): void {
    const { script } = this.#simulator;
    this.#trace.add(() =>
      `FAULTS END ${
        script.faults.map(({ rule, struck }) => `${rule.fault}@${rule.venue}x${struck}`).join(" ")
      }`
    );
    this.#supervisor.endCrashes();
    script.stop();
    for (const { exchange, exchangeSymbol } of this.#instruments.all) {
      script.add(parseFaultRule({ fault: "resume", venue: exchange, symbol: exchangeSymbol }));
    }
    this.#isTrading = false;
  }

  #isTrading = true;

  #armIntent(): void {
    const gapMs = this.#random.exponential(this.#plan.intentGapMs);
    this.#clock.setTimer(gapMs, () => {
      if (!this.#isTrading) return;
      this.#supervisor.act((engine, book) => this.#submit(engine, book));
      this.#armIntent();
    });
  }

  /** What people do meanwhile. */
  #armIncidents(): void {
    const { killAtMs, depositAtMs, coins } = this.#plan;
    if (killAtMs !== undefined) {
      this.#clock.setTimer(killAtMs, () => {
        this.#trace.add(() => "KILL");
        this.#supervisor.act((engine) => engine.kill());
      });
    }
    if (depositAtMs === undefined) return;
    this.#clock.setTimer(depositAtMs, () => {
      this.#trace.add(() => `DEPOSIT of ${coins[0]}`);
      const { accounts } = this.#simulator;
      accounts.deposit(accounts.account("mexc", "1001")!, "MEXC_SPOT", coins[0]!, "12.34");
    });
  }

  #submit(engine: EngineUnderTest, book: Parameters<IntentMaker["next"]>[0]["book"]): void {
    const intent = this.#intents.next({
      epochMs: this.#clock.epochMs(),
      book,
      position: (instrument) => engine.position(instrument),
    });
    if (intent === undefined) return;
    this.#written.plan(intent);
    const { buy, sell, purpose, opportunity } = intent;
    const answer = engine.submit(intent);
    if (answer === "taken") this.#taken += 1;
    else this.#refused += 1;
    this.#trace.add(() =>
      `INTENT ${opportunity} ${purpose} ${intent.quantity} ${buy.instrument.base} from ${buy.instrument.exchange} ` +
      `to ${sell.instrument.exchange}: ${answer}`
    );
  }

  async #runUntil(isDone: () => boolean, endMs: number): Promise<void> {
    let steps = 0;
    await turn();
    for (let due = this.#clock.nextDue; due !== undefined && due <= endMs; due = this.#clock.nextDue) {
      if (isDone()) return;
      this.#clock.step();
      this.#watch.look();
      if (this.#failure !== undefined) throw new Violation(this.#failure);
      const settled = this.#simulator.settledResponses;
      if (settled !== this.#settled || this.#supervisor.isStirred()) {
        this.#settled = settled;
        await turn();
        this.#supervisor.look();
      }
      if (++steps > maxSteps) throw new Violation("The engine does not let time pass");
    }
  }

  /** Price of a coin about now: a side of a book may be empty. */
  #price(base: string): number {
    for (const { spec, mid } of this.#market.instruments) {
      if (spec.base === base && mid > 0) this.#prices.set(base, mid);
    }
    return this.#prices.get(base)!;
  }

  /** Base units of the largest least order among the venues of a coin. */
  #leastOrder(base: string): number {
    const price = this.#price(base);
    return Math.max(
      ...this.#instruments.all.filter((instrument) => instrument.base === base).map((instrument) => {
        const { lot, baseFactor, minQuantity, minNotional } = instrument;
        return Math.max(lot.size, minQuantity) * baseFactor + minNotional * 1.05 / price;
      }),
    );
  }
}

const secretKey = "0123456789abcdef0123456789abcdef";

function accountsOf(
  { deposits }: EpisodePlan,
): NonNullable<Parameters<typeof Simulator.create>[0]["accounts"]> {
  const { MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES } = deposits;
  return [
    { family: "mexc", uid: "1001", apiKey: "mx0episode", secretKey, deposits: { MEXC_SPOT } },
    {
      family: "gateio",
      uid: "2002",
      apiKey: "gateepisode",
      secretKey,
      deposits: { GATEIO_SPOT, GATEIO_FUTURES },
    },
  ];
}
