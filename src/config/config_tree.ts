/**
 * A configuration file with everything that it extends, as one tree.
 * @module
 */
import { dirname, isAbsolute, join, normalize } from "node:path/posix";
import { ConfigError, DataFileError } from "../core/errors.ts";
import { type ConfigNode, type MapEntry, type MapNode, merged } from "./config_node.ts";
import { ConfigProblems, ConfigSource } from "./config_problem.ts";
import { innerSchema, type SchemaView, settingNames, shaped } from "./config_shape.ts";
import type { ReadVariable } from "./credentials.ts";
import { substitute } from "./substitution.ts";
import { readYaml } from "./yaml_document.ts";

/** Reads a file; throws {@link DataFileError} when it cannot. */
export type ReadFile = (path: string) => string;

/** Settings that stood in another section before: from, to. */
export type MovedSettings = readonly {
  readonly from: string;
  readonly to: string;
  /** Their names, as the schema of `to` has them. */
  readonly names: readonly string[];
}[];

/** What a tree is made with. */
export interface ConfigTreeOptions {
  readonly readFile: ReadFile;
  readonly readVariable: ReadVariable;
  /** Schema of the whole, without `extends`. */
  readonly schema: SchemaView;
  readonly moved?: MovedSettings;
  /** What an empty file is told. */
  readonly emptyHint: string;
}

/** Time that a tree took, milliseconds. */
export interface ConfigTreeTimes {
  yamlMs: number;
  substitutionMs: number;
  /** Names and units. */
  shapeMs: number;
  files: number;
}

/** Most files that extend one another. */
const maxChain = 16;

/** Reads configurations. */
export class ConfigTreeReader {
  readonly times: ConfigTreeTimes = { yamlMs: 0, substitutionMs: 0, shapeMs: 0, files: 0 };

  constructor(private readonly options: ConfigTreeOptions, readonly problems: ConfigProblems) {}

  /**
   * The tree of a text.
   *
   * @param name Path of the file; what it extends is found from its folder.
   * @returns undefined when there is nothing that could be checked further: there is a problem then.
   */
  read(text: string, name: string): ConfigNode | undefined {
    return this.#read(new ConfigSource(name, text), [name]);
  }

  #read(source: ConfigSource, chain: readonly string[]): ConfigNode | undefined {
    const root = this.#shaped(source);
    if (root?.kind !== "map") return root;
    const base = root.entries.get("extends")?.node;
    if (base === undefined) return root;
    const rest = { ...root, entries: new Map([...root.entries].filter(([name]) => name !== "extends")) };
    const below = this.#base(base, source, chain);
    return below === undefined ? rest : merged(below, rest);
  }

  #shaped(source: ConfigSource): ConfigNode | undefined {
    const { times, problems, options } = this;
    const start = performance.now();
    const before = problems.count;
    times.files += 1;
    const document = readYaml(source, problems);
    const parsed = performance.now();
    times.yamlMs += parsed - start;
    if (document === undefined || document.kind === "scalar" && document.value === null) {
      if (problems.count === before) {
        problems.add({ source, offset: 0 }, "", `is empty: ${options.emptyHint}`);
      }
      return undefined;
    }
    const substituted = substitute(document, options.readVariable, problems);
    times.substitutionMs += performance.now() - parsed;
    if (substituted.kind !== "map") {
      problems.add(
        { source, offset: 0 },
        "",
        `must be settings of the form \`name: value\`: ${options.emptyHint}`,
      );
      return undefined;
    }
    const begun = performance.now();
    const root = shaped(withMoved(substituted, options, problems), withBase(options.schema), problems);
    times.shapeMs += performance.now() - begun;
    return root;
  }

  #base(base: ConfigNode, source: ConfigSource, chain: readonly string[]): ConfigNode | undefined {
    const { problems, options } = this;
    const complain = (message: string): undefined => {
      problems.add(base.place, "extends", message);
    };
    if (base.kind !== "scalar" || typeof base.value !== "string" || base.value === "") {
      return complain("must be the path of one file, relative to this one, such as base.yaml");
    }
    const path = isAbsolute(base.value) ? normalize(base.value) : join(dirname(source.name), base.value);
    const way = [...chain, path];
    const first = chain.findIndex((name) => normalize(name) === path);
    if (first >= 0) return complain(`goes round in a circle: ${way.slice(first).join(" → ")}; end it`);
    if (way.length > maxChain) {
      return complain(`is the ${way.length}th of a chain; at most ${maxChain} files may extend one another`);
    }
    let text: string;
    try {
      text = options.readFile(path);
    } catch (error) {
      if (error instanceof ConfigError || error instanceof DataFileError) return complain(error.message);
      throw error;
    }
    return this.#read(new ConfigSource(path, text), way);
  }
}

const withBaseOf = new WeakMap<SchemaView, SchemaView>();

/** The schema of a file, which may extend another one. */
function withBase(schema: SchemaView): SchemaView {
  let extended = withBaseOf.get(schema);
  if (extended === undefined) {
    const { pipe: _, ...section } = schema;
    extended = { ...section, entries: { extends: { type: "unknown" }, ...schema.entries } };
    withBaseOf.set(schema, extended);
  }
  return extended;
}

/** The tree with settings of an older place in their new one. Their paths stay as they were written. */
function withMoved(
  root: MapNode,
  { moved = [], schema }: ConfigTreeOptions,
  problems: ConfigProblems,
): MapNode {
  let result = root;
  for (const { from, to, names } of moved) {
    const source = result.entries.get(from)?.node;
    const section = schema.entries?.[to];
    if (source?.kind !== "map" || section === undefined) continue;
    const known = settingNames(innerSchema(section));
    const taken = [...source.entries].filter(([name]) => names.includes(known.get(name)?.key ?? ""));
    if (taken.length > 0) result = withMovedEntries(result, source, { from, to }, taken, problems);
  }
  return result;
}

function withMovedEntries(
  root: MapNode,
  source: MapNode,
  { from, to }: { readonly from: string; readonly to: string },
  taken: readonly (readonly [string, MapEntry])[],
  problems: ConfigProblems,
): MapNode {
  const entries = new Map(root.entries);
  const target = entries.get(to) ?? { ...entries.get(from)!, node: { ...source, path: to } };
  const kept = new Map(source.entries);
  const moved = new Map<string, MapEntry>();
  for (const [name, entry] of taken) {
    kept.delete(name);
    moved.set(name, entry);
  }
  const present = entries.get(to)?.node;
  if (present?.kind === "map") {
    for (const [name, entry] of present.entries) {
      const old = moved.get(name);
      if (old === undefined) moved.set(name, entry);
      else {problems.add(
          old.keyPlace,
          old.node.path,
          `is given twice, also as ${entry.node.path}; keep that one`,
        );}
    }
  }
  // A section that is no section keeps its own complaint.
  if (
    present === undefined || present.kind === "map" || present.kind === "scalar" && present.value === null
  ) {
    const { place } = present ?? source;
    entries.set(to, { ...target, node: { kind: "map", place, path: to, entries: moved } });
  }
  entries.set(from, { ...entries.get(from)!, node: { ...source, entries: kept } });
  return { ...root, entries };
}
