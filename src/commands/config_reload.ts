/**
 * SIGHUP: reads the configuration again while the run goes on.
 * @module
 */
import { ConfigReloader } from "../config/config_reload.ts";
import type { HftConfig, LoadedConfig } from "../config/hft_config.ts";
import { CexarbError } from "../core/errors.ts";
import type { Logger } from "../logging/logger.ts";

/** What reloading takes. */
export interface ConfigReloadOptions {
  /** The configuration of the run: safe changes are written into it. */
  readonly config: HftConfig;
  /** Reads the file again. */
  readonly load: () => LoadedConfig;
  readonly logger: Logger;
  /** Called when changes are in force. */
  readonly onApplied: (config: HftConfig) => void;
}

/**
 * Reloads at every SIGHUP. Whatever is wrong with the file, or may not change during a run, is logged, and the run
 * goes on with all its old values. Reading takes some milliseconds of the run's thread.
 */
export class ConfigReload {
  readonly #reload = (): void => this.reload();

  constructor(private readonly options: ConfigReloadOptions) {
    Deno.addSignalListener("SIGHUP", this.#reload);
  }

  /** Reads the file and takes over what may change, or nothing. */
  reload(): void {
    const { config, load, logger, onApplied } = this.options;
    try {
      const { applied, refused } = new ConfigReloader(config).reload(load().config);
      for (const { path, reason } of refused) logger.error("Setting cannot be reloaded", { path, reason });
      if (refused.length > 0) return logger.error("Configuration is as it was: nothing has been reloaded");
      onApplied(config);
      logger.info("Configuration reloaded", { changed: applied.join(" ") || "nothing" });
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      for (const line of error.message.split("\n")) {
        logger.error("Configuration cannot be reloaded", { error: line });
      }
    }
  }

  /** Stops listening. */
  stop(): void {
    Deno.removeSignalListener("SIGHUP", this.#reload);
  }
}
