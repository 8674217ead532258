/**
 * Recorded best quotes as a market.
 * @module
 */
import { DataFileError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import { DecimalStep } from "../../core/decimal_step.ts";
import { listInstrument } from "../market/listing.ts";
import type { MarketSource, OpenMarket, SourceContext } from "../market/market_source.ts";
import { MarketUpkeep } from "../market/market_upkeep.ts";
import { Playback, type Scene } from "../market/playback.ts";
import { QuotedBook } from "./quoted_book.ts";
import { decimalsOf, readTape, type Tape } from "./tape_file.ts";

/** A venue of a tape. */
export interface TapeVenue {
  readonly exchange: ExchangeKey;
  /** Base units per contract as decimal text; "1" when absent, which is right for spot. */
  readonly contractSize?: string;
}

/** How a tape is played. */
export interface TapeOptions {
  /** Base coin of everything on the tape; the quote coin is USDT. */
  readonly base: string;
  /** The venues by the name in the tape; rows of other names are left out. */
  readonly venues: Readonly<Record<string, TapeVenue>>;
  /** Recorded seconds per second. Default 1. */
  readonly speed?: number;
  /** Starts over at the end. Default false: the last quotes stand. */
  readonly repeat?: boolean;
  /** Levels a side, most of them invented. Default 40. */
  readonly levels?: number;
}

/** Mean distance of the invented levels in basis points, one tick at least. */
const gapBps = 1;

/** Plays recorded quotes. Tick and lot are the finest decimals that the recording shows. */
export class TapeSource implements MarketSource {
  readonly #tape: Tape;
  readonly #options: TapeOptions;

  private constructor(tape: Tape, options: TapeOptions) {
    this.#tape = tape;
    this.#options = options;
  }

  /**
   * Reads a tape.
   *
   * @throws {DataFileError} when the file cannot be read, has other columns, or lacks a venue that was named.
   */
  static async load(path: string | URL, options: TapeOptions): Promise<TapeSource> {
    const tape = await readTape(path);
    for (const name of Object.keys(options.venues)) {
      if (!tape.venue.includes(name)) throw new DataFileError(`The tape ${path} has no venue "${name}"`);
    }
    return new TapeSource(tape, options);
  }

  /** Length of the tape as it is played, in milliseconds. */
  get durationMs(): number {
    return (this.#tape.offsetMs.at(-1) ?? 0) / (this.#options.speed ?? 1);
  }

  open(context: SourceContext): OpenMarket {
    const names = Object.keys(this.#options.venues);
    const books = new Map(names.map((name) => [name, this.#book(name, context)]));
    const playback = new Playback(context.clock, this.#scenes(books, context));
    for (const name of names) this.#play(this.#tape.venue.indexOf(name), books.get(name)!, context);
    const instruments = [...books.values()].map((book) => book.instrument);
    const upkeep = new MarketUpkeep(context, instruments);
    return {
      instruments,
      start: (): void => {
        playback.start();
        upkeep.start();
      },
      stop: (): void => {
        playback.stop();
        upkeep.stop();
      },
    };
  }

  #book(name: string, { random, clock }: SourceContext): QuotedBook {
    const { base, venues, levels = 40 } = this.#options;
    const venue = venues[name]!;
    const rows = [...this.#tape.venue.keys()].filter((row) => this.#tape.venue[row] === name);
    const prices = rows.flatMap((row) => [this.#tape.bid[row]!, this.#tape.ask[row]!]);
    const sizes = rows.flatMap((row) => [this.#tape.bidSize[row]!, this.#tape.askSize[row]!]);
    const tick = DecimalStep.ofDecimals(decimalsOf(prices));
    const lot = DecimalStep.ofDecimals(decimalsOf(sizes));
    const price = Number(prices[0]);
    const instrument = listInstrument({
      exchange: venue.exchange,
      base,
      tick: tick.format(1),
      lot: lot.format(1),
      contractSize: venue.contractSize ?? "1",
      price,
      openedMs: Math.floor(clock.epochMs()),
      past: random.fork("past"),
    }, random.fork(name));
    const sorted = sizes.map(Number).sort((a, b) => a - b);
    return new QuotedBook(instrument, {
      levels,
      gapTicks: Math.max(1, Math.round(price * gapBps * 1e-4 / tick.size)),
      typicalLots: lot.nearest(sorted[sorted.length >> 1] ?? lot.size),
    });
  }

  *#scenes(books: ReadonlyMap<string, QuotedBook>, context: SourceContext): Generator<Scene> {
    const { speed = 1, repeat = false } = this.#options;
    for (let round = 0; round === 0 || repeat; round++) {
      for (let row = 0; row < this.#tape.venue.length; row++) {
        const book = books.get(this.#tape.venue[row]!);
        if (book === undefined) continue;
        const atMs = round * this.durationMs + this.#tape.offsetMs[row]! / speed;
        yield { atMs, play: (): void => this.#play(row, book, context) };
      }
    }
  }

  /** Shows one row. A row whose bid is not under its ask is an error of the recording and left out. */
  #play(row: number, book: QuotedBook, { clock }: SourceContext): void {
    const { instrument } = book;
    const { tick, lot } = instrument.spec;
    const bid = tick.nearest(Number(this.#tape.bid[row]));
    const ask = tick.nearest(Number(this.#tape.ask[row]));
    if (!(bid > 0 && bid < ask)) return;
    const bidLots = Math.max(1, lot.nearest(Number(this.#tape.bidSize[row])));
    const askLots = Math.max(1, lot.nearest(Number(this.#tape.askSize[row])));
    instrument.indexPrice = tick.value((bid + ask) / 2);
    book.quote(bid, bidLots, ask, askLots, Math.floor(clock.epochMs()));
  }
}
