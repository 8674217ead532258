/**
 * Whole lists from pages.
 * @module
 */
import * as v from "valibot";
import { ProtocolError } from "../../core/errors.ts";
import type { Fill } from "../../core/fill.ts";
import { checkBody } from "../wire_schema.ts";
import type { GateioQuery, GateioSender } from "./private_sender.ts";

/** A list and how it is paged. */
export interface Listing<Row> {
  readonly path: string;
  readonly query: GateioQuery;
  readonly schema: v.GenericSchema<unknown, Row>;
  /** Rows of a page, as many as the venue allows. */
  readonly limit: number;
  /** Whether pages are counted or rows are skipped. */
  readonly by: "page" | "offset";
}

/** A listing this long has no end. */
const maxPages = 100;
const daySeconds = 86_400;
/** How far back finished orders are searched for a client order id: what the venue lists by itself. */
export const searchMs = 7 * daySeconds * 1000;

/** Reads page after page and hands each over, until the last one or until `page` says that it has seen enough. */
async function eachPage<Row>(
  sender: GateioSender,
  { path, query, schema, limit, by }: Listing<Row>,
  page: (rows: Row[]) => boolean,
): Promise<void> {
  for (let number = 0; number < maxPages; number++) {
    const offset = number * limit;
    const position = by === "page" ? { page: number + 1 } : { offset };
    const { body, total } = await sender.ask(path, { ...query, limit, ...position });
    const rows = checkBody(v.array(schema), body, `Gate.io ${path}`);
    if (page(rows)) return;
    if (rows.length >= limit) continue;
    // An order that a shortened list leaves out would be taken for one that does not exist.
    if (total !== undefined && offset + rows.length < total) {
      throw new ProtocolError(
        `Gate.io ${path} is not whole: ${rows.length} rows from row ${offset} on, of ${total}`,
      );
    }
    return;
  }
  throw new ProtocolError(`Gate.io ${path} has no end: ${maxPages} pages of ${limit} rows`);
}

/**
 * All rows of a list, each once: what comes on top while pages are read moves rows to the next page.
 *
 * @param key What tells rows apart.
 * @throws {ProtocolError} when the list is not whole, and what {@link GateioSender.ask} throws.
 */
export async function allRows<Row>(
  sender: GateioSender,
  listing: Listing<Row>,
  key: (row: Row) => string,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  await eachPage(sender, listing, (page) => {
    for (const row of page) if (!rows.has(key(row))) rows.set(key(row), row);
    return false;
  });
  return [...rows.values()];
}

/** The first row of a list that `isWanted` says yes to; undefined when there is none. Errors as {@link allRows}. */
export async function findRow<Row>(
  sender: GateioSender,
  listing: Listing<Row>,
  isWanted: (row: Row) => boolean,
): Promise<Row | undefined> {
  let found: Row | undefined;
  await eachPage(sender, listing, (rows) => {
    found = rows.find(isWanted);
    return found !== undefined;
  });
  return found;
}

/**
 * Own trades from a moment on, each once, oldest first. Errors as {@link allRows}.
 *
 * @param listing Without the span of time, which is added.
 * @param key What tells rows apart.
 */
export async function fillsSince<Row>(
  sender: GateioSender,
  listing: Listing<Row>,
  sinceMs: number,
  key: (row: Row) => string,
  fillOf: (row: Row) => Fill,
): Promise<Fill[]> {
  const fills = new Map<string, Fill>();
  for (const span of spansSince(sinceMs, sender.nowMs)) {
    const rows = await allRows(sender, { ...listing, query: { ...listing.query, ...span } }, key);
    for (const row of rows) fills.set(key(row), fillOf(row));
  }
  return oldestFirst([...fills.values()], sinceMs);
}

/** How far clocks may differ. */
const clockSeconds = 2;

/** `from` and `to` in Unix seconds, both inclusive; the last span has no end. */
export interface QuerySpan {
  readonly from: number;
  readonly to: number | undefined;
}

/**
 * The time from `sinceMs` to now, and a little before, in spans that the venue answers: at most 30 days; these are of
 * 29.
 */
export function spansSince(sinceMs: number, nowMs: number): QuerySpan[] {
  const length = 29 * daySeconds;
  const end = Math.floor(nowMs / 1000);
  const spans: QuerySpan[] = [];
  // The venue refuses a beginning in the future, and its clock may be a little behind.
  let from = Math.max(0, Math.floor(Math.min(sinceMs, nowMs) / 1000) - clockSeconds);
  for (; from + length < end; from += length) spans.push({ from, to: from + length - 1 });
  spans.push({ from, to: undefined });
  return spans;
}

/** Fills from a moment on in the order of their time; those of one moment in the order of their ids. */
function oldestFirst(fills: readonly Fill[], sinceMs: number): Fill[] {
  return fills.filter(({ time }) => time >= sinceMs).sort((a, b) =>
    a.time - b.time || a.tradeId.length - b.tradeId.length || (a.tradeId < b.tradeId ? -1 : 1)
  );
}
