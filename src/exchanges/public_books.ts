/**
 * The books of one venue: streams of changes joined with whole books, by request or from the stream itself.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { DepthUpdate } from "../core/depth_update.ts";
import { errorMessage } from "../core/errors.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Logger } from "../logging/logger.ts";
import { BookSynchroniser, type BreakReason } from "../market/book_synchroniser.ts";
import { OrderBook } from "../market/order_book.ts";
import { Backoff } from "../net/backoff.ts";
import { PacedQueue } from "../net/paced_queue.ts";
import type { Delivery } from "./interfaces/public_channels.ts";
import type { PublicDialect } from "./interfaces/public_dialect.ts";

/** What the books take. */
export interface PublicBooksOptions {
  readonly dialect: PublicDialect;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  /** Asks for a whole book. */
  fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate>;
  /** Ends the stream of a book and starts it anew. */
  renew(instrument: Instrument): void;
  /** A usable book has changed or has become usable. */
  onBook(book: OrderBook): void;
  /** A book that was usable no longer is. */
  onBroken(book: OrderBook, reason: BreakReason): void;
}

/** Counts of what happened to a venue's books. */
export interface BookCounts {
  /** Books whose prices may be used. */
  readonly usable: number;
  readonly total: number;
  /** Updates that did not follow their predecessor. */
  readonly gaps: number;
  /** Books that became usable again after they had been. */
  readonly resyncs: number;
}

/** One book with everything that keeps it up. */
interface Entry {
  readonly instrument: Instrument;
  readonly synchroniser: BookSynchroniser;
  readonly retry: Backoff;
  retryTimer: Timer | undefined;
}

/**
 * Snapshots: at most 14 a second, four at once. MEXC lets 20 requests a second pass, of which 5 are kept for cancels,
 * and Gate.io 200 in 10 s.
 */
export const snapshotSpacingMs = 70;
const snapshotsAtOnce = 4;
const snapshotRetry = { baseMs: 200, capMs: 10_000 };
/** A stream that begins with the whole book does so within this time. */
const wholeBookMs = 5_000;

/** Keeps books continuous. */
export class PublicBooks {
  readonly #entries = new Map<InstrumentId, Entry>();
  readonly #wholeBooks: PacedQueue;
  #stopped = false;
  /** The instrument whose stream is beginning at this moment. */
  #beginning: InstrumentId | undefined;

  constructor(private readonly options: PublicBooksOptions) {
    this.#wholeBooks = new PacedQueue({
      clock: options.clock,
      spacingMs: snapshotSpacingMs,
      concurrency: snapshotsAtOnce,
    });
  }

  /** Makes the book of an instrument. It becomes usable when its stream has begun. */
  add(instrument: Instrument): void {
    const book = new OrderBook(instrument.id);
    this.#entries.set(instrument.id, {
      instrument,
      retry: new Backoff(this.options.random.fork(instrument.exchangeSymbol), snapshotRetry),
      retryTimer: undefined,
      synchroniser: new BookSynchroniser(book, this.options.dialect.sequence, {
        requestSnapshot: (_, generation) => this.#requestWholeBook(instrument.id, generation),
        onBroken: (_, reason) => this.#onBroken(instrument, book, reason),
        onSynchronised: () => this.options.onBook(book),
      }),
    });
  }

  /** The stream of a book is live. */
  begin(instrument: InstrumentId): void {
    this.#beginning = instrument;
    this.#entries.get(instrument)?.synchroniser.start();
    this.#beginning = undefined;
  }

  /** The stream of a book is gone. */
  lose(instrument: InstrumentId): void {
    this.#entries.get(instrument)?.synchroniser.stop();
  }

  /** Stops everything; every book becomes unusable. */
  stop(): void {
    this.#stopped = true;
    this.#wholeBooks.clear();
    for (const { retryTimer } of this.#entries.values()) retryTimer?.cancel();
  }

  /** Makes every book unusable. */
  loseAll(): void {
    for (const { synchroniser } of this.#entries.values()) synchroniser.stop();
  }

  /** The book of an instrument. */
  book(instrument: InstrumentId): OrderBook | undefined {
    return this.#entries.get(instrument)?.synchroniser.book;
  }

  /** Breaks and resynchronisations of one book so far. */
  countsOf(instrument: InstrumentId): Pick<BookCounts, "gaps" | "resyncs"> {
    const { gaps = 0, resyncs = 0 } = this.#entries.get(instrument)?.synchroniser ?? {};
    return { gaps, resyncs };
  }

  /** What happened to the books so far. */
  counts(): BookCounts {
    let usable = 0, gaps = 0, resyncs = 0;
    for (const { synchroniser } of this.#entries.values()) {
      if (synchroniser.book.usable) usable += 1;
      gaps += synchroniser.gaps;
      resyncs += synchroniser.resyncs;
    }
    return { usable, total: this.#entries.size, gaps, resyncs };
  }

  /** Takes a change. `receivedAt` is in monotonic milliseconds. */
  onDepth(update: DepthUpdate, receivedAt: number, delivery: Delivery): void {
    const synchroniser = this.#entries.get(update.instrument)?.synchroniser;
    if (synchroniser === undefined) return;
    // An update may come before the answer to its subscription.
    this.begin(update.instrument);
    if (delivery === "overlap" && !trimmed(update, synchroniser.book)) return;
    if (synchroniser.onUpdate(update, receivedAt) === "applied") this.options.onBook(synchroniser.book);
  }

  #onBroken(instrument: Instrument, book: OrderBook, reason: BreakReason): void {
    if (this.#stopped) return;
    const { logger, dialect, onBroken } = this.options;
    logger.warn("Book unusable", { exchange: dialect.exchange, symbol: instrument.exchangeSymbol, reason });
    onBroken(book, reason);
  }

  #requestWholeBook(instrument: InstrumentId, generation: number): void {
    if (this.#stopped) return;
    if (this.options.dialect.wholeBook === "request") this.#queueSnapshot(instrument, generation);
    // A stream that is beginning sends the whole book by itself.
    else if (this.#beginning === instrument) this.#awaitWholeBook(instrument, generation);
    else this.#queueRenewal(instrument, generation);
  }

  #queueSnapshot(instrument: InstrumentId, generation: number): void {
    if (!this.#stopped) this.#wholeBooks.push(() => this.#fetchSnapshot(instrument, generation));
  }

  async #fetchSnapshot(id: InstrumentId, generation: number): Promise<void> {
    const { instrument, synchroniser, retry } = this.#entries.get(id)!;
    if (!synchroniser.wantsSnapshot(generation)) return;
    const snapshot = await this.#tryFetch(instrument);
    const { clock } = this.options;
    if (snapshot !== undefined && synchroniser.onSnapshot(snapshot, clock.monotonicMs(), generation)) {
      return retry.reset();
    }
    if (this.#stopped || !synchroniser.wantsSnapshot(generation)) return;
    this.#later(id, retry.next(), () => this.#queueSnapshot(id, generation));
  }

  /** A snapshot, or undefined when there is none to be had now. */
  async #tryFetch(instrument: Instrument): Promise<DepthUpdate | undefined> {
    const { dialect, logger } = this.options;
    try {
      return await this.options.fetchDepth(instrument, dialect.snapshotDepth);
    } catch (error) {
      logger.warn("No snapshot", {
        exchange: dialect.exchange,
        symbol: instrument.exchangeSymbol,
        error: errorMessage(error),
      });
      return undefined;
    }
  }

  /** Ends the stream and starts it anew, as fast as snapshots are asked for. */
  #queueRenewal(id: InstrumentId, generation: number): void {
    this.#wholeBooks.push(() => {
      const { instrument, synchroniser } = this.#entries.get(id)!;
      if (!this.#stopped && synchroniser.wantsSnapshot(generation)) {
        this.options.renew(instrument);
        this.#awaitWholeBook(id, generation);
      }
      return Promise.resolve();
    });
  }

  #awaitWholeBook(id: InstrumentId, generation: number): void {
    this.#later(id, wholeBookMs, () => {
      if (!this.#stopped && this.#entries.get(id)!.synchroniser.wantsSnapshot(generation)) {
        this.#queueRenewal(id, generation);
      }
    });
  }

  #later(id: InstrumentId, delayMs: number, callback: () => void): void {
    const entry = this.#entries.get(id)!;
    entry.retryTimer?.cancel();
    entry.retryTimer = this.options.clock.setTimer(delayMs, callback);
  }
}

/**
 * Takes away from a change what the book has: sizes are absolute, so the rest is a change of its own. Returns whether
 * there is a rest.
 */
function trimmed(update: DepthUpdate, book: OrderBook): boolean {
  if (!book.usable || update.full) return true;
  if (update.lastId <= book.version) return false;
  update.firstId = Math.max(update.firstId, book.version + 1);
  return true;
}
