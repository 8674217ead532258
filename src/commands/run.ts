/**
 * `cexarb run`: real markets, as a configuration file says.
 * @module
 */
import { Command } from "commander";
import { SystemClock } from "../core/clock.ts";
import { SystemNetwork } from "../net/system_network.ts";
import { loadNamedConfig } from "./config_file.ts";
import { ConfigReload } from "./config_reload.ts";
import { startView } from "./live_view.ts";
import { parseDuration } from "./option_parsers.ts";
import { errorLogger } from "./output.ts";
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
      const { config, metrics } = loadNamedConfig(options.config);
      const logger = errorLogger(config.log.level);
      const parts = {
        config,
        configLoading: metrics,
        clock: new SystemClock(),
        network: new SystemNetwork(),
        mode: config.mode,
        logger,
      };
      const reload = new ConfigReload({
        config,
        load: () => loadNamedConfig(options.config),
        logger,
        onApplied: ({ log }) => {
          logger.level = log.level;
        },
      });
      try {
        const report = await runOnSystemClock(
          parts,
          options.for,
          (engine) => startView(engine, options.json),
        );
        finish({ ...report }, options.json);
      } finally {
        reload.stop();
      }
    });
}
