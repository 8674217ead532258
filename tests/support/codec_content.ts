/**
 * What a codec said about a frame, as plain values that can be compared.
 * @module
 */
import { ProtocolError } from "../../src/core/errors.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import { PublicTrade, type TradeSnapshot } from "../../src/core/public_trade.ts";
import type { MarketMessage, PublicCodec } from "../../src/exchanges/interfaces/public_codec.ts";
import { type Level, levelsOfColumns } from "./naive_book.ts";

/** A book change in plain values. */
export interface DepthContent {
  readonly kind: "depth";
  readonly instrument: number;
  readonly exchangeTime: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly full: boolean;
  readonly depthLimit: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** A best quote in plain values. */
export interface TickerContent {
  readonly kind: "ticker";
  readonly instrument: number;
  readonly exchangeTime: number;
  readonly updateId: number;
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
}

/** An answer to a subscription in plain values. */
export interface ReplyContent {
  readonly kind: "accepted" | "rejected";
  readonly id: number;
  readonly channel: string;
  readonly message: string;
}

/** A public trade in plain values. */
export type TradeContent = Omit<TradeSnapshot, "instrument" | "receivedAt" | "recovered"> & {
  readonly instrument: number;
};

/** Public trades in plain values. */
export interface TradesContent {
  readonly kind: "trades";
  readonly trades: readonly TradeContent[];
}

/** Messages that come rarely, without the time at which they came. */
export interface MessagesContent {
  readonly kind: "messages";
  readonly messages: readonly { readonly kind: MarketMessage["kind"]; readonly value: object }[];
}

/** What a frame means; `error` for one that the protocol does not allow. */
export type Expectation =
  | DepthContent
  | TickerContent
  | TradesContent
  | MessagesContent
  | ReplyContent
  | { readonly kind: "pong" | "closing" | "other" | "error" };

/** The kind with the most fields, for those who build one. */
export type CodecContent = DepthContent;

/** Decodes a frame with a codec. @throws anything that is not a ProtocolError, which is a defect. */
export function contentOf(codec: PublicCodec, frame: string | Uint8Array): Expectation {
  let kind;
  try {
    kind = typeof frame === "string" ? codec.decodeText(frame) : codec.decodeBinary(frame);
  } catch (error) {
    if (error instanceof ProtocolError) return { kind: "error" };
    throw error;
  }
  if (kind === "ticker") {
    const { receivedAt: _, ...ticker } = codec.ticker;
    return { kind, ...ticker };
  }
  if (kind === "accepted" || kind === "rejected") return { kind, ...codec.reply };
  if (kind === "trades") {
    const view = new PublicTrade();
    const trades = Array.from({ length: codec.trades.length }, (_, i) => {
      const { receivedAt: _received, recovered: _recovered, ...trade } = view.moveTo(codec.trades, i)
        .snapshot();
      return trade;
    });
    return { kind, trades };
  }
  if (kind === "messages") {
    const messages = codec.messages.map((message) => {
      const { receivedAt: _, ...value } = message.value;
      return { kind: message.kind, value };
    });
    return { kind, messages };
  }
  if (kind !== "depth") return { kind };
  const { instrument, exchangeTime, firstId, lastId, full, depthLimit, bids, asks } = codec.depth;
  return {
    kind,
    instrument,
    exchangeTime,
    firstId,
    lastId,
    full,
    depthLimit,
    bids: levelsOfColumns(bids),
    asks: levelsOfColumns(asks),
  };
}

/** One text for one meaning: what tests compare thousands of times. Fields in order, NaN and infinities named. */
export function meaning(content: Expectation): string {
  const ordered = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(ordered, (_, value) => {
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  });
}

/** Whether a level may stand in a frame. */
export function isWholeLevel([price, quantity]: Level): boolean {
  return price > 0 && quantity >= 0;
}

/** Whether a change may have these versions. */
export function isVersionRange({ firstId, lastId }: { firstId: number; lastId: number }): boolean {
  return Number.isSafeInteger(firstId) && Number.isSafeInteger(lastId) && firstId > 0 && lastId >= firstId;
}

/** Ids by the venue's symbol. */
export function idsOf(instruments: readonly Instrument[]): Map<string, number> {
  return new Map(instruments.map(({ exchangeSymbol, id }) => [exchangeSymbol, id]));
}
