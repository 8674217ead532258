/**
 * The public channels of MEXC spot.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import { DepthCollector } from "../publish/depth_collector.ts";
import { QuoteCollector } from "../publish/quote_collector.ts";
import { SnapshotCollector } from "../publish/snapshot_collector.ts";
import { CollectorTopic, type Topic } from "../publish/topic.ts";
import { TradeCollector } from "../publish/trade_collector.ts";
import type { VenueContext } from "../venue_context.ts";
import { MexcFrameWriter } from "./mexc_frames.ts";

const aggregatedPattern =
  /^(spot@public\.aggre\.(bookTicker|depth|deals)\.v3\.api\.pb@(10|100)ms)@([A-Z0-9_]+)$/;
const limitDepthPattern = /^(spot@public\.limit\.depth\.v3\.api\.pb)@([A-Z0-9_]+)@(5|10|20)$/;
/** UNCONFIRMED: the cadence of `limit.depth` is not documented. */
const limitDepthIntervalMs = 100;

/** Finds the stream behind a channel string. */
export class MexcChannels {
  readonly #context: VenueContext;
  readonly #topics = new Map<string, Topic>();

  constructor(context: VenueContext) {
    this.#context = context;
  }

  /** The stream of this channel, or undefined when the exchange has none with this name. */
  find(channel: string): Topic | undefined {
    let topic = this.#topics.get(channel);
    if (topic === undefined) {
      topic = this.#aggregated(channel) ?? this.#limitDepth(channel);
      if (topic !== undefined) this.#topics.set(channel, topic);
    }
    return topic;
  }

  #aggregated(channel: string): Topic | undefined {
    const match = aggregatedPattern.exec(channel);
    const instrument = this.#context.instruments.get(match?.[4] ?? "");
    if (match === null || instrument === undefined) return undefined;
    const writer = new MexcFrameWriter(instrument, channel, match[1]!);
    const intervalMs = Number(match[3]);
    switch (match[2]) {
      case "bookTicker":
        return this.#quotes(instrument, writer, intervalMs);
      case "depth":
        return this.#depth(instrument, writer, intervalMs);
      default:
        return this.#deals(instrument, writer, intervalMs);
    }
  }

  #quotes(instrument: MarketInstrument, writer: MexcFrameWriter, intervalMs: number): Topic {
    return new CollectorTopic({
      ticker: this.#context.tickers.every(intervalMs),
      collector: new QuoteCollector(instrument),
      encode: (quote, nowMs) => writer.quote(quote, nowMs),
    });
  }

  #depth(instrument: MarketInstrument, writer: MexcFrameWriter, intervalMs: number): Topic {
    const { exchange, exchangeSymbol } = instrument.spec;
    return new CollectorTopic({
      ticker: this.#context.tickers.every(intervalMs),
      collector: new DepthCollector(instrument, Infinity),
      encode: (change, nowMs) => writer.depth(change, nowMs),
      swallow: () => this.#context.faults.takeSkip(exchange, exchangeSymbol),
    });
  }

  #deals(instrument: MarketInstrument, writer: MexcFrameWriter, intervalMs: number): Topic {
    return new CollectorTopic({
      ticker: this.#context.tickers.every(intervalMs),
      collector: new TradeCollector(instrument),
      encode: (trades, nowMs) => writer.deals(trades, nowMs),
    });
  }

  #limitDepth(channel: string): Topic | undefined {
    const match = limitDepthPattern.exec(channel);
    const instrument = this.#context.instruments.get(match?.[2] ?? "");
    if (match === null || instrument === undefined) return undefined;
    const writer = new MexcFrameWriter(instrument, channel, match[1]!);
    return new CollectorTopic({
      ticker: this.#context.tickers.every(limitDepthIntervalMs),
      collector: new SnapshotCollector(instrument, Number(match[3])),
      encode: (snapshot, nowMs) => writer.snapshot(snapshot, nowMs),
    });
  }
}
