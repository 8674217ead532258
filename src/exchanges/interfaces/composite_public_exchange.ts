/**
 * Market data of one venue, the same for every venue: books that prove their continuity, trades without holes, best
 * quotes, tickers and candles. Live streams come first; requests fill what they left out.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument, InstrumentId } from "../../core/instrument.ts";
import type { Kline } from "../../core/kline.ts";
import type { MarketTicker } from "../../core/market_ticker.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Logger } from "../../logging/logger.ts";
import type { OrderBook } from "../../market/order_book.ts";
import { type BookCounts, PublicBooks } from "../public_books.ts";
import { RecoveryQueue } from "../public_recovery_queue.ts";
import { PublicSeries } from "../public_series.ts";
import { PublicTickers } from "../public_tickers.ts";
import { PublicTrades } from "../public_trades.ts";
import { type PublicWebSocketClient, quoteStreams, type StreamChoice } from "../public_websocket_client.ts";
import type { SpotPublicChannels } from "./public_channels.ts";
import type { MarketMessage } from "./public_codec.ts";
import { intervalOf, type PublicStream } from "./public_dialect.ts";
import type { PublicRest } from "./public_rest.ts";

export type { BookCounts };

/** What a composite takes. */
export interface CompositePublicExchangeOptions<Rest extends PublicRest = PublicRest> {
  readonly exchange: ExchangeKey;
  readonly rest: Rest;
  readonly ws: PublicWebSocketClient;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
}

/** Market data of one venue. The spot and futures composites say which channels there are. */
export abstract class CompositePublicExchange<
  Channels extends SpotPublicChannels = SpotPublicChannels,
  Rest extends PublicRest = PublicRest,
> {
  protected readonly handlers: Partial<Channels> = {};
  protected readonly recovery: RecoveryQueue;
  readonly #books: PublicBooks;
  readonly #trades: PublicTrades;
  readonly #klines: PublicSeries<Kline>;
  readonly #tickers: PublicTickers;

  constructor(protected readonly options: CompositePublicExchangeOptions<Rest>) {
    const { ws, rest, clock } = options;
    this.recovery = new RecoveryQueue(options);
    this.#books = new PublicBooks({
      ...options,
      dialect: ws.options.dialect,
      fetchDepth: (instrument, depth) => rest.fetchDepth(instrument, depth),
      renew: (instrument) => ws.renew(instrument, "depth"),
      onBook: (book) => this.handlers.book?.(book),
      onBroken: (book, reason) => this.handlers.broken?.(book, reason),
    });
    this.#trades = new PublicTrades({
      ...options,
      queue: this.recovery,
      fetchTrades: (instrument, query) => rest.fetchTrades(instrument, query),
      onTrade: (trade) => this.handlers.trade?.(trade),
      onMissed: (instrument) => this.handlers.tradesMissed?.(instrument),
    });
    this.#klines = new PublicSeries<Kline>({
      queue: this.recovery,
      timeOf: ({ openTime }) => openTime,
      fetch: (instrument, stream, fromMs) => rest.fetchKlines(instrument, intervalOf(stream)!, { fromMs }),
      onRow: (kline) => this.handlers.kline?.(kline),
    });
    this.#tickers = new PublicTickers({
      clock,
      queue: this.recovery,
      fetch: (instruments) => rest.fetchTickers(instruments),
      onTicker: (ticker) => this.onTicker(ticker),
      onBegun: (instruments) => this.onTickersBegun(instruments),
    });
    this.#listen();
  }

  /** The venue. */
  get exchange(): ExchangeKey {
    return this.options.exchange;
  }

  /** Frames and errors of the venue's connections. */
  get ws(): PublicWebSocketClient {
    return this.options.ws;
  }

  /** Requests for public data: symbols, histories, and whatever else is asked for once. */
  get rest(): Rest {
    return this.options.rest;
  }

  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof Channels>(channel: Channel, handler: Channels[Channel]): void {
    this.handlers[channel] = handler;
  }

  /**
   * Starts the streams of these instruments. Their books exist from now on and become usable later.
   *
   * @param streams The streams of each instrument. Default: best quotes and books.
   * @throws {ConfigError} when the venue has no such stream.
   */
  start(
    instruments: readonly Instrument[],
    streams: StreamChoice = (): typeof quoteStreams => quoteStreams,
  ): void {
    for (const instrument of instruments) {
      for (const stream of streams(instrument)) this.expect(instrument, stream);
    }
    this.options.ws.start(instruments, streams);
  }

  /** Stops the streams; every book becomes unusable. */
  stop(): void {
    this.#books.stop();
    this.#trades.stop();
    this.#tickers.stop();
    this.recovery.stop();
    this.options.ws.stop();
    this.#books.loseAll();
  }

  /** The book of an instrument, if its stream was started here. */
  book(instrument: InstrumentId): OrderBook | undefined {
    return this.#books.book(instrument);
  }

  /** Breaks and resynchronisations of one book so far. */
  countsOf(instrument: InstrumentId): Pick<BookCounts, "gaps" | "resyncs"> {
    return this.#books.countsOf(instrument);
  }

  /** What happened to the books so far. */
  counts(): BookCounts {
    return this.#books.counts();
  }

  /** Makes ready for a stream. */
  protected expect(instrument: Instrument, stream: PublicStream): void {
    if (stream === "depth") this.#books.add(instrument);
    else if (stream === "trades") this.#trades.add(instrument);
    else if (stream === "ticker") this.#tickers.add(instrument);
    else if (stream.startsWith("kline:")) this.#klines.add(instrument, stream);
  }

  /** A stream is live. */
  protected onSubscribed(instrument: Instrument, stream: PublicStream): void {
    if (stream === "depth") this.#books.begin(instrument.id);
    else if (stream === "trades") this.#trades.begin(instrument.id);
    else if (stream === "ticker") this.#tickers.begin(instrument.id);
    else if (stream.startsWith("kline:")) this.#klines.begin(instrument, stream);
  }

  /** The streams of an instrument are gone. */
  protected onLost(instrument: Instrument): void {
    this.#books.lose(instrument.id);
    this.#trades.lose(instrument.id);
    this.#tickers.lose(instrument.id);
    this.#klines.lose(instrument);
  }

  /** A message of a stream that is not among the fast ones. */
  protected onMessage(message: MarketMessage): void {
    if (message.kind === "ticker") this.#tickers.onTicker(message.value);
    else if (message.kind === "kline") {
      this.#klines.onRow(message.value.instrument, `kline:${message.value.interval}`, message.value);
    }
  }

  /** A ticker of the stream or of a request. */
  protected onTicker(ticker: MarketTicker): void {
    this.handlers.ticker?.(ticker);
  }

  /** Streams of tickers have begun. */
  protected onTickersBegun(_instruments: readonly Instrument[]): void {}

  #listen(): void {
    const { ws, logger, exchange } = this.options;
    ws.bind("depth", (update, receivedAt, delivery) => this.#books.onDepth(update, receivedAt, delivery));
    ws.bind("bookTicker", (ticker) => this.handlers.bookTicker?.(ticker));
    ws.bind("trades", (trades, delivery) => this.#trades.onTrades(trades, delivery));
    ws.bind("message", (message) => this.onMessage(message));
    ws.bind("subscribed", (instrument, stream) => this.onSubscribed(instrument, stream));
    ws.bind("rejected", (instrument, stream, message) =>
      logger.error("Subscription refused", {
        exchange,
        symbol: instrument.exchangeSymbol,
        stream,
        message,
      }));
    ws.bind("lost", (instruments) => {
      for (const instrument of instruments) this.onLost(instrument);
    });
    ws.bind("state", (report) => this.handlers.state?.(report));
  }
}
