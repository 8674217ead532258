/**
 * Reads tapes: recorded best quotes of several venues on one clock, as CSV.
 * @module
 */
import { DataFileError, errorMessage } from "../core/errors.ts";
import { decimalFromBytes } from "../exchanges/decimal.ts";

/** One best quote. The reader reuses the object. */
export interface TapeRow {
  /** Index of the venue in {@link TapeReader.venues}. */
  venue: number;
  /** Time of receipt in epoch milliseconds with fractions; never goes back. */
  time: number;
  /** Best bid in quote per base; NaN when the side is empty. */
  bid: number;
  /** Size in the venue's order unit. */
  bidQuantity: number;
  /** Best ask; NaN when the side is empty. */
  ask: number;
  askQuantity: number;
}

/** Column of each value, counted from 0. */
interface Columns {
  readonly time: number;
  /** Digits of the time column after the microseconds: 3 for `recv_ns`, 0 for `recv_us`, -3 for `recv_ms`. */
  readonly subMicroDigits: number;
  readonly venue: number;
  readonly bid: number;
  readonly bidQuantity: number;
  readonly ask: number;
  readonly askQuantity: number;
}

const timeColumns: readonly [name: string, subMicroDigits: number][] = [["recv_us", 0], ["recv_ns", 3], [
  "recv_ms",
  -3,
]];
const comma = 44;
const lineFeed = 10;
const carriageReturn = 13;
const maxColumns = 32;
const decoder = new TextDecoder();

/**
 * Takes the bytes of a tape piece by piece and hands over its rows. The first line names the columns: one of
 * `recv_us`, `recv_ns`, `recv_ms`, then `venue`, `bid`, `bid_qty`, `ask`, `ask_qty`; others are left alone.
 */
export class TapeReader {
  /** Names of the venues in the order in which they appeared. */
  readonly venues: string[] = [];
  readonly row: TapeRow = { venue: 0, time: 0, bid: NaN, bidQuantity: NaN, ask: NaN, askQuantity: NaN };
  #columns: Columns | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  #line = 0;
  #rows = 0;
  #unordered = 0;
  #venueBytes: Uint8Array[] = [];
  /** Bounds of the fields of the current line: field i is between stops[i] + 1 and stops[i + 1]. */
  readonly #stops = new Int32Array(maxColumns + 1);

  /**
   * @param name Name of the file, for errors.
   * @param onRow Called with the reused row.
   */
  constructor(private readonly name: string, private readonly onRow: (row: TapeRow) => void) {}

  /** Rows handed over. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows whose time was before the one of their predecessor; they were given that one's time. */
  get unordered(): number {
    return this.#unordered;
  }

  /**
   * Takes the next piece of the file.
   *
   * @throws {DataFileError} naming the line that is not as it should be.
   */
  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#readLine(bytes, start, end);
      start = end + 1;
    }
    this.#rest = bytes.slice(start);
  }

  /** The file has ended. @throws {DataFileError} as {@link TapeReader.push}, or when there was no row. */
  end(): void {
    if (this.#rest.length > 0) this.#readLine(this.#rest, 0, this.#rest.length);
    if (this.#rows === 0) {
      throw new DataFileError(`${this.name} holds no rows: it must be a CSV tape with a header`);
    }
  }

  #readLine(bytes: Uint8Array, start: number, lineEnd: number): void {
    this.#line += 1;
    const end = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    if (end === start) return;
    if (this.#columns === undefined) {
      this.#columns = this.#readHeader(decoder.decode(bytes.subarray(start, end)));
    } else this.#readRow(bytes, start, end, this.#columns);
  }

  #readHeader(text: string): Columns {
    const names = text.replace(/^\uFEFF/, "").split(",").map((name) => name.trim());
    const time = timeColumns.find(([name]) => names.includes(name));
    const missing = ["venue", "bid", "bid_qty", "ask", "ask_qty"].filter((name) => !names.includes(name));
    if (time === undefined) missing.unshift("recv_us (or recv_ns, recv_ms)");
    if (time === undefined || missing.length > 0) {
      throw new DataFileError(
        `${this.name} is no tape: its first line lacks the columns ${missing.join(", ")}`,
      );
    }
    if (names.length > maxColumns) {
      throw new DataFileError(
        `${this.name} has ${names.length} columns: more than ${maxColumns} cannot be read`,
      );
    }
    return {
      time: names.indexOf(time[0]),
      subMicroDigits: time[1],
      venue: names.indexOf("venue"),
      bid: names.indexOf("bid"),
      bidQuantity: names.indexOf("bid_qty"),
      ask: names.indexOf("ask"),
      askQuantity: names.indexOf("ask_qty"),
    };
  }

  #readRow(bytes: Uint8Array, start: number, end: number, columns: Columns): void {
    const fields = this.#split(bytes, start, end);
    const { row } = this;
    row.venue = this.#venueOf(bytes, columns.venue, fields);
    const time = this.#time(bytes, columns, fields);
    if (time >= row.time) row.time = time;
    else this.#unordered += 1;
    row.bid = this.#number(bytes, columns.bid, fields);
    row.bidQuantity = this.#number(bytes, columns.bidQuantity, fields);
    row.ask = this.#number(bytes, columns.ask, fields);
    row.askQuantity = this.#number(bytes, columns.askQuantity, fields);
    this.#rows += 1;
    this.onRow(row);
  }

  /** Finds the bounds of the fields of a line; returns their number. */
  #split(bytes: Uint8Array, start: number, end: number): number {
    const stops = this.#stops;
    let fields = 0;
    stops[0] = start - 1;
    for (let i = start; i < end && fields < maxColumns; i++) {
      if (bytes[i] === comma) stops[++fields] = i;
    }
    if (fields < maxColumns) stops[++fields] = end;
    return fields;
  }

  #venueOf(bytes: Uint8Array, column: number, fields: number): number {
    const [start, end] = this.#bounds(column, fields);
    const known = this.#venueBytes;
    for (let index = 0; index < known.length; index++) {
      if (sameBytes(known[index]!, bytes, start, end)) return index;
    }
    if (start === end) throw this.#error("the venue is empty");
    known.push(bytes.slice(start, end));
    this.venues.push(decoder.decode(bytes.subarray(start, end)));
    return known.length - 1;
  }

  #time(bytes: Uint8Array, columns: Columns, fields: number): number {
    const [start, end] = this.#bounds(columns.time, fields);
    // What is finer than a microsecond would not fit a double together with the date.
    const stop = columns.subMicroDigits > 0 ? end - columns.subMicroDigits : end;
    let value = 0;
    for (let i = start; i < stop; i++) {
      const digit = bytes[i]! - 48;
      if (!(digit >= 0 && digit <= 9)) throw this.#error("the time is not a whole number");
      value = value * 10 + digit;
    }
    if (stop <= start || value > Number.MAX_SAFE_INTEGER) {
      throw this.#error("the time is not a time of its unit");
    }
    return columns.subMicroDigits < 0 ? value : value / 1000;
  }

  #number(bytes: Uint8Array, column: number, fields: number): number {
    const [start, end] = this.#bounds(column, fields);
    if (start === end) return NaN;
    const value = decimalFromBytes(bytes, start, end);
    if (!(value < Infinity)) {
      throw this.#error(`"${decoder.decode(bytes.subarray(start, end))}" is not a number`);
    }
    return value;
  }

  #bounds(column: number, fields: number): [number, number] {
    if (column >= fields) throw this.#error(`there are only ${fields} columns`);
    return [this.#stops[column]! + 1, this.#stops[column + 1]!];
  }

  #error(what: string): DataFileError {
    return new DataFileError(`${this.name} line ${this.#line}: ${what}`);
  }
}

/**
 * Reads a tape from a file, unpacking it when its name ends in `.gz`.
 *
 * @param onProgress Called with the share of the file that was read, 0 to 1, and waited for.
 * @throws {DataFileError} when it cannot be read or is no tape.
 */
export async function readTapeFile(
  path: string,
  reader: TapeReader,
  onProgress: (share: number) => void | Promise<void>,
): Promise<void> {
  const file = await openFile(path);
  const { size } = await file.stat();
  let read = 0;
  const counted = file.readable.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller): void {
        read += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  const stream = path.endsWith(".gz") ? counted.pipeThrough(new DecompressionStream("gzip")) : counted;
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (let next = await nextChunk(path, chunks); !next.done; next = await nextChunk(path, chunks)) {
      reader.push(next.value);
      await onProgress(size === 0 ? 1 : read / size);
    }
  } finally {
    await chunks.return?.();
  }
  reader.end();
}

async function nextChunk<Chunk>(path: string, chunks: AsyncIterator<Chunk>): Promise<IteratorResult<Chunk>> {
  try {
    return await chunks.next();
  } catch (error) {
    throw new DataFileError(`Cannot unpack "${path}": ${errorMessage(error)}`);
  }
}

/**
 * Opens a file that the user named.
 *
 * @throws {DataFileError} when it is not there or cannot be read.
 */
export async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new DataFileError(`There is no file "${path}": check the path`);
    }
    throw new DataFileError(`Cannot read the file "${path}": ${errorMessage(error)}`);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) {
    if (known[i] !== bytes[start + i]) return false;
  }
  return true;
}
