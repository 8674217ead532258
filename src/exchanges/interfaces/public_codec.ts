/**
 * What a venue's public codec does: payload to struct.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";

/**
 * What a frame was: `ticker` and `depth` leave their content in the codec's structs, `accepted` and `rejected`
 * answer a subscription, `pong` answers a heartbeat, `other` is valid and of no use here.
 */
export type FrameKind = "ticker" | "depth" | "accepted" | "rejected" | "pong" | "other";

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
