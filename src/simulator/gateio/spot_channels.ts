/**
 * The public channels of Gate.io spot.
 * @module
 */
import type { MarketInstrument } from "../market/market_instrument.ts";
import { ActivityCollector } from "../publish/activity_collector.ts";
import { DepthCollector } from "../publish/depth_collector.ts";
import { QuoteCollector } from "../publish/quote_collector.ts";
import { SnapshotCollector } from "../publish/snapshot_collector.ts";
import type { Topic } from "../publish/topic.ts";
import { TradeCollector } from "../publish/trade_collector.ts";
import type { VenueContext } from "../venue_context.ts";
import { GateWsError } from "./gate_errors.ts";
import { oneOf, payloadTexts, TopicTable } from "./gate_push.ts";
import { spotPushes } from "./spot_pushes.ts";

type Resolve = (payload: readonly unknown[]) => Topic[];

/** Levels a side that each interval of `spot.order_book_update` maintains. */
const updateLevels: Readonly<Record<string, number>> = { "20ms": 20, "100ms": 100 };
const bookLevels = ["5", "10", "20", "30", "50", "100"];
const quoteIntervalMs = 10;
const tickerIntervalMs = 1000;

/** Finds the streams behind a subscribe request. */
export class SpotChannels {
  readonly #context: VenueContext;
  readonly #table = new TopicTable();
  readonly #channels: Readonly<Record<string, Resolve>> = {
    "spot.book_ticker": (payload) => payloadTexts(payload).map((pair) => this.#quotes(pair)),
    "spot.trades": (payload) => payloadTexts(payload).map((pair) => this.#trades(pair)),
    "spot.tickers": (payload) => payloadTexts(payload).map((pair) => this.#ticker(pair)),
    "spot.order_book_update": (payload) => [this.#depth(payload)],
    "spot.order_book": (payload) => [this.#snapshots(payload)],
  };

  constructor(context: VenueContext) {
    this.#context = context;
  }

  /** Streams of a request. @throws {GateWsError} when it names anything that does not exist. */
  resolve(channel: string, payload: readonly unknown[]): Topic[] {
    const resolve = this.#channels[channel];
    if (resolve === undefined) throw new GateWsError(2, `unknown channel: ${channel}`); // UNCONFIRMED wording.
    return resolve(payload);
  }

  #instrument(pair: string): MarketInstrument {
    const instrument = this.#context.instruments.get(pair);
    if (instrument === undefined) throw new GateWsError(2, `unknown currency pair: ${pair}`);
    return instrument;
  }

  #quotes(pair: string): Topic {
    const instrument = this.#instrument(pair);
    return this.#table.get(`book_ticker ${pair}`, () => ({
      ticker: this.#context.tickers.every(quoteIntervalMs),
      collector: new QuoteCollector(instrument),
      encode: (quote, nowMs) => spotPushes.quote(instrument, quote, nowMs),
    }));
  }

  #trades(pair: string): Topic {
    const instrument = this.#instrument(pair);
    return this.#table.get(`trades ${pair}`, () => ({
      ticker: this.#context.tickers.every(0),
      collector: new TradeCollector(instrument),
      encode: (trades, nowMs) => spotPushes.trade(instrument, trades[0]!, nowMs),
    }));
  }

  #ticker(pair: string): Topic {
    const instrument = this.#instrument(pair);
    return this.#table.get(`tickers ${pair}`, () => ({
      ticker: this.#context.tickers.every(tickerIntervalMs),
      collector: new ActivityCollector(instrument),
      encode: (_, nowMs) => spotPushes.ticker(instrument, nowMs),
    }));
  }

  #depth(payload: readonly unknown[]): Topic {
    const [pair, interval] = payloadTexts(payload, 2) as [string, string];
    const instrument = this.#instrument(pair);
    const levels = updateLevels[oneOf(interval, Object.keys(updateLevels))]!;
    return this.#table.get(`order_book_update ${pair} ${interval}`, () => ({
      ticker: this.#context.tickers.every(parseInt(interval)),
      collector: new DepthCollector(instrument, levels),
      encode: (change, nowMs) => spotPushes.depth(instrument, change, levels, nowMs),
      swallow: () => this.#context.faults.takeSkip("GATEIO_SPOT", pair),
    }));
  }

  #snapshots(payload: readonly unknown[]): Topic {
    const [pair, level, interval] = payloadTexts(payload, 3) as [string, string, string];
    const instrument = this.#instrument(pair);
    const depth = Number(oneOf(level, bookLevels));
    oneOf(interval, ["100ms", "1000ms"]);
    // UNCONFIRMED: nothing is sent while the book does not change.
    return this.#table.get(`order_book ${pair} ${level} ${interval}`, () => ({
      ticker: this.#context.tickers.every(parseInt(interval)),
      collector: new SnapshotCollector(instrument, depth),
      encode: (snapshot, nowMs) => spotPushes.snapshot(instrument, snapshot, depth, nowMs),
    }));
  }
}
