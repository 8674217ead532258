/**
 * Market data of one venue, the same for every venue: books that prove their continuity, and best quotes.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import type { Clock, Timer } from "../../core/clock.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";
import { errorMessage } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument, InstrumentId } from "../../core/instrument.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Logger } from "../../logging/logger.ts";
import { BookSynchroniser, type BreakReason } from "../../market/book_synchroniser.ts";
import { OrderBook } from "../../market/order_book.ts";
import { Backoff } from "../../net/backoff.ts";
import { PacedQueue } from "../../net/paced_queue.ts";
import type { PublicWebSocketClient } from "../public_websocket_client.ts";
import type { PublicRest } from "./public_rest.ts";

/** What a composite tells, by channel. */
export interface CompositeChannels {
  /** A usable book has changed or has become usable. */
  book(book: OrderBook): void;
  /** A book that was usable no longer is. Its prices must not be read. */
  broken(book: OrderBook, reason: BreakReason): void;
  /** A best bid or ask has changed. The struct is reused. */
  bookTicker(ticker: BookTicker): void;
}

/** What a composite takes. */
export interface CompositePublicExchangeOptions {
  readonly exchange: ExchangeKey;
  readonly rest: PublicRest;
  readonly ws: PublicWebSocketClient;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
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

/** Snapshots: at most 10 a second, half of the strictest limit (Gate.io: 200 in 10 s), four at once. */
const snapshotSpacingMs = 100;
const snapshotsAtOnce = 4;
const snapshotRetry = { baseMs: 200, capMs: 10_000 };

/** Market data of one venue. */
export class CompositePublicExchange {
  readonly #handlers: Partial<CompositeChannels> = {};
  readonly #synchronisers = new Map<InstrumentId, BookSynchroniser>();
  readonly #instruments = new Map<InstrumentId, Instrument>();
  readonly #retries = new Map<InstrumentId, Backoff>();
  readonly #retryTimers = new Map<InstrumentId, Timer>();
  readonly #snapshots: PacedQueue;
  #stopped = false;

  constructor(private readonly options: CompositePublicExchangeOptions) {
    this.#snapshots = new PacedQueue({
      clock: options.clock,
      spacingMs: snapshotSpacingMs,
      concurrency: snapshotsAtOnce,
    });
    const { ws } = options;
    ws.bind("depth", (update, receivedAt) => this.#onDepth(update, receivedAt));
    ws.bind("bookTicker", (ticker) => this.#handlers.bookTicker?.(ticker));
    ws.bind("subscribed", (instrument, stream) => {
      if (stream === "depth") this.#synchronisers.get(instrument.id)?.start();
    });
    ws.bind("rejected", (instrument, stream, message) =>
      options.logger.error("Subscription refused", {
        exchange: options.exchange,
        symbol: instrument.exchangeSymbol,
        stream,
        message,
      }));
    ws.bind("lost", (instruments) => {
      for (const { id } of instruments) this.#synchronisers.get(id)?.stop();
    });
  }

  /** The venue. */
  get exchange(): ExchangeKey {
    return this.options.exchange;
  }

  /** Frames and errors of the venue's connections. */
  get ws(): PublicWebSocketClient {
    return this.options.ws;
  }

  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof CompositeChannels>(channel: Channel, handler: CompositeChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  /** Starts the streams of these instruments. Their books exist from now on and become usable later. */
  start(instruments: readonly Instrument[]): void {
    for (const instrument of instruments) {
      const book = new OrderBook(instrument.id);
      this.#instruments.set(instrument.id, instrument);
      this.#retries.set(
        instrument.id,
        new Backoff(this.options.random.fork(instrument.exchangeSymbol), snapshotRetry),
      );
      this.#synchronisers.set(
        instrument.id,
        new BookSynchroniser(book, this.options.ws.options.dialect.sequence, {
          requestSnapshot: (_, generation) => this.#queueSnapshot(instrument, generation),
          onBroken: (_, reason) => this.#onBroken(book, reason),
          onSynchronised: () => this.#handlers.book?.(book),
        }),
      );
    }
    this.options.ws.start(instruments);
  }

  /** Stops the streams; every book becomes unusable. */
  stop(): void {
    this.#stopped = true;
    this.#snapshots.clear();
    for (const timer of this.#retryTimers.values()) timer.cancel();
    this.options.ws.stop();
    for (const synchroniser of this.#synchronisers.values()) synchroniser.stop();
  }

  /** The book of an instrument, if its stream was started here. */
  book(instrument: InstrumentId): OrderBook | undefined {
    return this.#synchronisers.get(instrument)?.book;
  }

  /** Breaks and resynchronisations of one book so far. */
  countsOf(instrument: InstrumentId): Pick<BookCounts, "gaps" | "resyncs"> {
    const { gaps = 0, resyncs = 0 } = this.#synchronisers.get(instrument) ?? {};
    return { gaps, resyncs };
  }

  /** What happened to the books so far. */
  counts(): BookCounts {
    let usable = 0, gaps = 0, resyncs = 0;
    for (const synchroniser of this.#synchronisers.values()) {
      if (synchroniser.book.usable) usable += 1;
      gaps += synchroniser.gaps;
      resyncs += synchroniser.resyncs;
    }
    return { usable, total: this.#synchronisers.size, gaps, resyncs };
  }

  #onDepth(update: DepthUpdate, receivedAt: number): void {
    const synchroniser = this.#synchronisers.get(update.instrument);
    if (synchroniser === undefined) return;
    // An update may come before the answer to its subscription.
    synchroniser.start();
    if (synchroniser.onUpdate(update, receivedAt) === "applied") this.#handlers.book?.(synchroniser.book);
  }

  #onBroken(book: OrderBook, reason: BreakReason): void {
    if (this.#stopped) return;
    this.options.logger.warn("Book unusable", {
      exchange: this.exchange,
      symbol: this.#instruments.get(book.instrument)?.exchangeSymbol ?? "",
      reason,
    });
    this.#handlers.broken?.(book, reason);
  }

  #queueSnapshot(instrument: Instrument, generation: number): void {
    if (!this.#stopped) this.#snapshots.push(() => this.#fetchSnapshot(instrument, generation));
  }

  async #fetchSnapshot(instrument: Instrument, generation: number): Promise<void> {
    const synchroniser = this.#synchronisers.get(instrument.id)!;
    const retry = this.#retries.get(instrument.id)!;
    if (!synchroniser.wantsSnapshot(generation)) return;
    const snapshot = await this.#tryFetch(instrument);
    const { clock } = this.options;
    if (snapshot !== undefined && synchroniser.onSnapshot(snapshot, clock.monotonicMs(), generation)) {
      return retry.reset();
    }
    if (this.#stopped || !synchroniser.wantsSnapshot(generation)) return;
    this.#retryTimers.get(instrument.id)?.cancel();
    this.#retryTimers.set(
      instrument.id,
      clock.setTimer(retry.next(), () => this.#queueSnapshot(instrument, generation)),
    );
  }

  /** A snapshot, or undefined when there is none to be had now. */
  async #tryFetch(instrument: Instrument): Promise<DepthUpdate | undefined> {
    try {
      return await this.options.rest.fetchDepth(instrument, this.options.ws.options.dialect.snapshotDepth);
    } catch (error) {
      this.options.logger.warn("No snapshot", {
        exchange: this.exchange,
        symbol: instrument.exchangeSymbol,
        error: errorMessage(error),
      });
      return undefined;
    }
  }
}
