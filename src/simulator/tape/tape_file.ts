/**
 * Recorded best quotes: CSV with one row per quote of one venue.
 * @module
 */
import { DataFileError, errorMessage } from "../../core/errors.ts";

/** Quotes of a tape as columns, in the order of the file. Prices and sizes are texts as recorded. */
export interface Tape {
  /** Milliseconds since the first row. */
  readonly offsetMs: Float64Array;
  readonly venue: readonly string[];
  readonly bid: readonly string[];
  readonly bidSize: readonly string[];
  readonly ask: readonly string[];
  readonly askSize: readonly string[];
}

/** Time columns that tapes use, and how many of their units make a millisecond. */
const timeColumns: Readonly<Record<string, number>> = { recv_ns: 1e6, recv_us: 1e3, recv_ms: 1 };
const quoteColumns = "venue,bid,bid_qty,ask,ask_qty";

/**
 * Reads a tape, packed with gzip when its name ends in `.gz`.
 *
 * @throws {DataFileError} when the file cannot be read or has other columns.
 */
export async function readTape(path: string | URL): Promise<Tape> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    throw new DataFileError(`Cannot read the tape ${path}: ${errorMessage(error)}`);
  }
  const [header = "", ...rows] = text.trimEnd().split("\n");
  const [time = "", ...columns] = header.trim().split(",");
  const unitsPerMs = timeColumns[time];
  if (unitsPerMs === undefined || !columns.join().startsWith(quoteColumns) || rows.length === 0) {
    throw new DataFileError(
      `Cannot use the tape ${path}: its first columns must be recv_ns, recv_us or recv_ms, then ${quoteColumns}`,
    );
  }
  return parseRows(rows, unitsPerMs);
}

async function readText(path: string | URL): Promise<string> {
  if (!String(path).endsWith(".gz")) return await Deno.readTextFile(path);
  const file = await Deno.open(path);
  return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).text();
}

function parseRows(rows: readonly string[], unitsPerMs: number): Tape {
  const cells = rows.map((row) => row.split(","));
  const column = (index: number): string[] => cells.map((row) => row[index] ?? "");
  const first = Number(cells[0]![0]);
  const offsetMs = Float64Array.from(cells, (row) => (Number(row[0]) - first) / unitsPerMs);
  return {
    offsetMs,
    venue: column(1),
    bid: column(2),
    bidSize: column(3),
    ask: column(4),
    askSize: column(5),
  };
}

/** Decimals that a list of decimal texts needs, superfluous zeros not counted. */
export function decimalsOf(texts: Iterable<string>): number {
  let decimals = 0;
  for (const text of texts) {
    const fraction = /\.(\d*?)0*$/.exec(text)?.[1] ?? "";
    decimals = Math.max(decimals, fraction.length);
  }
  return decimals;
}
