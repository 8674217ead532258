/**
 * Rows of streams that have a time each: candles and statistics. After an interruption those that were not told are
 * asked for.
 * @module
 */
import type { Instrument } from "../core/instrument.ts";
import type { PublicStream } from "./interfaces/public_dialect.ts";
import type { RecoveryQueue } from "./public_recovery_queue.ts";

/** What a series takes. */
export interface PublicSeriesOptions<Row> {
  readonly queue: RecoveryQueue;
  /** Epoch milliseconds that order the rows; a later row with the same time replaces the earlier one. */
  timeOf(row: Row): number;
  /** Asks for the rows of a stream from this time on, oldest first. */
  fetch(instrument: Instrument, stream: PublicStream, fromMs: number): Promise<Row[]>;
  onRow(row: Row): void;
}

interface Entry {
  readonly instrument: Instrument;
  readonly stream: PublicStream;
  live: boolean;
  interruption: number;
  /** Time of the last row that was told; 0 for none. */
  lastTime: number;
  /** Time of the first row that the stream told since the interruption. */
  firstLive: number;
}

/** Keeps series without holes. */
export class PublicSeries<Row> {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: PublicSeriesOptions<Row>) {}

  /** Expects rows of a stream. */
  add(instrument: Instrument, stream: PublicStream): void {
    this.#entries.set(keyOf(instrument.id, stream), {
      instrument,
      stream,
      live: true,
      interruption: 0,
      lastTime: 0,
      firstLive: Infinity,
    });
  }

  /** The stream is live. */
  begin(instrument: Instrument, stream: PublicStream): void {
    const entry = this.#entries.get(keyOf(instrument.id, stream));
    if (entry === undefined || entry.live) return;
    entry.live = true;
    if (entry.lastTime === 0) return;
    const { interruption, lastTime } = entry;
    this.options.queue.ask({
      what: `${stream} of ${instrument.exchangeSymbol}`,
      fetch: () => this.options.fetch(instrument, stream, lastTime),
      isWanted: () => entry.interruption === interruption,
      onAnswer: (rows = []) => {
        // The stream knows better about the rows that it has told.
        for (const row of rows) {
          const time = this.options.timeOf(row);
          if (time >= lastTime && time < entry.firstLive) this.#tell(entry, row, time);
        }
      },
    });
  }

  /** The streams of an instrument are gone. */
  lose(instrument: Instrument): void {
    for (const entry of this.#entries.values()) {
      if (entry.instrument.id !== instrument.id) continue;
      entry.live = false;
      entry.interruption += 1;
      entry.firstLive = Infinity;
    }
  }

  /** Takes a row of a stream. */
  onRow(instrument: number, stream: PublicStream, row: Row): void {
    const entry = this.#entries.get(keyOf(instrument, stream));
    if (entry === undefined) return;
    // A row may come before the answer to its subscription.
    this.begin(entry.instrument, stream);
    const time = this.options.timeOf(row);
    entry.firstLive = Math.min(entry.firstLive, time);
    this.#tell(entry, row, time);
  }

  #tell(entry: Entry, row: Row, time: number): void {
    entry.lastTime = Math.max(entry.lastTime, time);
    this.options.onRow(row);
  }
}

function keyOf(instrument: number, stream: PublicStream): string {
  return `${instrument} ${stream}`;
}
