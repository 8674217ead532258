/**
 * MEXC spot frames to structs. Data come as binary `PushDataV3ApiWrapper` messages, answers as JSON text on the
 * same socket.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import { DepthUpdate, type LevelColumns } from "../../core/depth_update.ts";
import { ProtocolError } from "../../core/errors.ts";
import { asciiText, decimalFromBytes, integerFromBytes, readDecimal } from "../decimal.ts";
import {
  emptyTicker,
  type FrameKind,
  type PublicCodec,
  type SubscriptionReply,
} from "../interfaces/public_codec.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { ProtobufReader } from "./protobuf_reader.ts";
import { readUsualLevels } from "./usual_levels.ts";

/** Tags (field number << 3 | wire type) of `PushDataV3ApiWrapper` and the two hot messages. */
const wrapperChannel = 0x0a;
const wrapperSymbol = 0x1a;
const wrapperSendTime = 0x30;
const bodyLimitDepths = (303 << 3) | 2;
const bodyAggreDepths = (313 << 3) | 2;
const bodyAggreBookTicker = (315 << 3) | 2;
const firstBody = (301 << 3) | 2;
const lastBody = (315 << 3) | 2;

/** Tags of the four values of a book ticker: fields 1 to 4. */
const firstValueTag = 0x0a;
const lastValueTag = 0x22;
/** Tags of the levels in both depth messages. */
const asksTag = 0x0a;
const bidsTag = 0x12;

const rejectionStart = "Not Subscribed successfully";

/** Decodes MEXC's public frames. The hot messages are read by hand; field order and unknown fields are free. */
export class MexcPublicCodec implements PublicCodec {
  readonly ticker: BookTicker = emptyTicker();
  readonly depth: DepthUpdate = new DepthUpdate();
  readonly reply: SubscriptionReply = { id: 0, channel: "", message: "" };
  readonly #reader = new ProtobufReader();
  /** Values of a book ticker, in the order of their fields. */
  readonly #values = new Float64Array(4);
  /** What the last wrapper held: bounds of the symbol, send time, tag and bounds of the body. */
  #symbolStart = 0;
  #symbolEnd = 0;
  #sendTime = 0;
  #body = 0;
  #bodyStart = 0;
  #bodyEnd = 0;

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
    this.#readWrapper(bytes);
    const body = this.#body;
    if (body !== bodyAggreBookTicker && body !== bodyAggreDepths && body !== bodyLimitDepths) return "other";
    const instrument = this.symbols.find(bytes, this.#symbolStart, this.#symbolEnd);
    if (instrument === unknownInstrument) return "other";
    if (body === bodyAggreBookTicker) {
      this.#readTicker(bytes, this.#bodyStart, this.#bodyEnd);
      this.ticker.instrument = instrument;
      this.ticker.exchangeTime = this.#sendTime;
      return "ticker";
    }
    this.depth.clear();
    this.depth.instrument = instrument;
    this.depth.exchangeTime = this.#sendTime;
    this.#readDepth(bytes, this.#bodyStart, this.#bodyEnd, body === bodyLimitDepths);
    return "depth";
  }

  /** Finds symbol, time and body of a message. Short fields are stepped over here, the rest by the reader. */
  #readWrapper(bytes: Uint8Array): void {
    const reader = this.#reader;
    const size = bytes.length;
    reader.reset(bytes);
    this.#symbolStart =
      this.#symbolEnd =
      this.#sendTime =
      this.#body =
        0;
    let position = 0;
    while (position < size) {
      const tag = bytes[position]!;
      const end = position + 2 + bytes[position + 1]!;
      if ((tag === wrapperChannel || tag === wrapperSymbol) && end <= size && bytes[position + 1]! < 0x80) {
        if (tag === wrapperSymbol) {
          this.#symbolStart = position + 2;
          this.#symbolEnd = end;
        }
        position = end;
      } else {
        reader.position = position;
        this.#readWrapperField(reader, size);
        position = reader.position;
      }
    }
  }

  #readWrapperField(reader: ProtobufReader, size: number): void {
    const tag = reader.tag(size);
    if (tag === wrapperSendTime) this.#sendTime = reader.varint(size);
    else if (tag >= firstBody && tag <= lastBody && (tag & 7) === 2) {
      // Of several bodies the last one counts, as for every oneof.
      reader.slice(size);
      this.#body = tag;
      this.#bodyStart = reader.start;
      this.#bodyEnd = reader.end;
    } else if (tag === wrapperSymbol) {
      reader.slice(size);
      this.#symbolStart = reader.start;
      this.#symbolEnd = reader.end;
    } else reader.skip(tag, size);
  }

  /** `PublicAggreBookTickerV3Api`: 1 bidPrice, 2 bidQuantity, 3 askPrice, 4 askQuantity, 5 version. */
  #readTicker(bytes: Uint8Array, start: number, end: number): void {
    const { ticker } = this;
    const values = this.#values.fill(NaN);
    ticker.updateId = 0;
    let position = start;
    while (position < end) {
      const tag = bytes[position]!;
      const valueStart = position + 2;
      const valueEnd = valueStart + bytes[position + 1]!;
      if (
        (tag & 7) === 2 && tag <= lastValueTag && tag >= firstValueTag && bytes[position + 1]! < 0x80 &&
        valueEnd <= end && valueEnd > valueStart
      ) {
        readDecimal(bytes, valueStart, valueEnd, values, (tag >> 3) - 1);
        if (!(values[(tag >> 3) - 1]! < Infinity)) throw notDecimal(bytes, valueStart, valueEnd);
        position = valueEnd;
      } else position = this.#readTickerField(bytes, position, end);
    }
    ticker.bidPrice = values[0]!;
    ticker.bidQuantity = values[1]!;
    ticker.askPrice = values[2]!;
    ticker.askQuantity = values[3]!;
  }

  /** The version, or a field in a form that is not usual. Returns where it ends. */
  #readTickerField(bytes: Uint8Array, position: number, end: number): number {
    const reader = this.#reader;
    reader.position = position;
    const tag = reader.tag(end);
    if ((tag & 7) === 2 && tag >= firstValueTag && tag <= lastValueTag) {
      this.#values[(tag >> 3) - 1] = this.#decimal(bytes, end);
    } else if (tag === 0x2a) this.ticker.updateId = this.#version(bytes, end);
    else reader.skip(tag, end);
    return reader.position;
  }

  /**
   * `PublicAggreDepthsV3Api`: 1 asks, 2 bids, 4 fromVersion, 5 toVersion; or `PublicLimitDepthsV3Api`, which is a
   * whole book of few levels: 1 asks, 2 bids, 4 version.
   */
  #readDepth(bytes: Uint8Array, start: number, end: number, full: boolean): void {
    const { depth } = this;
    let position = start;
    while (position < end) {
      const tag = bytes[position]!;
      const valueStart = position + 2;
      const valueEnd = valueStart + bytes[position + 1]!;
      if (tag === asksTag || tag === bidsTag) {
        const levels = tag === asksTag ? depth.asks : depth.bids;
        const next = readUsualLevels(bytes, position, end, tag, levels);
        position = next === position ? this.#readAnyLevel(bytes, position, end, levels) : next;
      } else if (bytes[position + 1]! >= 0x80 || valueEnd > end || (tag & 0x87) !== 2 || tag < 8) {
        position = this.#readDepthField(bytes, position, end, full);
      } else {
        if (tag === 0x22) depth.firstId = versionOf(bytes, valueStart, valueEnd);
        else if (tag === 0x2a && !full) depth.lastId = versionOf(bytes, valueStart, valueEnd);
        position = valueEnd;
      }
    }
    depth.full = full;
    if (full) depth.lastId = depth.firstId;
    else if (!(depth.firstId > 0 && depth.lastId >= depth.firstId)) {
      throw new ProtocolError(`MEXC depth frame has the versions ${depth.firstId}..${depth.lastId}`);
    }
  }

  /** A version or any other field in a form that is not usual. Returns where it ends. */
  #readDepthField(bytes: Uint8Array, position: number, end: number, full: boolean): number {
    const reader = this.#reader;
    reader.position = position;
    const tag = reader.tag(end);
    if (tag === 0x22) this.depth.firstId = this.#version(bytes, end);
    else if (tag === 0x2a && !full) this.depth.lastId = this.#version(bytes, end);
    else reader.skip(tag, end);
    return reader.position;
  }

  /** A level (1 price, 2 quantity) in any form that protobuf allows. Returns where it ends. */
  #readAnyLevel(bytes: Uint8Array, position: number, limit: number, levels: LevelColumns): number {
    const reader = this.#reader;
    reader.position = position + 1;
    reader.slice(limit);
    const end = reader.end;
    reader.position = reader.start;
    let price = NaN, quantity = NaN;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) price = this.#decimal(bytes, end);
      else if (tag === 0x12) quantity = this.#decimal(bytes, end);
      else reader.skip(tag, end);
    }
    if (!(price > 0 && quantity >= 0)) {
      throw new ProtocolError(`MEXC level has price ${price} and quantity ${quantity}`);
    }
    levels.push(price, quantity);
    return end;
  }

  /** A decimal number as text; NaN when it is empty. */
  #decimal(bytes: Uint8Array, limit: number): number {
    const reader = this.#reader;
    reader.slice(limit);
    const { start, end } = reader;
    if (start === end) return NaN;
    const value = decimalFromBytes(bytes, start, end);
    if (!(value < Infinity)) throw notDecimal(bytes, start, end);
    return value;
  }

  #version(bytes: Uint8Array, limit: number): number {
    const reader = this.#reader;
    reader.slice(limit);
    return versionOf(bytes, reader.start, reader.end);
  }
}

/** A version: a whole number as text. */
function versionOf(bytes: Uint8Array, start: number, end: number): number {
  const version = integerFromBytes(bytes, start, end);
  if (!Number.isNaN(version)) return version;
  throw new ProtocolError(
    `MEXC version "${asciiText(bytes, start, end)}" is not a whole number of up to 15 digits`,
  );
}

function notDecimal(bytes: Uint8Array, start: number, end: number): ProtocolError {
  return new ProtocolError(
    `MEXC number "${asciiText(bytes, start, Math.min(end, start + 40))}" is not a decimal`,
  );
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
