/**
 * Records the market of a run beyond best quotes: books, trades, pressure, latencies and the state of the feeds.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { CollectorStatus } from "../core/collector_status.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import type { PublicTrade } from "../core/public_trade.ts";
import type { OrderBook } from "../market/order_book.ts";
import { OrderFlowMeter } from "../market/order_flow_meter.ts";
import type { LatencyHistogram } from "../telemetry/latency_histogram.ts";
import { VenueLatencies } from "../telemetry/venue_latencies.ts";
import type { MarketSink } from "./market_sink.ts";

/** What is recorded how often. */
export interface RecordingSettings {
  /** Levels of each side of a recorded book; 0 records none. */
  readonly depthLevels: number;
  /** Time between two records of a book that changed, and of its pressure, milliseconds. */
  readonly depthIntervalMs: number;
  /** Whether trades are recorded. */
  readonly trades: boolean;
  /** Time between two records of latencies and feeds, milliseconds. */
  readonly statusIntervalMs: number;
}

/** A venue's feed, as far as it is recorded: every public composite is one. */
export interface RecordedFeed {
  readonly exchange: ExchangeKey;
  readonly ws: {
    readonly frames: number;
    readonly decodeErrors: number;
    readonly reconnects: number;
    readonly connected: boolean;
  };
  bind(channel: "trade", handler: (trade: PublicTrade) => void): void;
  counts(): { readonly gaps: number; readonly usable: number; readonly total: number };
}

/** What a {@link MarketRecorder} takes. */
export interface MarketRecorderOptions {
  readonly settings: RecordingSettings;
  readonly clock: Clock;
  readonly sink: Pick<
    MarketSink,
    "recordDepth" | "recordTrade" | "recordOrderFlow" | "recordLatency" | "recordCollectorStatus"
  >;
  readonly feeds: readonly RecordedFeed[];
  readonly latencies: StageLatencies;
  readonly instruments: readonly Instrument[];
}

/** What is recorded of one instrument. */
interface Watched {
  readonly feed: Feed;
  readonly meter: OrderFlowMeter;
  book: OrderBook | undefined;
  /** Version of the book when it was last recorded. */
  recordedVersion: number;
}

/** What is noted of one venue for its status. */
interface Feed {
  readonly source: RecordedFeed;
  trades: number;
  /** Epoch milliseconds; 0 before the first. */
  lastTradeAt: number;
  lastBookAt: number;
}

/** The stages of a frame that are measured, from its receipt on. */
export type FrameStage = "frame_to_book" | "frame_to_decision";

/** The stages after a decision that are measured, each from the end of another one to its own. */
export type OrderStage = "decision_to_sent" | "sent_to_ack" | "sent_to_fill" | "fill_to_hedge";

/** Everything of which it is measured how long it takes. */
export type Stage = FrameStage | OrderStage;

/** The latencies of every stage since the start of the run, which somebody else records. */
export type StageLatencies = Readonly<Record<Stage, VenueLatencies>>;

/** Distributions without a value yet, in the order of a frame's and an order's way. */
export function emptyLatencies(venues: readonly ExchangeKey[]): StageLatencies {
  return {
    frame_to_book: new VenueLatencies(venues),
    frame_to_decision: new VenueLatencies(venues),
    decision_to_sent: new VenueLatencies(venues),
    sent_to_ack: new VenueLatencies(venues),
    sent_to_fill: new VenueLatencies(venues),
    fill_to_hedge: new VenueLatencies(venues),
  };
}

/** Listens to feeds and records what they tell, at intervals of the run's clock. */
export class MarketRecorder {
  readonly #options: MarketRecorderOptions;
  readonly #watched: (Watched | undefined)[] = [];
  readonly #feeds = new Map<ExchangeKey, Feed>();
  /** What each distribution was at the last record. */
  readonly #recorded = new Map<LatencyHistogram, LatencyHistogram>();
  #timers: Timer[] = [];

  constructor(options: MarketRecorderOptions) {
    this.#options = options;
    const now = options.clock.epochMs();
    for (const source of options.feeds) {
      const feed: Feed = { source, trades: 0, lastTradeAt: 0, lastBookAt: 0 };
      this.#feeds.set(source.exchange, feed);
      if (options.settings.trades) this.#listen(feed);
    }
    for (const instrument of options.instruments) {
      const meter = new OrderFlowMeter(instrument.id, now);
      const feed = this.#feeds.get(instrument.exchange)!;
      this.#watched[instrument.id] = { feed, meter, book: undefined, recordedVersion: 0 };
    }
  }

  /** Starts the intervals. */
  start(): void {
    const { settings } = this.#options;
    this.#every(() => settings.depthIntervalMs, () => this.#recordBooks());
    this.#every(() => settings.statusIntervalMs, () => this.#recordStatus("running"));
  }

  /** Ends the intervals and records the rest of the last one. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#recordBooks();
    this.#recordStatus("stopped");
  }

  /**
   * A usable book has changed.
   *
   * @param now Epoch milliseconds.
   */
  onBook(book: OrderBook, now: number): void {
    const watched = this.#watched[book.instrument];
    if (watched === undefined) return;
    watched.book = book;
    watched.meter.onBook(book);
    watched.feed.lastBookAt = now;
  }

  /** A book is not usable any more. */
  onBroken(instrument: InstrumentId): void {
    this.#watched[instrument]?.meter.onBroken();
  }

  #listen(feed: Feed): void {
    const { sink } = this.#options;
    feed.source.bind("trade", (trade) => {
      sink.recordTrade(trade);
      feed.trades += 1;
      feed.lastTradeAt = trade.receivedAt;
      this.#watched[trade.instrument]?.meter.onTrade(trade.takerSide, trade.quantity);
    });
  }

  #recordBooks(): void {
    const { clock, sink, settings } = this.#options;
    const now = clock.epochMs();
    for (const watched of this.#watched) {
      if (watched === undefined) continue;
      const { book, meter } = watched;
      if (book === undefined) continue;
      sink.recordOrderFlow(meter.take(book, now));
      if (settings.depthLevels === 0 || !book.usable || book.version === watched.recordedVersion) continue;
      watched.recordedVersion = book.version;
      sink.recordDepth(book, settings.depthLevels, now);
    }
  }

  #recordStatus(state: "running" | "stopped"): void {
    const { clock, sink, settings } = this.#options;
    const now = clock.epochMs();
    for (const [stage, latencies] of Object.entries(this.#options.latencies)) {
      this.#recordLatencies(stage, latencies, now);
    }
    for (const feed of this.#feeds.values()) {
      sink.recordCollectorStatus(booksStatus(feed, state, now));
      if (settings.trades) sink.recordCollectorStatus(tradesStatus(feed, state, now));
    }
  }

  /** What has been added to each venue's distribution since the last record. */
  #recordLatencies(stage: string, latencies: VenueLatencies, now: number): void {
    const { sink } = this.#options;
    for (const [exchange, histogram] of latencies.all) {
      const current = histogram.copy();
      const added = histogram.copy();
      const earlier = this.#recorded.get(histogram);
      if (earlier !== undefined) added.subtract(earlier);
      this.#recorded.set(histogram, current);
      if (added.count === 0) continue;
      sink.recordLatency({ exchange, stage, samples: added.count, ...added.percentiles(), time: now });
    }
  }

  /** The interval is read for every round, because a reload of the configuration may change it. */
  #every(intervalMs: () => number, work: () => void): void {
    const index = this.#timers.length;
    const schedule = (): void => {
      this.#timers[index] = this.#options.clock.setTimer(intervalMs(), () => {
        schedule();
        work();
      });
    };
    schedule();
  }
}

function booksStatus(
  { source, lastBookAt }: Feed,
  state: "running" | "stopped",
  now: number,
): CollectorStatus {
  const { gaps, usable, total } = source.counts();
  const { frames, decodeErrors, reconnects } = source.ws;
  return {
    exchange: source.exchange,
    collector: "books",
    state: state === "stopped"
      ? state
      : lastBookAt === 0
      ? "starting"
      : usable < total
      ? "degraded"
      : "running",
    messages: frames,
    errors: decodeErrors,
    gaps,
    reconnects,
    lastMessageAt: lastBookAt,
    time: now,
  };
}

function tradesStatus(feed: Feed, state: "running" | "stopped", now: number): CollectorStatus {
  const { source, trades, lastTradeAt } = feed;
  const { connected, reconnects } = source.ws;
  return {
    exchange: source.exchange,
    collector: "trades",
    state: state === "stopped" ? state : connected ? "running" : "degraded",
    messages: trades,
    errors: 0,
    gaps: 0,
    reconnects,
    lastMessageAt: lastTradeAt,
    time: now,
  };
}
