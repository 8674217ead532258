/**
 * What a venue's public codec does: payload to struct.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";
import type { Kline } from "../../core/kline.ts";
import type { ContractStats, MarketTicker, PublicLiquidation } from "../../core/market_ticker.ts";
import type { TradeColumns } from "../../core/public_trade.ts";

/**
 * What a frame was: `ticker`, `depth`, `trades` and `messages` leave their content in the codec's structs, `accepted`
 * and `rejected` answer a subscription, `pong` answers a heartbeat, `closing` announces that the venue is about to
 * close the connection, `other` is valid and of no use here.
 */
export type FrameKind =
  | "ticker"
  | "depth"
  | "trades"
  | "messages"
  | "accepted"
  | "rejected"
  | "pong"
  | "closing"
  | "other";

/** Market data that come about once a second. Their receiver may keep them. */
export type MarketMessage =
  | { readonly kind: "ticker"; readonly value: MarketTicker }
  | { readonly kind: "kline"; readonly value: Kline }
  | { readonly kind: "liquidation"; readonly value: PublicLiquidation }
  | { readonly kind: "contractStats"; readonly value: ContractStats };

/** A venue's answer to a subscription. */
export interface SubscriptionReply {
  /** Number of the request; 0 when the venue did not repeat it. */
  id: number;
  /** The venue's name of the channel where it tells it, else empty. */
  channel: string;
  /** The venue's own words in case of a refusal. */
  message: string;
}

/** Decodes the frames of one venue into structs that are reused from frame to frame. */
export interface PublicCodec {
  /** The last book ticker; `receivedAt` is left to the caller. */
  readonly ticker: BookTicker;
  /** The last book change. */
  readonly depth: DepthUpdate;
  /** The last trades, in wire order; `receivedAt` is left to the caller. */
  readonly trades: TradeColumns;
  /** The last messages of other kinds; `receivedAt` is left to the caller. */
  readonly messages: readonly MarketMessage[];
  /** The last answer to a subscription. */
  readonly reply: SubscriptionReply;
  /** @throws {ProtocolError} when the text is not what the protocol allows; nothing of it is used. */
  decodeText(text: string): FrameKind;
  /** @throws {ProtocolError} when the bytes are not what the protocol allows; nothing of it is used. */
  decodeBinary(bytes: Uint8Array): FrameKind;
}

/** An empty book ticker for a codec to fill. */
export function emptyTicker(): BookTicker {
  return {
    instrument: 0 as BookTicker["instrument"],
    bidPrice: NaN,
    bidQuantity: NaN,
    askPrice: NaN,
    askQuantity: NaN,
    exchangeTime: 0,
    receivedAt: 0,
    updateId: 0,
  };
}
