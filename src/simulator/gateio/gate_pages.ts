/**
 * Parts of long lists, by page and by time.
 * @module
 */
import { gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";

const daySeconds = 86_400;

/** A page of a list and the headers that say which. */
export interface GatePage<Row> {
  readonly rows: Row[];
  readonly headers: Readonly<Record<string, string>>;
}

/** How long pages are. */
export interface PageRules {
  /** Default 100. */
  readonly fallback?: number;
  /** Default 1000. */
  readonly max?: number;
}

/**
 * Takes the page that `page` (from 1) and `limit`, or `offset` and `limit`, name.
 *
 * @throws {GateRestError} INVALID_PARAM_VALUE.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  fields: GateFields,
  { fallback = 100, max = 1000 }: PageRules = {},
): GatePage<Row> {
  const limit = fields.whole("limit", fallback, 1, max);
  const page = fields.whole("page", 1, 1);
  const offset = fields.whole("offset", (page - 1) * limit, 0);
  return {
    rows: rows.slice(offset, offset + limit),
    headers: {
      "X-Pagination-Page": String(page),
      "X-Pagination-Limit": String(limit),
      "X-Pagination-Total": String(rows.length),
      "X-Pagination-Offset": String(offset),
    },
  };
}

/** Keeps what happened within a span of time. */
export type InSpan = (timeMs: number) => boolean;

/**
 * The span of `from` and `to` in Unix seconds, both inclusive.
 *
 * @param lookBackDays Length of the span when `from` is absent.
 * @param maxDays Longest span. UNCONFIRMED: the refusal of a longer one.
 * @throws {GateRestError} INVALID_PARAM_VALUE.
 */
export function spanOf(fields: GateFields, nowMs: number, lookBackDays: number, maxDays = Infinity): InSpan {
  const to = fields.whole("to", Math.floor(nowMs / 1000), 0);
  const from = fields.whole("from", Math.max(0, to - lookBackDays * daySeconds), 0);
  if (from > to || to - from > maxDays * daySeconds) {
    throw gateRestErrors.badParameter("from", String(from));
  }
  return (timeMs) => timeMs >= from * 1000 && timeMs < (to + 1) * 1000;
}
