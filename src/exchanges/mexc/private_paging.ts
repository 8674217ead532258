/**
 * Whole lists from an interface that shortens them.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";

/** A range of time, both ends included, epoch milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** One kind of list. */
export interface PagedList<Row> {
  /** What is listed, for errors. */
  readonly what: string;
  /** Most rows of one answer. */
  readonly limit: number;
  /** Asks for the rows of a range. Which of them are left out when there are too many is not known. */
  page(range: TimeRange): Promise<Row[]>;
  /** When a row happened, epoch milliseconds. */
  timeOf(row: Row): number;
  /** What tells two rows apart. */
  idOf(row: Row): string;
}

/**
 * Every row of a range, oldest first. A full answer may have left rows out at either end (UNCONFIRMED: lists are newest
 * first and the oldest rows are cut off), so what is before and after its rows is asked for again, until no answer is
 * full. The ranges overlap by a millisecond: rows of one moment may be split between two answers.
 *
 * @throws {ProtocolError} when more rows than one answer takes have the same time: they cannot be listed.
 */
export async function wholeList<Row>(list: PagedList<Row>, range: TimeRange): Promise<Row[]> {
  const rows = new Map<string, Row>();
  const ranges = [range];
  while (ranges.length > 0) {
    const { from, to } = ranges.pop()!;
    const page = await list.page({ from, to });
    for (const row of page) rows.set(list.idOf(row), row);
    if (page.length < list.limit) continue;
    const times = page.map((row) => list.timeOf(row));
    const [first, last] = [Math.min(...times), Math.max(...times)];
    if (first === last) {
      throw new ProtocolError(
        `MEXC told ${page.length} ${list.what} of the same millisecond ${first}: there may be more`,
      );
    }
    ranges.push({ from, to: first }, { from: last, to });
  }
  return [...rows.values()].sort((a, b) => list.timeOf(a) - list.timeOf(b));
}

/** A range in parts of at most `lengthMs`, oldest first. */
export function partsOf({ from, to }: TimeRange, lengthMs: number): TimeRange[] {
  const parts: TimeRange[] = [];
  for (let start = from; start <= to; start += lengthMs) {
    parts.push({ from: start, to: Math.min(to, start + lengthMs - 1) });
  }
  return parts;
}
