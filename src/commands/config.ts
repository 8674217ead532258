/**
 * `cexarb config`: checks and prints configurations, and the schema of them for editors. Starts nothing.
 * @module
 */
import { Command } from "commander";
import { credentialVariables } from "../config/credentials.ts";
import type { ConfigLoadingMetrics, HftConfig } from "../config/hft_config.ts";
import { configJsonSchema } from "../config/json_schema.ts";
import { printConfig } from "../config/print_config.ts";
import { loadNamedConfig } from "./config_file.ts";
import { writeLine, writeText } from "./output.ts";

/** The verb `config`. */
export function configCommand(): Command {
  const command = new Command("config").description("checks and prints configuration files; starts nothing");
  command.addCommand(
    new Command("check")
      .description("says everything that is wrong with a file, a line each, or that it is good")
      .argument("<file>", "YAML file, such as config/paper.yaml")
      .action((file: string) => {
        const { config, metrics } = loadNamedConfig(file);
        writeLine(`${file} is good: ${summary(config)}`);
        writeLine(loadingLine(metrics));
      }),
  );
  command.addCommand(
    new Command("print")
      .description("prints every setting with its value, defaults and extended files included")
      .argument("<file>", "YAML file, such as config/paper.yaml")
      .action((file: string) => {
        const { config } = loadNamedConfig(file);
        for (const line of secretLines(config)) writeLine(`# ${line}`);
        writeText(printConfig(config));
      }),
  );
  command.addCommand(
    new Command("schema")
      .description("prints the JSON Schema of configuration files, for editors")
      .action(() => writeLine(JSON.stringify(configJsonSchema(), undefined, 2))),
  );
  return command;
}

function summary({ mode, exchanges, pairs }: HftConfig): string {
  return `mode ${mode}, ${exchanges.map(({ exchange }) => exchange).join(", ")}, ${pairs.length} pairs`;
}

/** How long loading took. */
export function loadingLine(metrics: ConfigLoadingMetrics): string {
  const { yamlMs, substitutionMs, validationMs, totalMs, files } = metrics;
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  return `loaded from ${files} ${files === 1 ? "file" : "files"} in ${ms(totalMs)}: YAML ${ms(yamlMs)}, ` +
    `variables ${ms(substitutionMs)}, checks ${ms(validationMs)}`;
}

/** The secrets that belong to the configuration, none of them shown: which are set. */
function secretLines({ exchanges, storage }: HftConfig): string[] {
  const names = new Set(exchanges.flatMap(({ exchange }) => credentialVariables(exchange)));
  if (storage.server !== undefined) names.add("PGPASSWORD");
  return [...names].map((name) => `${name}: ${secretState(name)}`);
}

function secretState(name: string): string {
  try {
    return Deno.env.get(name)?.trim() ? "***" : "not set";
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "*** (this program may not read it)";
    throw error;
  }
}
