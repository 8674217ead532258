/**
 * How log records lie in shared memory.
 *
 * The ring is a row of words of 8 bytes after a header. A record is 3 words or more and never goes around the end; what
 * is left there is a filler. Positions run from 0 to twice the number of words, so that a full ring differs from an empty one.
 *
 * | word | content                                                                  |
 * | ---- | ------------------------------------------------------------------------ |
 * | 0    | int32: words of the record, level << 16, kind << 20; int32: event or text |
 * | 1    | float64: epoch milliseconds with fractions                                |
 * | 2    | float64: correlation id, 0 for none                                       |
 * | 3…   | values                                                                    |
 * @module
 */
import { LogSetupError } from "./logging_error.ts";

/** Bytes of the ring's header. Fields that different threads write lie 64 bytes apart. */
export const headerBytes = 512;

/** Index of int32 fields in the header. */
export const headerField = {
  /** Position after the last record, written by the producer. */
  head: 0,
  /** Position of the next record to be read, written by the consumer. */
  tail: 16,
  /** Dropped records, one field for each level, written by the producer. */
  dropped: 32,
  /** Number of flushes asked for, written by the producer. */
  flushWanted: 48,
  /** Number of the last flush that is done, written by the consumer. */
  flushDone: 64,
} as const;

/** Kinds of record. */
export const recordKind = {
  /** Unused words at the end of the ring. */
  filler: 0,
  /** Each value is a float64: a number, or the id of a text where the event says so. */
  values: 1,
  /** Values that bring their types along. */
  typed: 2,
  /** Tells what an event is: its text from word 3 on, as JSON. */
  defineEvent: 3,
  /** Tells what a text id means: its text from word 3 on. */
  defineText: 4,
} as const;

/** Types of values in a record of the kind `typed`, two bits each. */
export const valueType = { number: 0, boolean: 1, text: 2 } as const;

/** Words before the values. */
export const recordHeaderWords = 3;

/** Values that a record can have. */
export const maxValues = 32;

/** UTF-16 units of all texts of a record together; more are cut off. */
export const maxTextUnits = 16_384;

/** Levels, by their number in a record. Audit records are kept longest. */
export const recordLevels = ["debug", "info", "warn", "error", "audit"] as const;

/** Level of a record: those of a log, or a record of the audit trail. */
export type RecordLevel = (typeof recordLevels)[number];

/** Number of each level. */
export const levelNumber: Readonly<Record<RecordLevel, number>> = {
  debug: 0,
  info: 1,
  warn: 2,
  error: 3,
  audit: 4,
};

/** Words of a text: its length, then 4 UTF-16 units a word. */
export function textWords(units: number): number {
  return 1 + ((units + 3) >> 2);
}

const minRingBytes = 65_536;
const maxRingBytes = 268_435_456;

/**
 * Shared memory for a ring.
 *
 * @param bytes Room for records: a power of two from 65536 to 268435456.
 * @throws {LogSetupError} when it is another number.
 */
export function makeRing(bytes: number): SharedArrayBuffer {
  if (!(bytes >= minRingBytes && bytes <= maxRingBytes && Number.isInteger(Math.log2(bytes)))) {
    throw new LogSetupError(
      `A log ring of ${bytes} bytes is not possible: use a power of two from ${minRingBytes} to ${maxRingBytes}`,
    );
  }
  return new SharedArrayBuffer(headerBytes + bytes);
}
