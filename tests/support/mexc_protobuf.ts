/**
 * MEXC frames by way of protobufjs and the schema: an independent opinion about what bytes mean.
 * @module
 */
import protobuf from "protobufjs";
import { protoFiles } from "../../proto/mod.ts";
import { type CodecContent, type Expectation, isVersionRange, isWholeLevel } from "./codec_content.ts";
import type { Level } from "./naive_book.ts";

/** The type of every binary frame. */
export const mexcWrapper: protobuf.Type = wrapperOf((text) => text);
/** The same with the texts of which the engine reads no number as bytes: what is in them may be anything. */
const usedTextsOnly = wrapperOf((text) =>
  text.replaceAll(/string (channel|symbol|symbolId|eventType)\b/g, "bytes $1")
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
  return { ...message, symbol: new TextDecoder().decode(message.symbol) };
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
  const instrument = ids.get(String(message.symbol ?? ""));
  const exchangeTime = Number(message.sendTime ?? 0);
  const ticker = message.publicAggreBookTicker as Record<string, string> | undefined;
  const aggre = message.publicAggreDepths as Record<string, unknown> | undefined;
  const limit = message.publicLimitDepths as Record<string, unknown> | undefined;
  if (instrument === undefined || (ticker ?? aggre ?? limit) === undefined) return { kind: "other" };
  if (ticker !== undefined) {
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
  const { bids = [], asks = [] } = (aggre ?? limit) as { bids?: WireLevel[]; asks?: WireLevel[] };
  const content: CodecContent = {
    kind: "depth",
    instrument,
    exchangeTime,
    firstId: Number(aggre?.fromVersion ?? limit?.version ?? 0),
    lastId: Number(aggre?.toVersion ?? limit?.version ?? 0),
    full: limit !== undefined,
    depthLimit: 0,
    bids: bids.map(level),
    asks: asks.map(level),
  };
  const whole = [...content.bids, ...content.asks].every(isWholeLevel);
  return whole && (content.full || isVersionRange(content)) ? content : { kind: "error" };
}

function level({ price, quantity }: WireLevel): Level {
  return [decimal(price), decimal(quantity)];
}

function decimal(text: string | undefined): number {
  return text === undefined || text === "" ? NaN : Number(text);
}
