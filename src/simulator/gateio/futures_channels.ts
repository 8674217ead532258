/**
 * The public channels of Gate.io USDT futures.
 * @module
 */
import { candleGrid, type CandleInterval } from "../market/candle.ts";
import { ActivityCollector } from "../publish/activity_collector.ts";
import { DepthCollector } from "../publish/depth_collector.ts";
import { QuoteCollector } from "../publish/quote_collector.ts";
import { SnapshotCollector } from "../publish/snapshot_collector.ts";
import type { Topic } from "../publish/topic.ts";
import { TradeCollector } from "../publish/trade_collector.ts";
import { CandleCollector, type ToldCandle } from "./futures_candle_collector.ts";
import { candlePrices } from "./futures_candle_rest.ts";
import { ContractInfoTopic } from "./futures_contract_info.ts";
import { LiquidationCollector } from "./futures_liquidation_collector.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { plainText } from "./futures_prices.ts";
import { type ForcedRow, futuresPushes, type PushSubject } from "./futures_pushes.ts";
import { candleSubject, type FuturesReferences } from "./futures_references.ts";
import { GateObuTopic, obuIntervals } from "./gate_obu_topic.ts";
import { sizeOf, type SizeStyle, sizeStyle } from "./futures_sizes.ts";
import { statFields } from "./futures_statistics.ts";
import { pushedTicker } from "./futures_ticker_document.ts";
import { GateWsError } from "./gate_errors.ts";
import { gatePush, oneOf, payloadTexts, TopicTable } from "./gate_push.ts";

type Resolve = (payload: readonly unknown[], style: SizeStyle) => Topic[];

/** Levels a side that `futures.order_book_update` takes at each interval. */
const updateLevels: Readonly<Record<string, readonly string[]>> = {
  "20ms": ["20"],
  "100ms": ["20", "50", "100"],
};
const bookLevels = ["1", "5", "10", "20", "50", "100"];
const candleIntervals = ["10s", "1m", "5m", "15m", "30m", "1h", "4h", "8h", "1d", "7d"];
const statIntervals = ["1m", "5m", "15m", "30m", "1h", "4h", "8h", "1d", "3d", "7d"];
const quoteIntervalMs = 10;
/** UNCONFIRMED: the cadences of `futures.order_book`, tickers, candles and statistics are not documented. */
const bookIntervalMs = 100;
const tickerIntervalMs = 1000;
const candleIntervalMs = 1000;
const statIntervalMs = 10_000;
const liquidationIntervalMs = 1000;

/** A channel that can be joined and has nothing to say: nobody is warned here. */
const silence: Topic = { add: (): void => {}, remove: (): void => {} };

/** Finds the streams behind a subscribe request. */
export class FuturesChannels {
  readonly #market: FuturesMarket;
  readonly #references: FuturesReferences;
  readonly #table = new TopicTable();
  /** Topics that are not in the table, by name. */
  readonly #own = new Map<string, Topic>();
  readonly #statistics = new Set<Topic>();
  readonly #channels: Readonly<Record<string, Resolve>> = {
    "futures.tickers": (payload, style) => this.#each(payload, style, (subject) => this.#ticker(subject)),
    "futures.trades": (payload, style) => this.#each(payload, style, (subject) => this.#trades(subject)),
    "futures.book_ticker": (payload, style) => this.#each(payload, style, (subject) => this.#quotes(subject)),
    "futures.order_book": (payload, style) => [this.#snapshots(payload, style)],
    "futures.order_book_update": (payload, style) => [this.#depth(payload, style)],
    "futures.obu": (payload, style) => payloadTexts(payload).map((stream) => this.#obu(stream, style)),
    "futures.candlesticks": (payload, style) => [this.#candles(payload, style)],
    "futures.public_liquidates": (payload, style) =>
      payloadTexts(payload).map((name) => this.#liquidations(name, style)),
    "futures.contract_stats": (payload, style) => this.#stats(payload, style),
    "futures.contract_info": (payload, style) => this.#each(payload, style, (subject) => this.#info(subject)),
    "futures.adl_warning": () => [silence],
  };

  constructor(market: FuturesMarket, references: FuturesReferences) {
    this.#market = market;
    this.#references = references;
  }

  /** Streams of a request. @throws {GateWsError} when it names anything that does not exist. */
  resolve(channel: string, payload: readonly unknown[], headers: Headers): Topic[] {
    const resolve = this.#channels[channel];
    if (resolve === undefined) throw new GateWsError(2, `unknown channel: ${channel}`); // UNCONFIRMED wording.
    return resolve(payload, sizeStyle(headers));
  }

  #subject(contract: string, style: SizeStyle): PushSubject {
    const instrument = this.#market.context.instruments.get(contract);
    if (instrument === undefined) throw new GateWsError(2, `unknown contract ${contract}`);
    return { instrument, style };
  }

  #each(payload: readonly unknown[], style: SizeStyle, topic: (subject: PushSubject) => Topic): Topic[] {
    const subjects = payloadTexts(payload).map((name) => this.#subject(name, style));
    return subjects.map(topic);
  }

  #every(intervalMs: number): ReturnType<FuturesMarket["context"]["tickers"]["every"]> {
    return this.#market.context.tickers.every(intervalMs);
  }

  #quotes(subject: PushSubject): Topic {
    return this.#table.get(`book_ticker ${nameOf(subject)}`, () => ({
      ticker: this.#every(quoteIntervalMs),
      collector: new QuoteCollector(subject.instrument),
      encode: (quote, nowMs) => futuresPushes.quote(subject, quote, nowMs),
    }));
  }

  #trades(subject: PushSubject): Topic {
    return this.#table.get(`trades ${nameOf(subject)}`, () => ({
      ticker: this.#every(0),
      collector: new TradeCollector(subject.instrument),
      encode: (trades, nowMs) => futuresPushes.trades(subject, trades, nowMs),
    }));
  }

  #ticker(subject: PushSubject): Topic {
    return this.#table.get(`tickers ${nameOf(subject)}`, () => ({
      ticker: this.#every(tickerIntervalMs),
      collector: new ActivityCollector(subject.instrument),
      encode: (instrument, nowMs) =>
        gatePush("futures.tickers", "update", nowMs, [pushedTicker(this.#market, instrument)]),
    }));
  }

  #depth(payload: readonly unknown[], style: SizeStyle): Topic {
    const [contract, interval, level] = payloadTexts(payload, 3) as [string, string, string];
    const subject = this.#subject(contract, style);
    oneOf(level, updateLevels[oneOf(interval, Object.keys(updateLevels))]!);
    return this.#table.get(`order_book_update ${nameOf(subject)} ${interval} ${level}`, () => ({
      ticker: this.#every(parseInt(interval)),
      collector: new DepthCollector(subject.instrument, Number(level)),
      encode: (change, nowMs) => futuresPushes.depth(subject, change, level, nowMs),
      swallow: () => this.#market.context.faults.takeSkip("GATEIO_FUTURES", contract),
    }));
  }

  #snapshots(payload: readonly unknown[], style: SizeStyle): Topic {
    const [contract, level, interval] = payloadTexts(payload, 3) as [string, string, string];
    const subject = this.#subject(contract, style);
    const depth = Number(oneOf(level, bookLevels));
    oneOf(interval, ["0"]);
    return this.#table.get(`order_book ${nameOf(subject)} ${level}`, () => ({
      ticker: this.#every(bookIntervalMs),
      collector: new SnapshotCollector(subject.instrument, depth),
      encode: (snapshot, nowMs) => futuresPushes.snapshot(subject, snapshot, level, nowMs),
    }));
  }

  #obu(stream: string, style: SizeStyle): Topic {
    const [, contract = "", level = ""] = /^ob\.(.+)\.(\d+)$/.exec(stream) ?? [];
    const intervalMs = obuIntervals[level];
    if (intervalMs === undefined) throw new GateWsError(2, `invalid argument: ${stream}`); // UNCONFIRMED wording.
    const subject = this.#subject(contract, style);
    return this.#ownTopic(`obu ${nameOf(subject)} ${level}`, () =>
      new GateObuTopic({
        channel: "futures.obu",
        instrument: subject.instrument,
        stream,
        depth: Number(level),
        ticker: this.#every(intervalMs),
        nowMs: () => this.#market.nowMs,
        levels: (levels) =>
          levels.map(({ tick, lots }) => [
            subject.instrument.price(tick),
            String(sizeOf(subject.instrument, lots, style)),
          ]),
        swallow: () => this.#market.context.faults.takeSkip("GATEIO_FUTURES", contract),
      }));
  }

  #candles(payload: readonly unknown[], style: SizeStyle): Topic {
    const [text, name] = payloadTexts(payload, 2) as [string, string];
    const interval = oneOf(text, candleIntervals) as CandleInterval;
    const { kind, name: contract } = candleSubject(name);
    const subject = this.#subject(contract, style);
    const { instrument } = subject;
    const row = ({ candle, closed }: ToldCandle): Record<string, unknown> => ({
      t: candle.openMs / 1000,
      ...candlePrices(this.#references, instrument, kind, candle),
      ...(kind === "last" ? { a: plainText(candle.quote) } : {}),
      n: `${interval}_${name}`,
      w: closed,
      ...(kind === "last" ? { v: sizeOf(instrument, candle.lots, style) } : {}),
    });
    return this.#table.get(`candlesticks ${nameOf(subject)} ${interval} ${kind}`, () => ({
      ticker: this.#every(candleIntervalMs),
      collector: new CandleCollector({
        market: this.#market,
        references: this.#references,
        instrument,
        kind,
        interval,
      }),
      encode: (candles, nowMs) => gatePush("futures.candlesticks", "update", nowMs, candles.map(row)),
    }));
  }

  /** UNCONFIRMED: the sign of `size` is that of the liquidation order. */
  #liquidations(name: string, style: SizeStyle): Topic {
    const wanted = name === "!all" ? undefined : this.#subject(name, style).instrument;
    return this.#table.get(`public_liquidates ${name} ${style}`, () => ({
      ticker: this.#every(liquidationIntervalMs),
      collector: new LiquidationCollector(this.#market.engine, wanted),
      encode: (liquidations, nowMs) =>
        futuresPushes.liquidations(
          liquidations.map(({ instrument, size, fillTick, timeMs }): ForcedRow => ({
            price: instrument.price(fillTick),
            size: sizeOf(instrument, -size, style),
            time: timeMs,
            contract: instrument.spec.exchangeSymbol,
          })),
          nowMs,
        ),
    }));
  }

  /** `unsub_all` names every stream of the channel; those that a connection never joined are left in vain. */
  #stats(payload: readonly unknown[], style: SizeStyle): Topic[] {
    const [contract, text] = payloadTexts(payload, 2) as [string, string];
    if (contract === "unsub_all") return [...this.#statistics];
    const interval = oneOf(text, statIntervals) as CandleInterval;
    const subject = this.#subject(contract, style);
    const topic = this.#table.get(`contract_stats ${nameOf(subject)} ${interval}`, () => ({
      ticker: this.#every(statIntervalMs),
      collector: new ActivityCollector(subject.instrument),
      encode: (_, nowMs) => this.#statFrame(subject, interval, nowMs),
    }));
    this.#statistics.add(topic);
    return [topic];
  }

  /** UNCONFIRMED: an object, not an array. */
  #statFrame({ instrument, style }: PushSubject, interval: CandleInterval, nowMs: number): string {
    const openMs = candleGrid(interval).start(nowMs);
    const [candle] = instrument.candles.range(interval, openMs, nowMs, 1, nowMs);
    const { time, ...rest } = statFields({ market: this.#market, instrument, candle: candle!, style });
    const result = { time, contract: instrument.spec.exchangeSymbol, ...rest };
    return gatePush("futures.contract_stats", "update", nowMs, result);
  }

  #info(subject: PushSubject): Topic {
    const { instrument } = subject;
    const name = `contract_info ${instrument.spec.exchangeSymbol}`;
    return this.#ownTopic(name, () => new ContractInfoTopic(this.#market, instrument));
  }

  #ownTopic(name: string, make: () => Topic): Topic {
    const topic = this.#own.get(name) ?? make();
    this.#own.set(name, topic);
    return topic;
  }
}

function nameOf({ instrument, style }: PushSubject): string {
  return `${instrument.spec.exchangeSymbol} ${style}`;
}
