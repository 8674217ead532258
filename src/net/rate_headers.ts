/**
 * Limits as answers state them.
 * @module
 */
import type { LimitReport } from "./rate_bucket.ts";

/** Names under which a venue states its limits; of several spellings the first one that is there counts. */
export interface LimitFieldNames {
  readonly limit: readonly string[];
  readonly remaining: readonly string[];
  readonly resetAt: readonly string[];
  /** Whether a field that is missing beside others stands for 0. */
  readonly absentIsZero?: boolean;
}

/** Stamps below this are seconds, above milliseconds: the one in the year 5138, the other in 1973. */
const secondsBelow = 1e11;
/** Numbers as headers have them; nothing that a venue means has more digits. */
const numberPattern = /^ *(\d{1,20}(?:\.\d+)?) *$/;
const secondsPattern = /^ *(-?\d{1,9}(?:\.\d+)?) *$/;
/** The three forms of a date in HTTP begin with the day of the week. */
const datePattern = /^ *[A-Z][a-z]{2,8},? /;

/**
 * Reads what an answer says about its limit.
 *
 * @param get Value of a header or field; null or undefined when it is missing.
 * @returns undefined when it says nothing. What is no number is left out.
 */
export function readLimitReport(
  get: (name: string) => unknown,
  names: LimitFieldNames,
): LimitReport | undefined {
  const limit = firstNumber(get, names.limit);
  const left = firstNumber(get, names.remaining);
  const stamp = firstNumber(get, names.resetAt);
  if (limit === undefined && left === undefined) return undefined;
  const remaining = left ?? (names.absentIsZero === true ? 0 : undefined);
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(stamp === undefined ? {} : { resetAtMs: stamp < secondsBelow ? stamp * 1_000 : stamp }),
  };
}

/**
 * `Retry-After` in milliseconds (RFC 9110, section 10.2.3: seconds or a date).
 *
 * @param nowMs Epoch milliseconds.
 * @returns undefined when it is missing or neither.
 */
export function readRetryAfter(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  const seconds = secondsPattern.exec(text)?.[1];
  if (seconds !== undefined) return Math.max(0, Number(seconds) * 1_000);
  const date = datePattern.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function firstNumber(get: (name: string) => unknown, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = get(name);
    if (value === null || value === undefined || value === "") continue;
    const number = typeof value === "string" ? Number(numberPattern.exec(value)?.[1] ?? NaN) : value;
    if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
  }
  return undefined;
}
