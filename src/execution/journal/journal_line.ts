/**
 * A record as a line of text: CRC-32 of what follows in 8 hexadecimal digits, a blank, JSON.
 * @module
 */
import { crc32 } from "node:zlib";
import type { JournalEvent, JournalRecord } from "../journal_record.ts";
import { JournalError } from "./journal_error.ts";
import { parseRecord } from "./journal_schema.ts";

const digits = 8;
/** Bytes of the checksum and the blank. */
const headBytes = digits + 1;
const blank = 0x20;
const lineBreak = 0x0a;
const hexadecimal = new TextEncoder().encode("0123456789abcdef");
/** So much of a torn line is shown. */
const shownBytes = 120;

/** The end of a journal that was not written whole. */
export interface TornTail {
  /** Byte at which it begins. */
  readonly from: number;
  readonly bytes: number;
  /** Its beginning, for people. */
  readonly text: string;
}

/** What stands in the bytes of a journal. */
export interface JournalText {
  readonly records: readonly JournalRecord[];
  /** Bytes that these take; what comes after is torn. */
  readonly bytes: number;
  readonly torn?: TornTail;
}

/** Writes lines into one buffer that is used again and again. */
export class LineEncoder {
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(8_192);

  /**
   * The line of an event.
   *
   * @returns Bytes that are good until the next call.
   * @throws {JournalError} when a number in it is not finite: JSON has no text for it.
   */
  encode(event: JournalEvent, sequence: number, at: number): Uint8Array<ArrayBuffer> {
    const text = `{"sequence":${sequence},"at":${at},${JSON.stringify(event).slice(1)}`;
    // JSON writes null where a number is not finite, and null is rare where it is meant.
    if (text.includes(":null")) requireFinite(event, event.kind);
    // No character takes more than three bytes.
    const longest = headBytes + 3 * text.length + 1;
    if (this.#buffer.length < longest) this.#buffer = new Uint8Array(2 * longest);
    const buffer = this.#buffer;
    const { written } = this.#encoder.encodeInto(text, buffer.subarray(headBytes));
    const end = headBytes + written;
    writeChecksum(buffer, crc32(buffer.subarray(headBytes, end)));
    buffer[digits] = blank;
    buffer[end] = lineBreak;
    return buffer.subarray(0, end + 1);
  }
}

/**
 * Reads the lines of a journal. Only its last line can have been under way when a process or a machine ended: when it
 * is not whole it is left out and told of. Nothing was sent after it.
 *
 * @param source Where the bytes are from, for errors.
 * @param first Number of the first record; any when it is left out.
 * @throws {JournalError} when a line before the end is damaged, missing, or of another version.
 */
export function readLines(bytes: Uint8Array, source: string, first?: number): JournalText {
  const records: JournalRecord[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const end = bytes.indexOf(lineBreak, start);
    const isLast = end < 0 || end === bytes.length - 1;
    const value = end < 0 ? undefined : checkedValue(bytes.subarray(start, end));
    if (value === undefined) {
      if (!isLast) throw damaged(source, line, "its checksum is wrong");
      return { records, bytes: start, torn: tornTail(bytes, start) };
    }
    const record = parseRecord(value);
    if (typeof record === "string") {
      throw new JournalError(
        `Line ${line} of the journal ${source} is none of this version (${record}): ` +
          "start the version of cexarb that wrote it",
      );
    }
    const expected = records.length > 0 ? records.at(-1)!.sequence + 1 : first;
    if (expected !== undefined && record.sequence !== expected) {
      throw damaged(source, line, `record ${expected} is missing, record ${record.sequence} is in its place`);
    }
    records.push(record);
    start = end + 1;
  }
  return { records, bytes: start };
}

function damaged(source: string, line: number, what: string): JournalError {
  return new JournalError(
    `Line ${line} of the journal ${source} is damaged (${what}), and more lines follow, so orders may be unknown: ` +
      "cancel all open orders at the venues by hand, compare positions and balances, then move the journal's folder " +
      "aside and start with a new one",
  );
}

/** What stands behind the right checksum; undefined when it is not the right one. */
function checkedValue(line: Uint8Array): unknown {
  if (line.length < headBytes || line[digits] !== blank) return undefined;
  const content = line.subarray(headBytes);
  const checksum = new Uint8Array(digits);
  writeChecksum(checksum, crc32(content));
  if (!checksum.every((digit, index) => digit === line[index])) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch {
    // Damage passes the checksum once in four thousand million times.
    return undefined;
  }
}

function writeChecksum(target: Uint8Array, checksum: number): void {
  for (let index = digits - 1, rest = checksum; index >= 0; index--, rest >>>= 4) {
    target[index] = hexadecimal[rest & 15]!;
  }
}

function tornTail(bytes: Uint8Array, from: number): TornTail {
  const text = new TextDecoder().decode(bytes.subarray(from, from + shownBytes));
  return { from, bytes: bytes.length - from, text };
}

function requireFinite(value: unknown, path: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new JournalError(
      `Cannot write ${path} into the journal: it is ${value}, and must be a finite number`,
    );
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) requireFinite(part, `${path}.${key}`);
}
