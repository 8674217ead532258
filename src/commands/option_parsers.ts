/**
 * Values of options.
 * @module
 */
import { InvalidArgumentError } from "commander";
import { maxDelayMs } from "../core/clock.ts";
import { DataFileError, errorMessage } from "../core/errors.ts";

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** Milliseconds of a duration such as `500ms`, `30s`, `5m` or `1h`. */
export function parseDuration(text: string): number {
  const match = durationPattern.exec(text);
  const milliseconds = match === null ? 0 : Number(match[1]) * unitMs[match[2]!]!;
  if (!(milliseconds > 0 && milliseconds <= maxDelayMs)) {
    throw new InvalidArgumentError(`"${text}" is not a duration such as 500ms, 30s, 5m or 1h (at most 596h)`);
  }
  return milliseconds;
}

/** A whole number of 32 bits. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^-?\d+$/.test(text) || seed !== (seed | 0)) {
    throw new InvalidArgumentError(`"${text}" is not a whole number from -2147483648 to 2147483647`);
  }
  return seed | 0; // which also makes 0 of -0
}

/** A number that is not negative. */
export function parseAmount(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError(`"${text}" is not a number of 0 or more`);
  }
  return value;
}

/** A number above 0. */
export function parsePositive(text: string): number {
  const value = parseAmount(text);
  if (value === 0) throw new InvalidArgumentError(`"${text}" is not a number above 0`);
  return value;
}

/** A port, 0 for a free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError(`"${text}" is not a port from 0 to 65535`);
  }
  return port;
}

/** A share from 0 to 1. */
export function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() === "" || !(share >= 0 && share <= 1)) {
    throw new InvalidArgumentError(`"${text}" is not a share from 0 to 1`);
  }
  return share;
}

/** Numbers that are not negative, with commas between them. */
export function parseAmounts(text: string): number[] {
  return text.split(",").map(parseAmount);
}

/** Collects `NAME=VALUE` of an option that may be given several times. */
export function collectPairs(text: string, known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) {
    throw new InvalidArgumentError(`"${text}" is not of the form NAME=VALUE`);
  }
  return new Map([...known, [text.slice(0, at), text.slice(at + 1)]]);
}

/**
 * The text of a file that the caller named.
 *
 * @throws {DataFileError} when it cannot be read.
 */
export function readNamedFile(path: string): Promise<string> {
  return Deno.readTextFile(path).catch((error) => {
    throw fileError(path, error);
  });
}

/** The error for a named file that cannot be read. */
export function fileError(path: string, error: unknown): DataFileError {
  if (error instanceof Deno.errors.NotFound) {
    return new DataFileError(`There is no file "${path}": check the path (it is taken from ${folder()})`);
  }
  return new DataFileError(`Cannot read the file "${path}": ${errorMessage(error)}`);
}

function folder(): string {
  try {
    return Deno.cwd();
  } catch {
    return "the current folder";
  }
}
