/**
 * Configuration files that the caller named.
 * @module
 */
import { loadConfig, type LoadedConfig } from "../config/hft_config.ts";
import { ConfigError } from "../core/errors.ts";
import { historySettings } from "../storage/mod.ts";
import { fileError } from "./option_parsers.ts";

/**
 * Reads a configuration with everything that it extends, and checks all that can be checked without starting anything.
 *
 * @throws {ConfigFileError} with everything that is wrong, a line each.
 * @throws {DataFileError} when the file cannot be read.
 */
export function loadNamedConfig(path: string): LoadedConfig {
  return checkedConfig(loadConfig(readFile(path), path, { readFile }));
}

/** The configuration, when the storage can use its settings too. */
function checkedConfig(loaded: LoadedConfig): LoadedConfig {
  try {
    historySettings(loaded.config.storage.history);
  } catch (error) {
    // The message begins with the path.
    const found = error instanceof ConfigError ? /^(storage\.[\w.]+) (.*)$/s.exec(error.message) : null;
    if (found === null) throw error;
    throw loaded.problemAt(found[1]!, found[2]!);
  }
  return loaded;
}

function readFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
}
