/**
 * MEXC frames by way of protobufjs and the schema: an independent opinion about what bytes mean.
 * @module
 */
import protobuf from "protobufjs";
import { protoFiles } from "../../proto/mod.ts";
import {
  type CodecContent,
  type Expectation,
  isVersionRange,
  isWholeLevel,
  type TradeContent,
} from "./codec_content.ts";
import type { Level } from "./naive_book.ts";

/** The type of every binary frame. */
export const mexcWrapper: protobuf.Type = wrapperOf((text) => text);
/** The same with the texts of which the engine reads no number as bytes: what is in them may be anything. */
const usedTextsOnly = wrapperOf((text) =>
  text.replaceAll(/string (channel|symbol|symbolId|eventType|tradeId)\b/g, "bytes $1")
);

/** Encodes a message given as an object with the field names of the schema. */
export function encodeMexc(message: Record<string, unknown>): Uint8Array {
  return mexcWrapper.encode(mexcWrapper.fromObject(message)).finish();
}

/** Decodes a frame; 64-bit numbers as text. @throws when protobufjs does not take it. */
export function decodeMexc(bytes: Uint8Array): Record<string, unknown> {
  return mexcWrapper.toObject(mexcWrapper.decode(bytes), { longs: String });
}

/** As {@link decodeMexc}, but does not mind what is in texts of which the engine reads no number. */
export function decodeUsedMexc(bytes: Uint8Array): Record<string, unknown> {
  const message = usedTextsOnly.toObject(usedTextsOnly.decode(bytes), { longs: String });
  const { publicMiniTicker: mini, publicMiniTickers: minis } = message;
  for (const item of [message, mini, ...(minis?.items ?? [])]) {
    if (item !== undefined) item.symbol = new TextDecoder().decode(item.symbol);
  }
  return message;
}

function wrapperOf(change: (text: string) => string): protobuf.Type {
  const root = new protobuf.Root();
  for (const text of Object.values(protoFiles)) protobuf.parse(change(text), root, { keepCase: true });
  return root.lookupType("PushDataV3ApiWrapper");
}

interface WireLevel {
  readonly price?: string;
  readonly quantity?: string;
}

/** What a codec must say about a decoded frame. Symbols that are not in `ids` are nobody's business. */
export function expectMexc(message: Record<string, unknown>, ids: ReadonlyMap<string, number>): Expectation {
  const exchangeTime = Number(message.sendTime ?? 0);
  const mini = message.publicMiniTicker as WireMessage | undefined;
  const minis = message.publicMiniTickers as { items?: WireMessage[] } | undefined;
  if (mini !== undefined) return expectMiniTickers([mini], ids, exchangeTime);
  if (minis !== undefined) return expectMiniTickers(minis.items ?? [], ids, exchangeTime);
  const instrument = ids.get(String(message.symbol ?? ""));
  if (instrument === undefined) return { kind: "other" };
  const deals = (message.publicAggreDeals ?? message.publicDeals) as { deals?: WireMessage[] } | undefined;
  if (deals !== undefined) return expectTrades(deals.deals ?? [], instrument);
  const ticker = message.publicAggreBookTicker ?? message.publicBookTicker;
  if (ticker !== undefined) return expectTicker(ticker as WireMessage, instrument, exchangeTime);
  const batch = message.publicBookTickerBatch as { items?: WireMessage[]; version?: string } | undefined;
  if (batch !== undefined) {
    const last = batch.items?.at(-1);
    return last === undefined
      ? { kind: "other" }
      : expectTicker({ ...last, version: batch.version ?? "" }, instrument, exchangeTime);
  }
  const kline = message.publicSpotKline as WireMessage | undefined;
  if (kline !== undefined) {
    return expectKline(kline, instrument, Number(message.createTime ?? 0) || exchangeTime);
  }
  return expectDepth(message, instrument, exchangeTime);
}

/** A message whose fields are texts, but for `tradeType`. */
type WireMessage = Readonly<Record<string, string | number>>;

function expectTicker(ticker: WireMessage, instrument: number, exchangeTime: number): Expectation {
  return {
    kind: "ticker",
    instrument,
    exchangeTime,
    updateId: Number(ticker.version ?? 0),
    bidPrice: decimal(ticker.bidPrice),
    bidQuantity: decimal(ticker.bidQuantity),
    askPrice: decimal(ticker.askPrice),
    askQuantity: decimal(ticker.askQuantity),
  };
}

function expectTrades(deals: readonly WireMessage[], instrument: number): Expectation {
  const trades = deals.map((deal): TradeContent => ({
    instrument,
    id: idOf(deal.tradeId).slice(0, 48),
    price: decimal(deal.price),
    quantity: decimal(deal.quantity),
    takerSide: deal.tradeType === 1 ? "buy" : "sell",
    internal: false,
    exchangeTime: Number(deal.time ?? 0),
  }));
  const whole = deals.every(({ tradeType }) => tradeType === 1 || tradeType === 2) &&
    trades.every(({ price, quantity }) => price > 0 && quantity > 0);
  return whole ? { kind: "trades", trades } : { kind: "error" };
}

/** One character for each byte, as the codec keeps ids. */
function idOf(id: string | number | Uint8Array | undefined): string {
  const bytes = id instanceof Uint8Array ? id : new TextEncoder().encode(String(id ?? ""));
  return String.fromCharCode(...bytes);
}

/** The change that a message of any depth channel makes; several items are one change. */
function expectDepth(
  message: Record<string, unknown>,
  instrument: number,
  exchangeTime: number,
): Expectation {
  const aggre = message.publicAggreDepths as WireDepth | undefined;
  const limit = message.publicLimitDepths as WireDepth | undefined;
  const increase = message.publicIncreaseDepths as WireDepth | undefined;
  const batch = message.publicIncreaseDepthsBatch as { items?: WireDepth[] } | undefined;
  const parts = aggre ?? limit ?? increase;
  const items = batch?.items ?? (parts === undefined ? [] : [parts]);
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return { kind: "other" };
  const content: CodecContent = {
    kind: "depth",
    instrument,
    exchangeTime,
    firstId: Number(first.fromVersion ?? first.version ?? 0),
    lastId: Number(last.toVersion ?? last.version ?? 0),
    full: limit !== undefined,
    depthLimit: 0,
    bids: items.flatMap(({ bids = [] }) => bids.map(level)),
    asks: items.flatMap(({ asks = [] }) => asks.map(level)),
  };
  const whole = [...content.bids, ...content.asks].every(isWholeLevel);
  const follows = items.every(({ version }, i) =>
    i === 0 || Number(version) === Number(items[i - 1]!.version) + 1
  );
  return whole && follows && (content.full || isVersionRange(content)) ? content : { kind: "error" };
}

interface WireDepth {
  readonly bids?: WireLevel[];
  readonly asks?: WireLevel[];
  readonly fromVersion?: string;
  readonly toVersion?: string;
  readonly version?: string;
}

const intervalNames: Readonly<Record<string, string>> = {
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
const plainDecimal = /^\d+(\.\d+)?(?:[eE][+-]?\d+)?$/;

function expectKline(kline: WireMessage, instrument: number, createdMs: number): Expectation {
  const closeTime = Number(kline.windowEnd ?? 0) * 1000;
  const texts = ["openingPrice", "highestPrice", "lowestPrice", "closingPrice", "volume", "amount"]
    .map((name) => String(kline[name] ?? ""));
  const interval = intervalNames[String(kline.interval)];
  if (interval === undefined || !texts.every((text) => plainDecimal.test(text))) return { kind: "error" };
  const [open, high, low, close, volume, quoteVolume] = texts.map(Number);
  const openTime = Number(kline.windowStart ?? 0) * 1000;
  const closed = createdMs >= closeTime;
  const value = {
    instrument,
    interval,
    openTime,
    closeTime,
    open,
    high,
    low,
    close,
    volume,
    quoteVolume,
    closed,
  };
  return { kind: "messages", messages: [{ kind: "kline", value }] };
}

function expectMiniTickers(
  items: readonly WireMessage[],
  ids: ReadonlyMap<string, number>,
  exchangeTime: number,
): Expectation {
  const names = ["price", "high", "low", "quantity", "volume"];
  const whole = items.every((item) =>
    names.every((name) => plainDecimal.test(String(item[name] ?? ""))) &&
    /^-?\d+(\.\d+)?(?:[eE][+-]?\d+)?$/.test(String(item.zonedRate ?? ""))
  );
  if (!whole) return { kind: "error" };
  const messages = items.filter(({ symbol }) => ids.has(String(symbol))).map((item) => ({
    kind: "ticker" as const,
    value: {
      instrument: ids.get(String(item.symbol)),
      lastPrice: Number(item.price),
      bidPrice: NaN,
      askPrice: NaN,
      bidQuantity: NaN,
      askQuantity: NaN,
      highPrice: Number(item.high),
      lowPrice: Number(item.low),
      change: Number(item.zonedRate),
      volume: Number(item.quantity),
      quoteVolume: Number(item.volume),
      exchangeTime,
      contract: undefined,
    },
  }));
  return messages.length === 0 ? { kind: "other" } : { kind: "messages", messages };
}

function level({ price, quantity }: WireLevel): Level {
  return [decimal(price), decimal(quantity)];
}

function decimal(text: string | number | undefined): number {
  return text === undefined || text === "" ? NaN : Number(text);
}
