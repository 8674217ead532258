/**
 * `cexarb demo`: exchanges, engine and database in one process.
 * @module
 */
import { Command, Option } from "commander";
import demoYaml from "../../config/demo.yaml" with { type: "text" };
import { type HftConfig, loadConfig, type LoadedConfig } from "../config/hft_config.ts";
import { SystemClock } from "../core/clock.ts";
import { SimulatedClock } from "../core/simulated_clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { EngineReport } from "../engine/report.ts";
import type { HftLoggerFactory } from "../logging/hft_logger_factory.ts";
import { SystemNetwork } from "../net/system_network.ts";
import { Simulator } from "../simulator/mod.ts";
import { DemoAccounts, type LedgerCheck } from "./demo_accounts.ts";
import { type DemoMarket, type DemoMarketOptions, openDemoMarket } from "./demo_market.ts";
import {
  collectPairs,
  parseDuration,
  parsePort,
  parsePositive,
  parseSeed,
  parseShare,
} from "./option_parsers.ts";
import { partsOf, withLog } from "./program_log.ts";
import { runOnSimulatedClock, runOnSystemClock, type RunParts } from "./session.ts";
import { finish } from "./summary.ts";
import { startView } from "./live_view.ts";

interface DemoOptions extends DemoMarketOptions {
  readonly for: number;
  readonly seed: number;
  readonly clock: "real" | "simulated";
  readonly json: boolean;
  readonly metrics?: number;
  readonly traces: number;
  readonly mode: "paper" | "live" | "observe";
}

/** Start of simulated time, so that a run does not depend on the day on which it is made. */
const simulatedStart = Date.UTC(2026, 0, 1);
const none: ReadonlyMap<string, string> = new Map();

/** The verb `demo`. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("runs three simulated exchanges, the engine and its database, and trades")
    .addOption(
      new Option("--for <duration>", "how long, such as 30s or 5m").argParser(parseDuration).default(
        30_000,
        "30s",
      ),
    )
    .option("--seed <number>", "seed of the simulated markets", parseSeed, 11)
    .addOption(
      new Option("--clock <kind>", "real sockets in real time, or in process as fast as it can")
        .choices(["real", "simulated"]).default("real"),
    )
    .addOption(
      new Option("--mode <mode>", "on paper, with orders to the simulated exchanges, or only watching")
        .choices(["paper", "live", "observe"]).default("paper"),
    )
    .addOption(
      new Option("--market <kind>", "as calibrated to a recording, or without dislocations")
        .choices(["calibrated", "calm"]).default("calibrated"),
    )
    .addOption(
      new Option("--tape <file>", "the exchanges play recorded best quotes, CSV or .csv.gz").conflicts(
        "capture",
      ),
    )
    .option("--capture <file>", "the exchanges play a recorded Gate.io spot session")
    .option("--speed <factor>", "recorded seconds per second", parsePositive, 1)
    .option("--coin <name>", "tape: its base coin", "TAPE")
    .addOption(pairsOption("--venue <name=key>", "tape: whose rules apply to a venue"))
    .addOption(pairsOption("--contract-size <name=number>", "tape: base units a contract of a futures venue"))
    .option(
      "--metrics <port>",
      "show metrics and health on this port of 127.0.0.1, 0 for a free one",
      parsePort,
    )
    .option("--traces <share>", "share of the opportunities to trace, with OTEL_DENO=true", parseShare, 0)
    .option("--json", "the last line of standard output is one JSON object", false)
    .action(demo);
}

function pairsOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collectPairs).default(none, "none");
}

async function demo(options: DemoOptions): Promise<void> {
  const loaded = loadConfig(demoYaml, "config/demo.yaml");
  const market = await openDemoMarket(options, loaded.config);
  const isReal = options.clock === "real";
  const run = isReal ? demoRealTime : demoSimulated;
  await withLog(
    loaded.config.log,
    { verb: "demo", drain: isReal ? "worker" : "inline" },
    (log) => run(options, market, loaded, log),
  );
}

async function demoRealTime(
  options: DemoOptions,
  market: DemoMarket,
  loaded: LoadedConfig,
  log: HftLoggerFactory,
): Promise<void> {
  const clock = new SystemClock();
  const simulator = Simulator.create({ clock, seed: options.seed, source: market.source });
  try {
    const endpoints = await simulator.listen();
    const parts = demoParts(options, market, loaded, endpointsOf(market, endpoints));
    const accounts = options.mode === "live" ? new DemoAccounts(simulator, loaded.config.paper) : undefined;
    const live = accounts === undefined ? {} : { live: accounts.liveOptions(clock) };
    const run = { ...parts, ...partsOf(log), ...live, clock, network: new SystemNetwork() };
    let check: LedgerCheck | undefined;
    const report = await runOnSystemClock(
      { ...run, onEnd: (engine) => check = accounts?.check(engine) },
      options.for,
      (engine) => startView(engine, options.json),
    );
    finishDemo(options, report, check);
  } finally {
    await simulator.stop();
  }
}

async function demoSimulated(
  options: DemoOptions,
  market: DemoMarket,
  loaded: LoadedConfig,
  log: HftLoggerFactory,
): Promise<void> {
  const clock = new SimulatedClock(simulatedStart);
  const simulator = Simulator.create({ clock, seed: options.seed, source: market.source });
  try {
    const endpoints = simulator.localEndpoints;
    const parts = demoParts(options, market, loaded, endpointsOf(market, endpoints));
    const accounts = options.mode === "live" ? new DemoAccounts(simulator, loaded.config.paper) : undefined;
    const live = accounts === undefined
      ? {}
      : { live: { ...accounts.liveOptions(clock), orders: simulator } };
    const run = { ...parts, ...partsOf(log), ...live, clock, network: simulator };
    let check: LedgerCheck | undefined;
    const onEnd = (engine: Engine): void => {
      check = accounts?.check(engine);
    };
    const report = await runOnSimulatedClock({ ...run, onEnd }, simulator, options.for);
    finishDemo(options, report, check);
  } finally {
    await simulator.stop();
  }
}

function finishDemo(
  { seed, clock, mode, json }: DemoOptions,
  report: EngineReport,
  exchanges: LedgerCheck | undefined,
): void {
  finish({ ...report, seed, clock, mode, ...(exchanges === undefined ? {} : { exchanges }) }, json);
}

function demoParts(
  { seed, metrics, traces, mode }: DemoOptions,
  { pairs }: DemoMarket,
  loaded: LoadedConfig,
  exchanges: HftConfig["exchanges"],
): Pick<RunParts, "config" | "mode" | "configLoading"> {
  const { config } = loaded;
  const listen = metrics === undefined ? {} : { listen: `127.0.0.1:${metrics}` };
  return {
    config: { ...config, mode, exchanges, pairs, seed, telemetry: { traceShare: traces, ...listen } },
    configLoading: loaded.metrics,
    mode: "demo",
  };
}

function endpointsOf(market: DemoMarket, endpoints: Simulator["localEndpoints"]): HftConfig["exchanges"] {
  return market.exchanges.map((exchange) => ({
    exchange,
    endpoints: endpoints[exchange],
    bookSpeed: "normal",
    bookStream: "update",
  }));
}
