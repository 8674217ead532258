/**
 * Damages bytes and texts as they come over a wire.
 * @module
 */
import { edgeTexts, oddCharacters } from "./edge_values.ts";
import type { Mutator } from "./mutation.ts";

/** Longest stretch that is added or doubled, and how often a doubled one is repeated at most. */
const longest = 24;
const mostRepeats = 40;

/**
 * A copy with up to three injuries: flipped bits, changed, lost, added, doubled or repeated stretches, a lost end, or
 * an end that comes from `other`.
 */
export function damageBytes(mutator: Mutator, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let damaged = bytes;
  for (let injuries = mutator.pick([1, 1, 1, 2, 3]); injuries > 0; injuries--) {
    damaged = injureBytes(mutator, damaged, other);
  }
  return damaged;
}

function injureBytes(mutator: Mutator, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const at = mutator.below(bytes.length + 1);
  const length = 1 + mutator.below(longest);
  switch (mutator.below(10)) {
    case 0:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 1:
      return joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(
        bytes.subarray(0, at),
        Uint8Array.from({ length }, () => mutator.below(256)),
        bytes.subarray(at),
      );
    case 4:
      return joined(bytes.subarray(0, at), other.subarray(mutator.below(other.length + 1)));
    case 5: {
      const text = new TextEncoder().encode(mutator.pick(edgeTexts));
      return joined(bytes.subarray(0, at), text, bytes.subarray(at + mutator.below(12)));
    }
    case 6: {
      const stretch = bytes.subarray(at, at + length);
      const repeats = Array.from({ length: mutator.below(mostRepeats) }, () => stretch);
      return joined(bytes.subarray(0, at), ...repeats, bytes.subarray(at));
    }
    case 7:
      return at < bytes.length ? bytes.with(at, mutator.pick([0, 1, 0x7f, 0x80, 0xff, 13, 10])) : bytes;
    default:
      return at < bytes.length ? bytes.with(at, bytes[at]! ^ (1 << mutator.below(8))) : bytes;
  }
}

/** These pieces in one. */
export function joined(...pieces: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const numberPattern = /-?\d+(?:\.\d+)?/g;

/** As {@link damageBytes}, for texts; numbers in it become others, and brackets may open without end. */
export function damageText(mutator: Mutator, text: string, other: string): string {
  let damaged = text;
  for (let injuries = mutator.pick([1, 1, 1, 2, 3]); injuries > 0; injuries--) {
    damaged = injureText(mutator, damaged, other);
  }
  return damaged;
}

function injureText(mutator: Mutator, text: string, other: string): string {
  const at = mutator.below(text.length + 1);
  const length = 1 + mutator.below(longest);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (mutator.below(11)) {
    case 0:
      return before + after.slice(length);
    case 1:
      return before + after.slice(0, length) + after;
    case 2:
      return before;
    case 3:
      return before + other.slice(mutator.below(other.length + 1));
    case 4:
      return before + mutator.pick(edgeTexts) + after.slice(mutator.below(12));
    case 5:
      return before + after.slice(0, length).repeat(mutator.below(mostRepeats)) + after;
    case 6:
      return before +
        mutator.pick(["[", "{", '{"a":', "[[", "(", "- ", "&a ", "*a"]).repeat(nesting(mutator)) +
        after;
    case 7:
      return replaceNumber(mutator, text);
    case 8:
      return before + after.slice(1);
    default:
      return before + mutator.pick(oddCharacters) + after.slice(mutator.below(2));
  }
}

/** Now and then a depth that no recursion survives. */
function nesting(mutator: Mutator): number {
  const deep = mutator.below(200);
  return deep === 0 ? 20_000 : deep < 20 ? 100 : 1 + deep % 5;
}

/** The text with one of its numbers replaced. */
function replaceNumber(mutator: Mutator, text: string): string {
  const numbers = [...text.matchAll(numberPattern)];
  if (numbers.length === 0) return text;
  const { 0: number, index } = mutator.pick(numbers);
  return text.slice(0, index) + mutator.pick(edgeTexts) + text.slice(index + number.length);
}

/** Places at which something that arrives is cut into pieces. */
export function cuts(mutator: Mutator, length: number): number[] {
  const count = mutator.below(2) === 0 ? 0 : mutator.below(8);
  return Array.from({ length: count }, () => mutator.below(length + 1)).sort((a, b) => a - b);
}

/** The pieces of these bytes between the cuts. */
export function pieces(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  return [...at, bytes.length].map((end, i) => bytes.subarray(at[i - 1] ?? 0, end));
}
