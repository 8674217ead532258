/**
 * MEXC spot frames to structs. Data come as binary `PushDataV3ApiWrapper` messages, answers as JSON text on the
 * same socket.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import { DepthUpdate, type LevelColumns } from "../../core/depth_update.ts";
import { ProtocolError } from "../../core/errors.ts";
import { decimalFromBytes } from "../decimal.ts";
import {
  emptyTicker,
  type FrameKind,
  type PublicCodec,
  type SubscriptionReply,
} from "../interfaces/public_codec.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { ProtobufReader } from "./protobuf_reader.ts";

/** Tags (field number << 3 | wire type) of `PushDataV3ApiWrapper` and the two hot messages. */
const wrapperChannel = 0x0a;
const wrapperSymbol = 0x1a;
const wrapperSendTime = 0x30;
const bodyLimitDepths = (303 << 3) | 2;
const bodyAggreDepths = (313 << 3) | 2;
const bodyAggreBookTicker = (315 << 3) | 2;
const firstBody = (301 << 3) | 2;
const lastBody = (315 << 3) | 2;

const rejectionStart = "Not Subscribed successfully";

/** Decodes MEXC's public frames. The hot messages are read by hand; field order and unknown fields are free. */
export class MexcPublicCodec implements PublicCodec {
  readonly ticker: BookTicker = emptyTicker();
  readonly depth: DepthUpdate = new DepthUpdate();
  readonly reply: SubscriptionReply = { id: 0, channel: "", message: "" };
  readonly #reader = new ProtobufReader();

  constructor(private readonly symbols: SymbolIndex) {}

  decodeText(text: string): FrameKind {
    const message = parseControl(text);
    if (message.msg === "PONG") return "pong";
    this.reply.id = message.id;
    this.reply.message = message.msg;
    this.reply.channel = message.msg;
    const refused = message.code !== 0 || message.msg.startsWith(rejectionStart);
    return refused ? "rejected" : "accepted";
  }

  decodeBinary(bytes: Uint8Array): FrameKind {
    const reader = this.#reader;
    const size = bytes.length;
    reader.reset(bytes);
    let symbolStart = 0, symbolEnd = 0, sendTime = 0;
    let body = 0, bodyStart = 0, bodyEnd = 0;
    while (reader.position < size) {
      const tag = reader.tag(size);
      if (tag === wrapperSymbol) {
        reader.slice(size);
        symbolStart = reader.start;
        symbolEnd = reader.end;
      } else if (tag === wrapperSendTime) sendTime = reader.varint(size);
      else if (tag >= firstBody && tag <= lastBody && (tag & 7) === 2) {
        // Of several bodies the last one counts, as for every oneof.
        reader.slice(size);
        body = tag;
        bodyStart = reader.start;
        bodyEnd = reader.end;
      } else if (tag === wrapperChannel) reader.slice(size);
      else reader.skip(tag, size);
    }
    if (body !== bodyAggreBookTicker && body !== bodyAggreDepths && body !== bodyLimitDepths) return "other";
    const instrument = this.symbols.find(bytes, symbolStart, symbolEnd);
    if (instrument === unknownInstrument) return "other";
    reader.position = bodyStart;
    if (body === bodyAggreBookTicker) {
      this.#readTicker(bodyEnd);
      this.ticker.instrument = instrument;
      this.ticker.exchangeTime = sendTime;
      return "ticker";
    }
    this.depth.clear();
    this.depth.instrument = instrument;
    this.depth.exchangeTime = sendTime;
    if (body === bodyAggreDepths) this.#readDepth(bodyEnd);
    else this.#readLimitDepth(bodyEnd);
    return "depth";
  }

  /** `PublicAggreBookTickerV3Api`: 1 bidPrice, 2 bidQuantity, 3 askPrice, 4 askQuantity, 5 version. */
  #readTicker(end: number): void {
    const { ticker } = this;
    const reader = this.#reader;
    ticker.bidPrice =
      ticker.bidQuantity =
      ticker.askPrice =
      ticker.askQuantity =
        NaN;
    ticker.updateId = 0;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) ticker.bidPrice = this.#decimal(end);
      else if (tag === 0x12) ticker.bidQuantity = this.#decimal(end);
      else if (tag === 0x1a) ticker.askPrice = this.#decimal(end);
      else if (tag === 0x22) ticker.askQuantity = this.#decimal(end);
      else if (tag === 0x2a) ticker.updateId = this.#version(end);
      else reader.skip(tag, end);
    }
  }

  /** `PublicAggreDepthsV3Api`: 1 asks, 2 bids, 4 fromVersion, 5 toVersion. */
  #readDepth(end: number): void {
    const { depth } = this;
    const reader = this.#reader;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.#readLevel(depth.asks, end);
      else if (tag === 0x12) this.#readLevel(depth.bids, end);
      else if (tag === 0x22) depth.firstId = this.#version(end);
      else if (tag === 0x2a) depth.lastId = this.#version(end);
      else reader.skip(tag, end);
    }
    if (!(depth.firstId > 0 && depth.lastId >= depth.firstId)) {
      throw new ProtocolError(`MEXC depth frame has the versions ${depth.firstId}..${depth.lastId}`);
    }
  }

  /** `PublicLimitDepthsV3Api`: 1 asks, 2 bids, 4 version; a whole book of few levels. */
  #readLimitDepth(end: number): void {
    const { depth } = this;
    const reader = this.#reader;
    depth.full = true;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.#readLevel(depth.asks, end);
      else if (tag === 0x12) this.#readLevel(depth.bids, end);
      else if (tag === 0x22) depth.firstId = depth.lastId = this.#version(end);
      else reader.skip(tag, end);
    }
  }

  /** A level: 1 price, 2 quantity. */
  #readLevel(levels: LevelColumns, limit: number): void {
    const reader = this.#reader;
    reader.slice(limit);
    const end = reader.end;
    reader.position = reader.start;
    let price = NaN, quantity = NaN;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) price = this.#decimal(end);
      else if (tag === 0x12) quantity = this.#decimal(end);
      else reader.skip(tag, end);
    }
    if (!(price > 0 && quantity >= 0)) {
      throw new ProtocolError(`MEXC level has price ${price} and quantity ${quantity}`);
    }
    levels.push(price, quantity);
  }

  #decimal(limit: number): number {
    const reader = this.#reader;
    reader.slice(limit);
    if (reader.start === reader.end) return NaN;
    const value = decimalFromBytes(reader.bytes, reader.start, reader.end);
    if (Number.isNaN(value)) throw new ProtocolError(`MEXC number at byte ${reader.start} is not a decimal`);
    return value;
  }

  /** Versions are decimal strings of any length that a whole number can hold. */
  #version(limit: number): number {
    const version = this.#decimal(limit);
    if (!Number.isSafeInteger(version)) {
      throw new ProtocolError(`MEXC version ${version} is not a whole number`);
    }
    return version;
  }
}

interface ControlMessage {
  readonly id: number;
  readonly code: number;
  readonly msg: string;
}

/**
 * Reads an answer `{"id":1,"code":0,"msg":"…"}`.
 *
 * @throws {ProtocolError} for anything else, such as the bare text `Invalid listen key`.
 */
function parseControl(text: string): ControlMessage {
  let value: Partial<Record<keyof ControlMessage, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError(`MEXC sent a text that is not JSON: ${text.slice(0, 100)}`);
  }
  const { id, code, msg } = value ?? {};
  if (typeof id !== "number" || typeof code !== "number" || typeof msg !== "string") {
    throw new ProtocolError(`MEXC sent a text that is no answer: ${text.slice(0, 100)}`);
  }
  return { id, code, msg };
}
