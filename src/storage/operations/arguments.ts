/**
 * Checks what operations are asked for, before the database is.
 * @module
 */
import { exchangeByKey, type ExchangeKey } from "../../core/exchange.ts";

/** A stretch of time: from `fromMs` on and before `toMs`. */
export interface TimeRange {
  /** Epoch milliseconds, included. */
  readonly fromMs: number;
  /** Epoch milliseconds, not included. */
  readonly toMs: number;
}

/** Two coins. */
export interface Pair {
  /** Upper case: `BTC`. */
  readonly base: string;
  /** Upper case: `USDT`. */
  readonly quote: string;
}

/** Rows that an operation gives when it is not told how many. */
export const defaultLimit = 1_000;
/** Rows that an operation gives at most. */
export const maxLimit = 100_000;
/** Latest moment that a time of the database can be, epoch milliseconds: the year 9999. */
const maxTimeMs = 253_402_300_799_999;

/** @throws {RangeError} when it is not a time of the database. */
export function checkTime(name: string, timeMs: number): number {
  if (!(timeMs >= 0 && timeMs <= maxTimeMs)) {
    throw new RangeError(`${name} is ${timeMs}: it must be epoch milliseconds from 0 to ${maxTimeMs}`);
  }
  return timeMs;
}

/** @throws {RangeError} when an end is no time or the range has no length. */
export function checkRange({ fromMs, toMs }: TimeRange): void {
  checkTime("fromMs", fromMs);
  checkTime("toMs", toMs);
  if (fromMs >= toMs) {
    throw new RangeError(`The range is empty: fromMs ${fromMs} must be before toMs ${toMs}`);
  }
}

/** @throws {RangeError} when it is not a whole number from 1 to {@link maxLimit}. */
export function checkLimit(limit: number = defaultLimit): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new RangeError(`The limit is ${limit}: it must be a whole number from 1 to ${maxLimit}`);
  }
  return limit;
}

/** @throws {RangeError} when it is not a finite number. */
export function checkFinite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name} is ${value}: it must be a finite number`);
  return value;
}

/** @throws {RangeError} when it is empty. */
export function checkName(name: string, text: string): string {
  if (text === "") throw new RangeError(`${name} is empty: it must be named`);
  return text;
}

/**
 * SQL that holds for rows of runs of a mode: those on paper, live and in a demo say different things, and one database
 * may have them all.
 *
 * @param column The column with the run.
 * @param parameter Number of the parameter with the mode.
 */
export function ofMode(column: string, parameter: number): string {
  return `${column} in (select id from runs where mode = $${parameter})`;
}

/**
 * A mode of runs as a parameter; null for all.
 *
 * @throws {RangeError} when it is empty.
 */
export function modeOf(mode: string | undefined): string | null {
  return mode === undefined ? null : checkName("mode", mode);
}

/**
 * Number of a venue; null for all.
 *
 * @throws {ConfigError} when there is no such venue.
 */
export function exchangeId(exchange: ExchangeKey | undefined): number | null {
  return exchange === undefined ? null : exchangeByKey(exchange).id;
}

/**
 * Checks the buckets that a range is cut into.
 *
 * @throws {RangeError} when they are under a millisecond or more than {@link maxLimit}.
 */
export function checkBuckets({ fromMs, toMs }: TimeRange, bucketMs: number): number {
  if (!Number.isInteger(bucketMs) || bucketMs < 1) {
    throw new RangeError(`bucketMs is ${bucketMs}: it must be a whole number of milliseconds from 1 on`);
  }
  const count = Math.ceil((toMs - fromMs) / bucketMs);
  if (count > maxLimit) {
    throw new RangeError(
      `The range has ${count} buckets of ${bucketMs} ms: take longer ones, ${maxLimit} are allowed`,
    );
  }
  return bucketMs;
}
