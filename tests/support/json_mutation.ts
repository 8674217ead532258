/**
 * Damages JSON documents without breaking their grammar: what a reader must notice is in keys and values.
 * @module
 */
import { edgeNumbers, edgeTexts } from "./edge_values.ts";
import type { Mutator } from "./mutation.ts";

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A number that is to be written with exactly these digits. */
const rawStart = "\u0001raw:";
const rawPattern = /"\\u0001raw:([^"]*)"/g;
const wordPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** The text of a damaged copy of a document: one to three keys or values lost, added, renamed, doubled or replaced. */
export function damageJson(mutator: Mutator, document: Json): string {
  const root = { value: structuredClone(document) };
  for (let injuries = mutator.pick([1, 1, 1, 2, 3]); injuries > 0; injuries--) injure(mutator, root);
  return JSON.stringify(root.value).replaceAll(rawPattern, "$1");
}

type Container = { [key: string]: Json } | Json[];

/** The places in a document, of a very large one the first thousands. */
function placesOf(root: Container): [Container, string | number][] {
  const places: [Container, string | number][] = [];
  const containers: Container[] = [root];
  for (let next = containers.pop(); next !== undefined && places.length < 5_000; next = containers.pop()) {
    const keys = Array.isArray(next) ? [...next.keys()] : Object.keys(next);
    for (const key of keys) {
      places.push([next, key]);
      const value = (next as Record<string | number, Json>)[key]!;
      if (typeof value === "object" && value !== null) containers.push(value);
    }
  }
  return places;
}

function injure(mutator: Mutator, root: { value: Json }): void {
  const places = placesOf(root);
  // The whole document is rarely the matter.
  const [container, key] = places.length > 1 && mutator.below(20) > 0
    ? places[1 + mutator.below(places.length - 1)]!
    : places[0]!;
  const value = (container as Record<string | number, Json>)[key]!;
  const kind = mutator.below(10);
  if (kind === 0 && container !== root) remove(container, key);
  else if (kind === 1) double(mutator, container, key, value);
  else if (kind === 2 && !Array.isArray(container) && container !== root) rename(mutator, container, key);
  else set(container, key, replacement(mutator, value));
}

function set(container: Container, key: string | number, value: Json): void {
  // A plain assignment to __proto__ would make no key.
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(container: Container, key: string | number): void {
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
}

function double(mutator: Mutator, container: Container, key: string | number, value: Json): void {
  if (!Array.isArray(container)) return set(container, `${key}${mutator.pick(["_ms", "2", " "])}`, value);
  // An input of megabytes takes seconds, which would pass for a hang.
  const isSmall = JSON.stringify(value).length < 500;
  const copies = mutator.below(20) === 0 && isSmall ? 1_000 : 1 + mutator.below(3);
  container.splice(Number(key), 0, ...Array.from({ length: copies }, () => structuredClone(value)));
}

function rename(mutator: Mutator, container: { [key: string]: Json }, key: string | number): void {
  const value = container[key]!;
  delete container[key];
  const others = [...Object.keys(container), "x", "__proto__", "constructor", String(key).toUpperCase()];
  set(container, mutator.pick(others), value);
}

function replacement(mutator: Mutator, given: Json): Json {
  // Digits that are to be written as they are stay alone.
  const value = typeof given === "string" && given.startsWith(rawStart)
    ? given.slice(rawStart.length)
    : given;
  const isNumeric = typeof value === "number" || (typeof value === "string" && wordPattern.test(value));
  switch (mutator.below(isNumeric ? 8 : 12)) {
    case 0:
      return rawStart + mutator.pick(edgeNumbers);
    case 1:
    case 2:
      return mutator.pick(edgeTexts);
    case 3:
      return typeof value === "string" && wordPattern.test(value) ? rawStart + value : String(value);
    case 4:
    case 5:
      return isNumeric ? otherNumber(mutator, value as string | number) : null;
    case 6:
      return isNumeric ? negated(value as string | number) : mutator.pick<Json>([true, false, [], {}, 0]);
    case 7:
      return mutator.pick<Json>([null, [value], { value }, [], {}, true]);
    case 8:
      return nested(value, mutator.below(40) === 0 ? 2_000 : 3);
    default:
      return typeof value === "string" ? value + mutator.pick(edgeTexts) : mutator.pick(edgeTexts);
  }
}

/** A number of the same form and nearly the same size, so that it is taken rather often. */
function otherNumber(mutator: Mutator, value: string | number): Json {
  const text = String(value);
  const digit = String(mutator.below(10));
  const at = mutator.below(text.length + 1);
  const changed = text.slice(0, at) + digit + text.slice(at + mutator.below(2));
  if (typeof value === "string") return changed;
  return Number.isFinite(Number(changed)) ? Number(changed) : value;
}

function negated(value: string | number): Json {
  return typeof value === "number" ? -value : value.startsWith("-") ? value.slice(1) : `-${value}`;
}

function nested(value: Json, depth: number): Json {
  let all = value;
  for (let i = 0; i < depth; i++) all = [all];
  return all;
}
