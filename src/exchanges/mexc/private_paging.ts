/**
 * Whole lists from an interface that shortens them.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";

/** A list of so many pages has no end. */
const maxPages = 1_000;

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
 * @throws {ProtocolError} when more rows than one answer takes have the same time, or when the answers do not keep to
 *   the range: they cannot be listed.
 */
export async function wholeList<Row>(list: PagedList<Row>, range: TimeRange): Promise<Row[]> {
  const pages: Row[][] = [];
  const ranges = [range];
  while (ranges.length > 0) {
    const { from, to } = ranges.pop()!;
    if (pages.length === maxPages) {
      throw new ProtocolError(`MEXC's list of ${list.what} has no end: ${maxPages} answers`);
    }
    const page = oldestFirst(list, await list.page({ from, to }));
    pages.push(page);
    if (page.length < list.limit) continue;
    const first = list.timeOf(page[0]!);
    const last = list.timeOf(page.at(-1)!);
    if (first < from || last > to) {
      throw new ProtocolError(
        `MEXC told ${list.what} from ${first} to ${last}, asked for those of ${from} to ${to}`,
      );
    }
    if (first === last) {
      throw new ProtocolError(
        `MEXC told ${page.length} ${list.what} of the same millisecond ${first}: there may be more`,
      );
    }
    ranges.push({ from, to: first }, { from: last, to });
  }
  return merged(list, pages);
}

/** Rows of the same time keep their order, which is that of the list or its reverse. */
function oldestFirst<Row>(list: PagedList<Row>, page: readonly Row[]): Row[] {
  const ascends = page.length > 0 && list.timeOf(page[0]!) < list.timeOf(page.at(-1)!);
  return (ascends ? [...page] : page.toReversed()).sort((a, b) => list.timeOf(a) - list.timeOf(b));
}

/** Each row once. Older pages come first, so that rows of one moment that two pages share are in order. */
function merged<Row>(list: PagedList<Row>, pages: readonly Row[][]): Row[] {
  const rows = new Map<string, Row>();
  const ordered = pages.filter((page) => page.length > 0)
    .sort(([a], [b]) => list.timeOf(a!) - list.timeOf(b!));
  for (const row of ordered.flat()) {
    const id = list.idOf(row);
    if (!rows.has(id)) rows.set(id, row);
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
