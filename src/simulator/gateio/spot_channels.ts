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
import type { CandleInterval } from "../market/candle.ts";
import { stampMs, type VenueContext } from "../venue_context.ts";
import { GateWsError } from "./gate_errors.ts";
import { GateObuTopic, obuIntervals } from "./gate_obu_topic.ts";
import { oneOf, payloadTexts, TopicTable } from "./gate_push.ts";
import { SpotCandleCollector } from "./spot_candle_collector.ts";
import { spotPushes } from "./spot_pushes.ts";

type Resolve = (payload: readonly unknown[]) => Topic[];

/** Levels a side that each interval of `spot.order_book_update` maintains. */
const updateLevels: Readonly<Record<string, number>> = { "20ms": 20, "100ms": 100 };
const bookLevels = ["5", "10", "20", "30", "50", "100"];
const quoteIntervalMs = 10;
const tickerIntervalMs = 1000;
const candleIntervalMs = 2000;
const obuStream = /^ob\.([^.]+)\.(\d+)$/;

/** Windows of `spot.candlesticks`; `30d` is the calendar month. */
const candleIntervals: Readonly<Record<string, CandleInterval>> = {
  "10s": "10s",
  "30s": "30s",
  "1m": "1m",
  "3m": "3m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "1h": "1h",
  "2h": "2h",
  "4h": "4h",
  "6h": "6h",
  "8h": "8h",
  "12h": "12h",
  "1d": "1d",
  "7d": "7d",
  "30d": "1M",
};

/** Finds the streams behind a subscribe request. */
export class SpotChannels {
  readonly #context: VenueContext;
  readonly #table = new TopicTable();
  readonly #obus = new Map<string, GateObuTopic>();
  readonly #channels: Readonly<Record<string, Resolve>> = {
    "spot.book_ticker": (payload) => payloadTexts(payload).map((pair) => this.#quotes(pair)),
    "spot.trades": (payload) => payloadTexts(payload).map((pair) => this.#trades("spot.trades", pair)),
    // UNCONFIRMED: the rows of the legacy channel, which are those of its successor here.
    "spot.trades_v2": (payload) => payloadTexts(payload).map((pair) => this.#trades("spot.trades_v2", pair)),
    "spot.tickers": (payload) => payloadTexts(payload).map((pair) => this.#ticker(pair)),
    "spot.order_book_update": (payload) => [this.#depth(payload)],
    "spot.order_book": (payload) => [this.#snapshots(payload)],
    "spot.candlesticks": (payload) => [this.#candles(payload)],
    "spot.obu": (payload) => payloadTexts(payload).map((stream) => this.#obu(stream)),
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

  #trades(channel: string, pair: string): Topic {
    const instrument = this.#instrument(pair);
    return this.#table.get(`${channel} ${pair}`, () => ({
      ticker: this.#context.tickers.every(0),
      collector: new TradeCollector(instrument),
      encode: (trades, nowMs) => spotPushes.trade(channel, instrument, trades[0]!, nowMs),
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

  #candles(payload: readonly unknown[]): Topic {
    const [name, pair] = payloadTexts(payload, 2) as [string, string];
    const instrument = this.#instrument(pair);
    const interval = candleIntervals[oneOf(name, Object.keys(candleIntervals))]!;
    const { clock, tickers } = this.#context;
    return this.#table.get(`candlesticks ${pair} ${name}`, () => ({
      ticker: tickers.every(candleIntervalMs),
      collector: new SpotCandleCollector(instrument, interval, () => stampMs(clock)),
      encode: (candle, nowMs) => spotPushes.candle(instrument, name, candle, nowMs),
    }));
  }

  #obu(stream: string): Topic {
    const [, pair, levels = ""] = obuStream.exec(stream) ?? [];
    const intervalMs = obuIntervals[levels];
    // UNCONFIRMED wording.
    if (pair === undefined || intervalMs === undefined) {
      throw new GateWsError(2, `invalid argument: ${stream}`);
    }
    const instrument = this.#instrument(pair);
    let topic = this.#obus.get(stream);
    if (topic === undefined) {
      const { clock, tickers, faults } = this.#context;
      topic = new GateObuTopic({
        channel: "spot.obu",
        instrument,
        stream,
        depth: Number(levels),
        ticker: tickers.every(intervalMs),
        nowMs: () => stampMs(clock),
        levels: (each) => instrument.pairs(each),
        swallow: () => faults.takeSkip("GATEIO_SPOT", pair),
      });
      this.#obus.set(stream, topic);
    }
    return topic;
  }
}
