/**
 * A configuration as a tree whose every part knows where it was written.
 * @module
 */
import type { ConfigPlace } from "./config_problem.ts";

interface NodeBase {
  readonly place: ConfigPlace;
  /** Names from the outside in, with dots between, as they were written. */
  readonly path: string;
}

/** Text, a number, true, false or nothing. */
export interface ScalarNode extends NodeBase {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The text of a value that had a unit, and the name of the unit that the number is in now. */
  readonly converted?: { readonly text: string; readonly unit: string };
}

/** A list. */
export interface ListNode extends NodeBase {
  readonly kind: "list";
  readonly items: readonly ConfigNode[];
}

/** A setting with its name. */
export interface MapEntry {
  readonly keyPlace: ConfigPlace;
  readonly node: ConfigNode;
}

/** Settings by name. */
export interface MapNode extends NodeBase {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** Any part of a configuration. */
export type ConfigNode = ScalarNode | ListNode | MapNode;

/** The path of something inside. */
export function pathInside(path: string, key: string | number): string {
  return path === "" ? String(key) : `${path}.${key}`;
}

/** The plain value. */
export function valueOf(node: ConfigNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(valueOf);
    case "map":
      return Object.fromEntries([...node.entries].map(([key, { node: inner }]) => [key, valueOf(inner)]));
  }
}

/** The same tree with other scalars. */
export function mapScalars(node: ConfigNode, change: (scalar: ScalarNode) => ScalarNode): ConfigNode {
  switch (node.kind) {
    case "scalar":
      return change(node);
    case "list":
      return { ...node, items: node.items.map((item) => mapScalars(item, change)) };
    case "map": {
      const entries = new Map<string, MapEntry>();
      for (const [key, entry] of node.entries) {
        entries.set(key, { ...entry, node: mapScalars(entry.node, change) });
      }
      return { ...node, entries };
    }
  }
}

/** The same tree in another path. */
export function movedTo(node: ConfigNode, path: string): ConfigNode {
  switch (node.kind) {
    case "scalar":
      return { ...node, path };
    case "list":
      return {
        ...node,
        path,
        items: node.items.map((item, index) => movedTo(item, pathInside(path, index))),
      };
    case "map": {
      const entries = new Map<string, MapEntry>();
      for (const [key, entry] of node.entries) {
        entries.set(key, { ...entry, node: movedTo(entry.node, pathInside(path, key)) });
      }
      return { ...node, path, entries };
    }
  }
}

/**
 * A profile on top of the one that it extends. Settings are merged name by name, at every depth; lists and values of the
 * upper one replace those of the lower one; a section without content leaves the lower one as it is.
 */
export function merged(lower: ConfigNode, upper: ConfigNode): ConfigNode {
  if (lower.kind !== "map") return upper;
  if (upper.kind === "scalar" && upper.value === null) return lower;
  if (upper.kind !== "map") return upper;
  const entries = new Map(lower.entries);
  for (const [key, entry] of upper.entries) {
    const below = lower.entries.get(key);
    entries.set(key, below === undefined ? entry : { ...entry, node: merged(below.node, entry.node) });
  }
  return { ...upper, entries };
}

/** The part that a path of keys leads to; the last one on the way, and what is left of the path, when it ends early. */
export function nodeAt(
  root: ConfigNode,
  keys: readonly (string | number)[],
): { readonly node: ConfigNode; readonly rest: readonly (string | number)[] } {
  let node = root;
  for (const [index, key] of keys.entries()) {
    const inner = node.kind === "map"
      ? node.entries.get(String(key))?.node
      : node.kind === "list"
      ? node.items[Number(key)]
      : undefined;
    if (inner === undefined) return { node, rest: keys.slice(index) };
    node = inner;
  }
  return { node, rest: [] };
}
