/**
 * The public channels of MEXC spot.
 * @module
 */
import type { CandleInterval } from "../../market/candle.ts";
import type { MarketInstrument } from "../../market/market_instrument.ts";
import { DepthCollector } from "../../publish/depth_collector.ts";
import { QuoteCollector } from "../../publish/quote_collector.ts";
import { SnapshotCollector } from "../../publish/snapshot_collector.ts";
import { CollectorTopic, type Topic } from "../../publish/topic.ts";
import { TradeCollector } from "../../publish/trade_collector.ts";
import type { VenueContext } from "../../venue_context.ts";
import { BookStepTopic } from "./book_step_topic.ts";
import { CandleTopic } from "./candle_topic.ts";
import { AnyActivity, miniTicker, parseZone } from "./mini_ticker.ts";
import { MexcFrameWriter } from "./public_frames.ts";
import { QuoteListCollector } from "./quote_list_collector.ts";
import { encodePush } from "./wire.ts";

const channelPattern = /^spot@public\.([A-Za-z.]+)\.v3\.api\.pb@(.+)$/;
/** UNCONFIRMED: the cadence of `limit.depth`, `bookTicker.batch` and of the small tickers is not documented. */
const limitDepthMs = 100;
const quoteBatchMs = 10;
const miniTickerMs = 1000;
const candleMs = 1000;

const aggregations: Readonly<Record<string, number>> = { "100ms": 100, "10ms": 10 };
const limitDepths = ["5", "10", "20"];
const intervals: Readonly<Record<string, CandleInterval>> = {
  Min1: "1m",
  Min5: "5m",
  Min15: "15m",
  Min30: "30m",
  Min60: "1h",
  Hour4: "4h",
  Hour8: "8h",
  Day1: "1d",
  Week1: "1w",
  Month1: "1M",
};

/** A channel string in its parts. */
interface Channel {
  /** The whole string. */
  readonly full: string;
  /** Between `spot@public.` and `.v3`. */
  readonly kind: string;
  /** What follows, between the @ signs. */
  readonly parts: readonly string[];
}

/** Finds the stream behind a channel string. Retired channels are not among them. */
export class MexcChannels {
  readonly #context: VenueContext;
  readonly #topics = new Map<string, Topic>();
  readonly #makers: Readonly<Record<string, (channel: Channel) => Topic | undefined>> = {
    "aggre.bookTicker": (channel) => this.#aggregated(channel),
    "aggre.depth": (channel) => this.#aggregated(channel),
    "aggre.deals": (channel) => this.#aggregated(channel),
    "increase.depth.batch": (channel) => this.#bookSteps(channel),
    "bookTicker.batch": (channel) => this.#quoteBatch(channel),
    "limit.depth": (channel) => this.#limitDepth(channel),
    "kline": (channel) => this.#candles(channel),
    "miniTicker": (channel) => this.#miniTicker(channel),
    "miniTickers": (channel) => this.#miniTickers(channel),
  };

  constructor(context: VenueContext) {
    this.#context = context;
    for (const { listing, spec } of context.instruments.values()) {
      listing.listen(({ status }) => {
        if (status === "delisted") this.#forget(spec.exchangeSymbol);
      });
    }
  }

  /** The stream of this channel, or undefined when the exchange has none with this name. */
  find(channel: string): Topic | undefined {
    let topic = this.#topics.get(channel);
    if (topic === undefined) {
      topic = this.#make(channel);
      if (topic !== undefined) this.#topics.set(channel, topic);
    }
    return topic;
  }

  /** Who reads a stream goes on reading it; nobody can subscribe to it any more. */
  #forget(symbol: string): void {
    for (const channel of [...this.#topics.keys()]) {
      if (channel.split("@").includes(symbol)) this.#topics.delete(channel);
    }
  }

  #make(full: string): Topic | undefined {
    const match = channelPattern.exec(full);
    if (match === null || !Object.hasOwn(this.#makers, match[1]!)) return undefined;
    return this.#makers[match[1]!]!({ full, kind: match[1]!, parts: match[2]!.split("@") });
  }

  /** An instrument that is listed. */
  #instrument(symbol: string | undefined): MarketInstrument | undefined {
    const instrument = this.#context.instruments.get(symbol ?? "");
    return instrument?.listing.status === "delisted" ? undefined : instrument;
  }

  #aggregated({ full, kind, parts }: Channel): Topic | undefined {
    const [interval = "", symbol, ...rest] = parts;
    const instrument = this.#instrument(symbol);
    if (instrument === undefined || !Object.hasOwn(aggregations, interval) || rest.length > 0) {
      return undefined;
    }
    const intervalMs = aggregations[interval]!;
    const writer = new MexcFrameWriter(instrument, full, `${eventTypeOf(kind)}@${interval}`);
    const ticker = this.#context.tickers.every(intervalMs);
    if (kind === "aggre.bookTicker") {
      const collector = new QuoteCollector(instrument);
      return new CollectorTopic({ ticker, collector, encode: (quote, nowMs) => writer.quote(quote, nowMs) });
    }
    if (kind === "aggre.deals") {
      const collector = new TradeCollector(instrument);
      return new CollectorTopic({
        ticker,
        collector,
        encode: (trades, nowMs) => writer.deals(trades, nowMs),
      });
    }
    const { exchange, exchangeSymbol } = instrument.spec;
    return new CollectorTopic({
      ticker,
      collector: new DepthCollector(instrument, Infinity),
      encode: (change, nowMs) => writer.depth(change, nowMs),
      swallow: () => this.#context.faults.takeSkip(exchange, exchangeSymbol),
    });
  }

  #bookSteps({ full, kind, parts }: Channel): Topic | undefined {
    const instrument = this.#instrument(parts[0]);
    if (instrument === undefined || parts.length !== 1) return undefined;
    const writer = new MexcFrameWriter(instrument, full, eventTypeOf(kind));
    return new BookStepTopic(instrument, this.#context.clock, (steps, nowMs) => writer.steps(steps, nowMs));
  }

  #quoteBatch({ full, kind, parts }: Channel): Topic | undefined {
    const instrument = this.#instrument(parts[0]);
    if (instrument === undefined || parts.length !== 1) return undefined;
    const writer = new MexcFrameWriter(instrument, full, eventTypeOf(kind));
    return new CollectorTopic({
      ticker: this.#context.tickers.every(quoteBatchMs),
      collector: new QuoteListCollector(instrument),
      encode: (quotes, nowMs) => writer.quotes(quotes, nowMs),
    });
  }

  #limitDepth({ full, kind, parts }: Channel): Topic | undefined {
    const [symbol, depth = "", ...rest] = parts;
    const instrument = this.#instrument(symbol);
    if (instrument === undefined || !limitDepths.includes(depth) || rest.length > 0) return undefined;
    const writer = new MexcFrameWriter(instrument, full, eventTypeOf(kind));
    return new CollectorTopic({
      ticker: this.#context.tickers.every(limitDepthMs),
      collector: new SnapshotCollector(instrument, Number(depth)),
      encode: (snapshot, nowMs) => writer.snapshot(snapshot, nowMs),
    });
  }

  #candles({ full, kind, parts }: Channel): Topic | undefined {
    const [symbol, name = "", ...rest] = parts;
    const instrument = this.#instrument(symbol);
    if (instrument === undefined || !Object.hasOwn(intervals, name) || rest.length > 0) return undefined;
    const writer = new MexcFrameWriter(instrument, full, eventTypeOf(kind));
    return new CandleTopic({
      instrument,
      interval: intervals[name]!,
      ticker: this.#context.tickers.every(candleMs),
      encode: (candle, nowMs) => writer.candle(candle, name, nowMs),
    });
  }

  #miniTicker({ full, parts }: Channel): Topic | undefined {
    const instrument = this.#instrument(parts[0]);
    const zone = parseZone(parts[1] ?? "");
    if (instrument === undefined || zone === undefined || parts.length !== 2) return undefined;
    const symbol = instrument.spec.exchangeSymbol;
    return new CollectorTopic({
      ticker: this.#context.tickers.every(miniTickerMs),
      collector: new AnyActivity([instrument]),
      encode: (_, nowMs) =>
        encodePush({ channel: full, symbol, sendTime: nowMs }, {
          publicMiniTicker: miniTicker(instrument, zone, nowMs),
        }),
    });
  }

  #miniTickers({ full, parts }: Channel): Topic | undefined {
    const zone = parseZone(parts[0] ?? "");
    if (zone === undefined || parts.length !== 1) return undefined;
    return new CollectorTopic({
      ticker: this.#context.tickers.every(miniTickerMs),
      collector: new AnyActivity([...this.#context.instruments.values()]),
      encode: (instruments, nowMs) => {
        const listed = instruments.filter(({ listing }) => listing.status !== "delisted");
        const items = listed.map((instrument) => miniTicker(instrument, zone, nowMs));
        return encodePush({ channel: full, sendTime: nowMs }, { publicMiniTickers: { items } });
      },
    });
  }
}

/** The beginning of a channel string, up to what the subscriber chooses. */
function eventTypeOf(kind: string): string {
  return `spot@public.${kind}.v3.api.pb`;
}
