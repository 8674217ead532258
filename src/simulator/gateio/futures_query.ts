/**
 * Query parameters of the Gate.io futures endpoints.
 * @module
 */
import { gateRestErrors } from "./gate_errors.ts";
import { wholeNumber } from "./gate_fields.ts";
import { limitOf } from "./gate_query.ts";

/** A part of a list. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** A span of time in Unix seconds, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A parameter that is a whole number from 0. @throws {GateRestError} INVALID_PARAM_VALUE. */
export function wholeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const value = wholeNumber(text);
  if (!(value >= 0)) throw gateRestErrors.badParameter(name, text);
  return value;
}

/** `limit` and `offset`. @throws {GateRestError} INVALID_PARAM_VALUE. */
export function pageOf(query: URLSearchParams, fallback = 100, max = 1000): Page {
  return { limit: limitOf(query, fallback, max), offset: wholeOf(query, "offset") ?? 0 };
}

/** The rows of a page. */
export function paged<Row>(rows: readonly Row[], { limit, offset }: Page): Row[] {
  return rows.slice(offset, offset + limit);
}

/** `from` and `to`; what is absent is endless. @throws {GateRestError} INVALID_PARAM_VALUE. */
export function spanOf(query: URLSearchParams): Span {
  return { from: wholeOf(query, "from") ?? 0, to: wholeOf(query, "to") ?? Infinity };
}

/** Whether a moment in epoch milliseconds lies within a span. */
export function within({ from, to }: Span, epochMs: number): boolean {
  return epochMs >= from * 1000 && Math.floor(epochMs / 1000) <= to;
}

/** A yes or no; anything but `true` is no. */
export function flagOf(query: URLSearchParams, name: string): boolean {
  return query.get(name) === "true";
}
