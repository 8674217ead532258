/**
 * The configuration of a run: one YAML file, and those that it extends.
 * @module
 */
import * as v from "valibot";
import { type ConfigNode, nodeAt, pathInside, valueOf } from "./config_node.ts";
import { type ConfigFileError, ConfigProblems } from "./config_problem.ts";
import { configSchema, movedSettings, type RawConfig } from "./config_schema.ts";
import type { SchemaView } from "./config_shape.ts";
import { ConfigTreeReader, type ReadFile } from "./config_tree.ts";
import type { ReadVariable } from "./credentials.ts";
import { type ExchangeSettings, exchangeSettings } from "./exchange_config.ts";
import { problemOf } from "./issue_text.ts";

export type { ExchangeSettings } from "./exchange_config.ts";

/** A checked configuration. Holds no secrets. */
export interface HftConfig extends Omit<RawConfig, "exchanges" | "pairs" | "trading" | "risk"> {
  /** The sections `trading` and `risk`: strategies take them as one. */
  readonly trading: RawConfig["trading"] & RawConfig["risk"];
  readonly exchanges: readonly ExchangeSettings[];
  readonly pairs: readonly { readonly base: string; readonly quote: string }[];
}

/** What loading a configuration took, milliseconds. */
export interface ConfigLoadingMetrics {
  /** YAML of all files to trees. */
  readonly yamlMs: number;
  /** Variables of the environment. */
  readonly substitutionMs: number;
  /** Names, units and values of all settings. */
  readonly validationMs: number;
  /** From the text to the configuration, reading of the files that it extends included. */
  readonly totalMs: number;
  /** Files: the one named and those that it extends. */
  readonly files: number;
}

/** A configuration with where it comes from. */
export interface LoadedConfig {
  readonly config: HftConfig;
  readonly metrics: ConfigLoadingMetrics;
  /** The place of a setting, or of the innermost section of it that is there: for what is checked further. */
  readonly problemAt: (path: string, message: string) => ConfigFileError;
}

/** How a configuration is read. */
export interface LoadConfigOptions {
  /** Reads the files that are extended. Default from the disk. */
  readonly readFile?: ReadFile;
  /** Reads variables. Default from the environment. */
  readonly readVariable?: ReadVariable;
}

const emptyHint = "it must name exchanges and pairs, as config/paper.yaml does";

/**
 * Reads the text of a configuration file.
 *
 * @param name Path of the file, for errors and for what it extends.
 * @throws {ConfigFileError} with everything that is wrong, a line each.
 */
export function loadConfig(text: string, name: string, options: LoadConfigOptions = {}): LoadedConfig {
  const start = performance.now();
  const problems = new ConfigProblems();
  const reader = new ConfigTreeReader({
    readFile: options.readFile ?? Deno.readTextFileSync,
    readVariable: options.readVariable ?? Deno.env.get,
    // What is looked at of a schema is the same in every kind of schema.
    schema: configSchema as unknown as SchemaView,
    moved: movedSettings,
    emptyHint,
  }, problems);
  const tree = reader.read(text, name);
  const read = performance.now();
  const raw = tree === undefined ? undefined : validated(tree, problems);
  problems.throwIfAny();
  if (tree === undefined || raw === undefined) throw new TypeError(`${name} has no problem and no content`);
  const config = resolved(raw, tree);
  const end = performance.now();
  const { yamlMs, substitutionMs, shapeMs, files } = reader.times;
  return {
    config,
    metrics: { yamlMs, substitutionMs, validationMs: shapeMs + end - read, totalMs: end - start, files },
    problemAt: (path, message) => {
      const { place } = nodeAt(tree, path.split(".")).node;
      const found = new ConfigProblems();
      found.add(place, path, message);
      return found.error();
    },
  };
}

/** The configuration of a text; see {@link loadConfig}. */
export function parseConfig(text: string, name: string, options?: LoadConfigOptions): HftConfig {
  return loadConfig(text, name, options).config;
}

function validated(tree: ConfigNode, problems: ConfigProblems): RawConfig | undefined {
  const result = v.safeParse(configSchema, valueOf(tree));
  if (result.success) return result.output;
  for (const issue of result.issues) {
    const keys = (issue.path ?? []).map(({ key }) => key as string | number);
    const { node, rest } = nodeAt(tree, keys);
    const isThere = rest.length === 0;
    const path = rest.reduce<string>(pathInside, node.path);
    // What was left out because of its own problem is not missing as well.
    if (isThere && problems.hasInside(path)) continue;
    problems.add(node.place, path, problemOf(issue, isThere ? node : undefined));
  }
  return undefined;
}

function resolved(raw: RawConfig, tree: ConfigNode): HftConfig {
  const { node } = nodeAt(tree, ["exchanges"]);
  const order = node.kind === "map" ? [...node.entries.keys()] : [];
  const pairs = [...new Set(raw.pairs)].map((pair) => {
    const [base = "", quote = ""] = pair.split("/");
    return { base, quote };
  });
  const { trading, risk, ...rest } = raw;
  const exchanges = exchangeSettings(raw.exchanges, order);
  return { ...rest, exchanges, pairs, trading: { ...trading, ...risk } };
}
