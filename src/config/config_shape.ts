/**
 * Names and units of settings, held to a schema: unknown names, names with and without their unit, values with units.
 * Everything else about the values is for valibot.
 * @module
 */
import { levenshteinDistance } from "@std/text/levenshtein_distance";
import { type ConfigNode, type MapEntry, type MapNode, pathInside, type ScalarNode } from "./config_node.ts";
import type { ConfigProblems } from "./config_problem.ts";
import { shownValue } from "./shown_value.ts";
import { type SettingMetadata, shortName } from "./setting_schemas.ts";
import { readUnit, unitRule } from "./units.ts";

/** As much of a valibot schema as is looked at. */
export interface SchemaView {
  readonly type: string;
  readonly wrapped?: SchemaView;
  readonly pipe?: readonly SchemaView[];
  readonly entries?: Readonly<Record<string, SchemaView>>;
  readonly value?: SchemaView;
  readonly item?: SchemaView;
  readonly options?: readonly SchemaView[];
  readonly key?: unknown;
  readonly literal?: unknown;
  readonly metadata?: SettingMetadata;
}

/** A name under which a setting may stand. */
export interface SettingName {
  /** Name in the schema. */
  readonly key: string;
  readonly schema: SchemaView;
  readonly metadata: SettingMetadata | undefined;
  /** Whether the value needs a unit, because the name has none. */
  readonly needsUnit: boolean;
}

const namesOfSchema = new WeakMap<SchemaView, ReadonlyMap<string, SettingName>>();

/** Every name that may stand in a section. */
export function settingNames(section: SchemaView): ReadonlyMap<string, SettingName> {
  const known = namesOfSchema.get(section);
  if (known !== undefined) return known;
  const names = new Map<string, SettingName>();
  for (const [key, schema] of Object.entries(section.entries ?? {})) {
    const metadata = metadataOf(schema);
    names.set(key, { key, schema, metadata, needsUnit: false });
    const short = metadata === undefined ? key : shortName(key, metadata);
    if (short !== key) names.set(short, { key, schema, metadata, needsUnit: true });
  }
  namesOfSchema.set(section, names);
  return names;
}

/** The schema inside what makes it optional and what checks it further. */
export function innerSchema(schema: SchemaView): SchemaView {
  if (schema.wrapped !== undefined) return innerSchema(schema.wrapped);
  const first = schema.pipe?.[0];
  return first === undefined || first === schema ? schema : innerSchema(first);
}

function metadataOf(schema: SchemaView): SettingMetadata | undefined {
  if (schema.wrapped !== undefined) return metadataOf(schema.wrapped);
  return schema.pipe?.find(({ type }) => type === "metadata")?.metadata;
}

/** The tree with the names of the schema and numbers without units. What is wrong is left out of it. */
export function shaped(node: ConfigNode, schema: SchemaView, problems: ConfigProblems): ConfigNode {
  return shapedAs(node, schema, { problems, root: schema });
}

const sectionTypes: readonly string[] = ["strict_object", "record", "variant"];

interface Shaping {
  readonly problems: ConfigProblems;
  readonly root: SchemaView;
}

function shapedAs(node: ConfigNode, schema: SchemaView, shaping: Shaping): ConfigNode {
  const { problems } = shaping;
  const inner = innerSchema(schema);
  if (node.kind === "list") {
    const { item } = inner;
    if (sectionTypes.includes(inner.type)) {
      // To valibot a list is an object whose settings are called 0, 1, 2.
      problems.add(node.place, node.path, "must be settings of the form `name: value`, not a list");
      return { kind: "scalar", value: null, place: node.place, path: node.path };
    }
    if (inner.type !== "array" || item === undefined) return node;
    return { ...node, items: node.items.map((each) => shapedAs(each, item, shaping)) };
  }
  if (node.kind === "scalar") return node;
  if (inner.type === "strict_object") return shapedSection(node, inner, shaping);
  if (inner.type === "variant") return shapedVariant(node, inner, shaping);
  if (inner.type !== "record" || inner.value === undefined) return node;
  const entries = new Map<string, MapEntry>();
  for (const [name, entry] of node.entries) {
    if (name === "__proto__" || name === "prototype" || name === "constructor") {
      problems.add(entry.keyPlace, pathInside(node.path, name), "cannot be used as a name; choose another");
    } else entries.set(name, { ...entry, node: shapedAs(entry.node, inner.value, shaping) });
  }
  return { ...node, entries };
}

function shapedVariant(
  node: MapNode,
  { key, options = [] }: SchemaView,
  shaping: Shaping,
): ConfigNode {
  const kind = node.entries.get(String(key))?.node;
  const chosen = options.find(({ entries }) =>
    kind?.kind === "scalar" && entries?.[String(key)]?.literal === kind.value
  );
  return chosen === undefined ? node : shapedSection(node, chosen, shaping);
}

function shapedSection(node: MapNode, section: SchemaView, shaping: Shaping): MapNode {
  const { problems, root } = shaping;
  const names = settingNames(section);
  const entries = new Map<string, MapEntry>();
  for (const [name, entry] of node.entries) {
    const { path } = entry.node;
    const setting = names.get(name);
    if (setting === undefined) {
      problems.add(entry.keyPlace, path, unknownSetting(name, names, root));
      continue;
    }
    const twin = entries.get(setting.key);
    if (twin !== undefined) {
      const { line } = twin.keyPlace.source.position(twin.keyPlace.offset);
      problems.add(
        entry.keyPlace,
        path,
        `is given twice, first as ${twin.node.path} in line ${line}; keep one of them`,
      );
      continue;
    }
    const value = setting.metadata === undefined
      ? shapedAs(entry.node, setting.schema, shaping)
      : withoutUnit(entry.node, name, setting, setting.metadata, problems);
    if (value !== undefined) entries.set(setting.key, { ...entry, node: value });
  }
  return { ...node, entries };
}

const looksSecret = /secret|passw|token|credential|api_?key|private_?key/i;

function unknownSetting(name: string, names: ReadonlyMap<string, SettingName>, root: SchemaView): string {
  if (looksSecret.test(name)) {
    return "secrets are not kept in files; remove it and set the variables of the environment, such as MEXC_API_KEY";
  }
  const near = nearestName(name, [...names.keys()]) ?? nearestElsewhere(name, root);
  if (near !== undefined) return `there is no such setting; did you mean ${near}?`;
  // Where a setting has two names, the one for values with units is shown.
  const preferred = [...names].filter(([each, { key, needsUnit, metadata }]) =>
    needsUnit || metadata === undefined || shortName(key, metadata) === each
  );
  return `there is no such setting; use one of ${preferred.map(([each]) => each).join(", ")}`;
}

/** The same among the settings of all sections: `risk.maxNotional`. */
function nearestElsewhere(name: string, root: SchemaView): string | undefined {
  const paths = new Map<string, string>();
  for (const [section, { schema }] of settingNames(root)) {
    for (const each of settingNames(innerSchema(schema)).keys()) paths.set(each, `${section}.${each}`);
  }
  return paths.get(nearestName(name, [...paths.keys()]) ?? "");
}

/** Letters that are wrong; letters in the wrong order are one slip, of which the Levenshtein distance counts two. */
function slips(name: string, other: string): number {
  const distance = levenshteinDistance(name, other);
  return distance === 2 && sorted(name) === sorted(other) ? 1 : distance;
}

function sorted(name: string): string {
  return [...name].sort().join("");
}

/** The name that was meant; undefined when two letters of five or more are wrong in all of them: that is another word. */
function nearestName(name: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const each of names) {
    const distance = slips(name.toLowerCase(), each.toLowerCase());
    if (distance >= least || distance > Math.max(2, Math.floor(each.length / 2.5))) continue;
    nearest = each;
    least = distance;
  }
  return nearest;
}

/** The number of a value, or those of a list of values; undefined when there is something wrong with its unit. Other kinds of values are left to valibot. */
function withoutUnit(
  node: ConfigNode,
  name: string,
  setting: SettingName,
  metadata: SettingMetadata,
  problems: ConfigProblems,
): ConfigNode | undefined {
  if (node.kind === "list" && innerSchema(setting.schema).type === "array") {
    const items = node.items.map((item) => withoutUnit(item, name, setting, metadata, problems));
    const sound = items.filter((item) => item !== undefined);
    return sound.length === items.length ? { ...node, items: sound } : undefined;
  }
  if (node.kind !== "scalar") return node;
  const { key, needsUnit } = setting;
  const { value } = node;
  const rule = unitRule(metadata.unit);
  const short = shortName(key, metadata);
  if (typeof value === "string" && (needsUnit || short === key)) {
    const number = readUnit(value, metadata.unit);
    const converted = { text: value, unit: rule.name };
    if (number !== undefined) return { ...node, value: number, converted } satisfies ScalarNode;
    problems.add(node.place, node.path, `must be like ${rule.examples}, not ${shownValue(value)}`);
    return undefined;
  }
  if (typeof value === "string" && readUnit(value, metadata.unit) !== undefined) {
    const advice = `write a plain number, or ${short}: ${value}`;
    problems.add(node.place, node.path, `is in ${rule.name}, as its name ${name} says; ${advice}`);
    return undefined;
  }
  if (typeof value === "number" && needsUnit) {
    problems.add(node.place, node.path, `must have a unit, such as ${rule.examples}, not ${value}`);
    return undefined;
  }
  return node;
}
