/**
 * The public channels of Gate.io USDT futures.
 * @module
 */
import type { FundingSchedule } from "../market/funding.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { ActivityCollector } from "../publish/activity_collector.ts";
import { DepthCollector } from "../publish/depth_collector.ts";
import { QuoteCollector } from "../publish/quote_collector.ts";
import { SnapshotCollector } from "../publish/snapshot_collector.ts";
import type { Topic } from "../publish/topic.ts";
import { TradeCollector } from "../publish/trade_collector.ts";
import type { VenueContext } from "../venue_context.ts";
import { futuresPushes } from "./futures_pushes.ts";
import { GateWsError } from "./gate_errors.ts";
import { oneOf, payloadTexts, TopicTable } from "./gate_push.ts";

type Resolve = (payload: readonly unknown[]) => Topic[];

/** Levels a side that `futures.order_book_update` takes at each interval. */
const updateLevels: Readonly<Record<string, readonly string[]>> = {
  "20ms": ["20"],
  "100ms": ["20", "50", "100"],
};
const bookLevels = ["1", "5", "10", "20", "50", "100"];
const quoteIntervalMs = 10;
/** UNCONFIRMED: the cadence of `futures.order_book` is not documented. */
const bookIntervalMs = 100;
/** UNCONFIRMED: taken from the spot channel of the same name. */
const tickerIntervalMs = 1000;

/** Finds the streams behind a subscribe request. */
export class FuturesChannels {
  readonly #context: VenueContext;
  readonly #funding: (contract: string) => FundingSchedule;
  readonly #table = new TopicTable();
  readonly #channels: Readonly<Record<string, Resolve>> = {
    "futures.book_ticker": (payload) => payloadTexts(payload).map((name) => this.#quotes(name)),
    "futures.trades": (payload) => payloadTexts(payload).map((name) => this.#trades(name)),
    "futures.tickers": (payload) => payloadTexts(payload).map((name) => this.#ticker(name)),
    "futures.order_book_update": (payload) => [this.#depth(payload)],
    "futures.order_book": (payload) => [this.#snapshots(payload)],
  };

  constructor(context: VenueContext, funding: (contract: string) => FundingSchedule) {
    this.#context = context;
    this.#funding = funding;
  }

  /** Streams of a request. @throws {GateWsError} when it names anything that does not exist. */
  resolve(channel: string, payload: readonly unknown[]): Topic[] {
    const resolve = this.#channels[channel];
    if (resolve === undefined) throw new GateWsError(2, `unknown channel: ${channel}`); // UNCONFIRMED wording.
    return resolve(payload);
  }

  #instrument(contract: string): MarketInstrument {
    const instrument = this.#context.instruments.get(contract);
    if (instrument === undefined) throw new GateWsError(2, `unknown contract ${contract}`);
    return instrument;
  }

  #quotes(contract: string): Topic {
    const instrument = this.#instrument(contract);
    return this.#table.get(`book_ticker ${contract}`, () => ({
      ticker: this.#context.tickers.every(quoteIntervalMs),
      collector: new QuoteCollector(instrument),
      encode: (quote, nowMs) => futuresPushes.quote(instrument, quote, nowMs),
    }));
  }

  #trades(contract: string): Topic {
    const instrument = this.#instrument(contract);
    return this.#table.get(`trades ${contract}`, () => ({
      ticker: this.#context.tickers.every(0),
      collector: new TradeCollector(instrument),
      encode: (trades, nowMs) => futuresPushes.trades(instrument, trades, nowMs),
    }));
  }

  #ticker(contract: string): Topic {
    const instrument = this.#instrument(contract);
    const funding = this.#funding(contract);
    return this.#table.get(`tickers ${contract}`, () => ({
      ticker: this.#context.tickers.every(tickerIntervalMs),
      collector: new ActivityCollector(instrument),
      encode: (_, nowMs) => futuresPushes.ticker(instrument, funding, nowMs),
    }));
  }

  #depth(payload: readonly unknown[]): Topic {
    const [contract, interval, level] = payloadTexts(payload, 3) as [string, string, string];
    const instrument = this.#instrument(contract);
    oneOf(level, updateLevels[oneOf(interval, Object.keys(updateLevels))]!);
    return this.#table.get(`order_book_update ${contract} ${interval} ${level}`, () => ({
      ticker: this.#context.tickers.every(parseInt(interval)),
      collector: new DepthCollector(instrument, Number(level)),
      encode: (change, nowMs) => futuresPushes.depth(instrument, change, level, nowMs),
      swallow: () => this.#context.faults.takeSkip("GATEIO_FUTURES", contract),
    }));
  }

  #snapshots(payload: readonly unknown[]): Topic {
    const [contract, level, interval] = payloadTexts(payload, 3) as [string, string, string];
    const instrument = this.#instrument(contract);
    const depth = Number(oneOf(level, bookLevels));
    oneOf(interval, ["0"]);
    return this.#table.get(`order_book ${contract} ${level}`, () => ({
      ticker: this.#context.tickers.every(bookIntervalMs),
      collector: new SnapshotCollector(instrument, depth),
      encode: (snapshot, nowMs) => futuresPushes.snapshot(instrument, snapshot, level, nowMs),
    }));
  }
}
