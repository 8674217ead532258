/**
 * `cexarb run`: real markets, as a configuration file says.
 * @module
 */
import { Command } from "commander";
import type { LoadedConfig } from "../config/hft_config.ts";
import { LoggingConfigManager } from "../config/logging_config.ts";
import { SystemClock } from "../core/clock.ts";
import type { HftLoggerFactory } from "../logging/hft_logger_factory.ts";
import { SystemNetwork } from "../net/system_network.ts";
import { loadNamedConfig } from "./config_file.ts";
import { ConfigReload } from "./config_reload.ts";
import { startView } from "./live_view.ts";
import { parseDuration } from "./option_parsers.ts";
import { partsOf, withLog } from "./program_log.ts";
import { runOnSystemClock } from "./session.ts";
import { finish } from "./summary.ts";

interface RunOptions {
  readonly config: string;
  readonly for?: number;
  readonly json: boolean;
}

/** The verb `run`. */
export function runCommand(): Command {
  return new Command("run")
    .description("watches real markets and trades on paper, until Ctrl-C")
    .requiredOption("--config <file>", "YAML file, such as config/paper.yaml")
    .option("--for <duration>", "end after this time, such as 30s or 5m", parseDuration)
    .option("--json", "the last line of standard output is one JSON object", false)
    .action(async (options: RunOptions) => {
      const loaded = loadNamedConfig(options.config);
      await withLog(loaded.config.log, { verb: "run", drain: "worker" }, (log) => run(options, loaded, log));
    });
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
  try {
    const report = await runOnSystemClock(parts, options.for, (engine) => startView(engine, options.json));
    finish({ ...report }, options.json);
  } finally {
    reload.stop();
  }
}
