/**
 * `cexarb demo`: exchanges, engine and database in one process.
 * @module
 */
import { Command, Option } from "commander";
import demoYaml from "../../config/demo.yaml" with { type: "text" };
import { type HftConfig, parseConfig } from "../config/hft_config.ts";
import { SystemClock } from "../core/clock.ts";
import { SimulatedClock } from "../core/simulated_clock.ts";
import { SystemNetwork } from "../net/network.ts";
import { MarketModel, Simulator, type SimulatorEndpoints } from "../simulator/mod.ts";
import { parseDuration, parseSeed } from "./option_parsers.ts";
import { errorLogger } from "./output.ts";
import { runOnSimulatedClock, runOnSystemClock } from "./session.ts";
import { finish } from "./summary.ts";
import { startView } from "./live_view.ts";

interface DemoOptions {
  readonly for: number;
  readonly seed: number;
  readonly clock: "real" | "simulated";
  readonly json: boolean;
}

/** Start of simulated time, so that a run does not depend on the day on which it is made. */
const simulatedStart = Date.UTC(2026, 0, 1);

/** The verb `demo`. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("runs three simulated exchanges, the engine and its database, and trades on paper")
    .option("--for <duration>", "how long, such as 30s or 5m", parseDuration, 30_000)
    .option("--seed <number>", "seed of the simulated markets", parseSeed, 1)
    .addOption(
      new Option("--clock <kind>", "real sockets in real time, or in process as fast as it can")
        .choices(["real", "simulated"]).default("real"),
    )
    .option("--json", "the last line of standard output is one JSON object", false)
    .action((options: DemoOptions) =>
      options.clock === "real" ? demoRealTime(options) : demoSimulated(options)
    );
}

async function demoRealTime(options: DemoOptions): Promise<void> {
  const clock = new SystemClock();
  const simulator = Simulator.create({ clock, seed: options.seed, source: new MarketModel() });
  try {
    const config = demoConfig(await simulator.listen(), options.seed);
    const run = {
      config,
      clock,
      network: new SystemNetwork(),
      mode: "demo",
      logger: errorLogger(config.log.level),
    };
    const report = await runOnSystemClock(run, options.for, (engine) => startView(engine, options.json));
    finish({ ...report, seed: options.seed, clock: options.clock }, options.json);
  } finally {
    await simulator.stop();
  }
}

async function demoSimulated(options: DemoOptions): Promise<void> {
  const clock = new SimulatedClock(simulatedStart);
  const simulator = Simulator.create({ clock, seed: options.seed, source: new MarketModel() });
  try {
    const config = demoConfig(simulator.localEndpoints, options.seed);
    const run = { config, clock, network: simulator, mode: "demo", logger: errorLogger(config.log.level) };
    const report = await runOnSimulatedClock(run, simulator, options.for);
    finish({ ...report, seed: options.seed, clock: options.clock }, options.json);
  } finally {
    await simulator.stop();
  }
}

function demoConfig(endpoints: SimulatorEndpoints, seed: number): HftConfig {
  const config = parseConfig(demoYaml, "config/demo.yaml");
  const exchanges = config.exchanges.map((settings) => ({
    ...settings,
    endpoints: endpoints[settings.exchange],
  }));
  return { ...config, exchanges, seed };
}
