/**
 * `cexarb run`: real markets, as a configuration file says.
 * @module
 */
import { Command } from "commander";
import { ExchangeConfigManager } from "../config/exchange_config.ts";
import type { LoadedConfig } from "../config/hft_config.ts";
import { LoggingConfigManager } from "../config/logging_config.ts";
import { SystemClock } from "../core/clock.ts";
import type { LiveOptions } from "../engine/live_accounts.ts";
import { withLiveJournal } from "../engine/live_journal.ts";
import type { EngineReport } from "../engine/report.ts";
import type { HftLoggerFactory } from "../logging/hft_logger_factory.ts";
import { SystemNetwork } from "../net/system_network.ts";
import { loadNamedConfig } from "./config_file.ts";
import { ConfigReload } from "./config_reload.ts";
import { startView } from "./live_view.ts";
import { parseDuration } from "./option_parsers.ts";
import { partsOf, withLog } from "./program_log.ts";
import { runOnSystemClock, type RunParts } from "./session.ts";
import { finish } from "./summary.ts";

interface RunOptions {
  readonly config: string;
  readonly for?: number;
  readonly json: boolean;
  readonly live: boolean;
}

/** The verb `run`. */
export function runCommand(): Command {
  return new Command("run")
    .description("watches real markets and trades as the configuration says, until Ctrl-C")
    .requiredOption("--config <file>", "YAML file, such as config/paper.yaml")
    .option("--for <duration>", "end after this time, such as 30s or 5m", parseDuration)
    .option("--live", "allow trading with money; the file must say mode: live as well", false)
    .option("--json", "the last line of standard output is one JSON object", false)
    .action(async (options: RunOptions) => {
      const loaded = loadNamedConfig(options.config);
      checkMode(loaded, options);
      await withLog(loaded.config.log, { verb: "run", drain: "worker" }, (log) => run(options, loaded, log));
    });
}

/** The keys of the environment; all of them are asked for before anything begins. */
function keysOf({ exchanges }: LoadedConfig["config"]): LiveOptions["credentials"] {
  const manager = new ExchangeConfigManager(exchanges);
  const keys = new Map(exchanges.map(({ exchange }) => [exchange, manager.requireCredentials(exchange)]));
  return (exchange) => keys.get(exchange)!;
}

/** Money is risked only when both the file and the command line say so. */
function checkMode({ config: { mode }, problemAt }: LoadedConfig, { live }: RunOptions): void {
  if (mode === "live" && !live) {
    throw problemAt("mode", "is live, and the command line does not say so: add --live, or set mode: paper");
  }
  if (mode !== "live" && live) {
    throw problemAt(
      "mode",
      `is ${mode}, and the command line says --live: set mode: live to trade with money`,
    );
  }
}

async function run(
  options: RunOptions,
  { config, metrics }: LoadedConfig,
  log: HftLoggerFactory,
): Promise<void> {
  const reload = new ConfigReload({
    config,
    load: () => loadNamedConfig(options.config),
    logger: log.logger("config"),
    onApplied: (changed) => {
      log.update(new LoggingConfigManager(changed.log).settings);
      log.audit.operator("Configuration reloaded", { file: options.config });
    },
  });
  const parts = {
    ...partsOf(log),
    config,
    configLoading: metrics,
    clock: new SystemClock(),
    network: new SystemNetwork(),
    mode: config.mode,
  };
  const start = (live: Pick<RunParts, "live">): Promise<EngineReport> =>
    runOnSystemClock({ ...parts, ...live }, options.for, (engine) => startView(engine, options.json));
  try {
    const report = await (options.live ? withAccounts(parts, (live) => start({ live })) : start({}));
    finish({ ...report }, options.json);
  } finally {
    reload.stop();
  }
}

/** Trades with money: keys and journal come before the store, the telemetry and the first request to a venue. */
async function withAccounts(
  parts: RunParts,
  work: (live: LiveOptions) => Promise<EngineReport>,
): Promise<EngineReport> {
  const credentials = keysOf(parts.config);
  return await withLiveJournal(parts, (journal) => work({ credentials, journal }));
}
