/**
 * Durations as people write them in settings: `30m`, `6h`, `3d`.
 * @module
 */
import { ConfigError } from "../core/errors.ts";

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Longest duration that a setting may have, seconds: a hundred years. */
const longestSeconds = 36_525 * 86_400;

/**
 * Seconds of a duration.
 *
 * @param text A whole number and one of `s`, `m`, `h`, `d`.
 * @param path Name of the setting, for the message.
 * @throws {ConfigError} when it is something else, nothing, or longer than a hundred years.
 */
export function durationSeconds(text: string, path: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,10})([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * (unitSeconds[unit] ?? NaN);
  if (seconds > 0 && seconds <= longestSeconds) return seconds;
  throw new ConfigError(
    `${path} is ${JSON.stringify(text)}: it must be a whole number with a unit, such as 30m, 6h or 3d`,
  );
}

/** A duration as PostgreSQL takes it, in seconds so that no calendar has a say: `interval '1800 seconds'`. */
export function intervalLiteral(seconds: number): string {
  return `interval '${seconds} seconds'`;
}
