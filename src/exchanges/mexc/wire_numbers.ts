/**
 * Numbers that MEXC writes as text.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";
import { asciiText, integerFromBytes, readDecimal } from "../decimal.ts";
import type { ProtobufReader } from "./protobuf_reader.ts";

/**
 * Reads a decimal number into `out[index]`; NaN when the text is empty.
 *
 * @param reader Stands at the value of a text field.
 * @throws {ProtocolError} when it is anything else.
 */
export function readDecimalField(
  reader: ProtobufReader,
  limit: number,
  out: Float64Array,
  index: number,
): void {
  reader.slice(limit);
  const { bytes, start, end } = reader;
  if (start === end) {
    out[index] = NaN;
    return;
  }
  readDecimal(bytes, start, end, out, index);
  if (!(out[index]! < Infinity)) throw notDecimal(bytes, start, end);
}

/** Reads a version: a whole number as text. @throws {ProtocolError} when it is anything else. */
export function readVersion(reader: ProtobufReader, limit: number): number {
  reader.slice(limit);
  return versionOf(reader.bytes, reader.start, reader.end);
}

/** The version in these bytes. @throws {ProtocolError} when they are no whole number. */
export function versionOf(bytes: Uint8Array, start: number, end: number): number {
  const version = integerFromBytes(bytes, start, end);
  if (!Number.isNaN(version)) return version;
  throw new ProtocolError(
    `MEXC version "${asciiText(bytes, start, end)}" is not a whole number of up to 15 digits`,
  );
}

/** The error for a number that is none. */
export function notDecimal(bytes: Uint8Array, start: number, end: number): ProtocolError {
  return new ProtocolError(
    `MEXC number "${asciiText(bytes, start, Math.min(end, start + 40))}" is not a decimal`,
  );
}
