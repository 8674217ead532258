/**
 * MEXC spot frames to structs. Data come as binary `PushDataV3ApiWrapper` messages, answers as JSON text on the
 * same socket.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";
import { ProtocolError } from "../../core/errors.ts";
import type { InstrumentId } from "../../core/instrument.ts";
import { TradeColumns } from "../../core/public_trade.ts";
import type { FrameKind, MarketMessage, PublicCodec, SubscriptionReply } from "../interfaces/public_codec.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { ProtobufReader } from "./protobuf_reader.ts";
import { MexcDepthReader } from "./public_depth_reader.ts";
import { readMexcKline, readMexcMiniTicker, readMexcMiniTickers } from "./public_rare_messages.ts";
import { MexcTickerReader, noVersion, tickerVersion } from "./public_ticker_reader.ts";
import { noTradeId, readMexcTrades, tradeIdTag } from "./public_trade_reader.ts";

/** Tags (field number << 3 | wire type) of `PushDataV3ApiWrapper` and the two hot messages. */
const wrapperChannel = 0x0a;
const wrapperSymbol = 0x1a;
const wrapperCreateTime = 0x28;
const wrapperSendTime = 0x30;
const bodyDeals = (301 << 3) | 2;
const bodyIncreaseDepths = (302 << 3) | 2;
const bodyLimitDepths = (303 << 3) | 2;
const bodyBookTicker = (305 << 3) | 2;
const bodyKline = (308 << 3) | 2;
const bodyMiniTicker = (309 << 3) | 2;
const bodyMiniTickers = (310 << 3) | 2;
const bodyBookTickerBatch = (311 << 3) | 2;
const bodyIncreaseDepthsBatch = (312 << 3) | 2;
const bodyAggreDepths = (313 << 3) | 2;
const bodyAggreDeals = (314 << 3) | 2;
const bodyAggreBookTicker = (315 << 3) | 2;
const firstBody = bodyDeals;
const lastBody = bodyAggreBookTicker;
/** First byte of JSON text. */
const jsonStart = 0x7b;
const rejectionStart = "Not Subscribed successfully";

/** Decodes MEXC's public frames. The hot messages are read by hand; field order and unknown fields are free. */
export class MexcPublicCodec implements PublicCodec {
  readonly ticker: BookTicker;
  readonly depth: DepthUpdate;
  readonly trades: TradeColumns = new TradeColumns();
  messages: readonly MarketMessage[] = [];
  readonly reply: SubscriptionReply = { id: 0, channel: "", message: "" };
  readonly #reader = new ProtobufReader();
  readonly #tickers = new MexcTickerReader(this.#reader);
  readonly #depths = new MexcDepthReader(this.#reader);
  /** What the last wrapper held: bounds of the symbol, send time, tag and bounds of the body. */
  #symbolStart = 0;
  #symbolEnd = 0;
  #createTime = 0;
  #sendTime = 0;
  #body = 0;
  #bodyStart = 0;
  #bodyEnd = 0;

  constructor(private readonly symbols: SymbolIndex) {
    this.ticker = this.#tickers.ticker;
    this.depth = this.#depths.depth;
  }

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
    // An answer in a binary frame. As a tag this byte would be a group, which no message has.
    if (bytes[0] === jsonStart) return this.decodeText(new TextDecoder().decode(bytes));
    this.#readWrapper(bytes);
    const body = this.#body;
    if (body === bodyMiniTicker || body === bodyMiniTickers) return this.#readTickers(bytes);
    const instrument = this.symbols.find(bytes, this.#symbolStart, this.#symbolEnd);
    if (instrument === unknownInstrument) return "other";
    switch (body) {
      case bodyAggreBookTicker:
        this.#tickers.read(bytes, this.#bodyStart, this.#bodyEnd, tickerVersion);
        return this.#tickerOf(instrument);
      case bodyAggreDepths:
        this.#clearDepth(instrument);
        this.#depths.read(bytes, this.#bodyStart, this.#bodyEnd, "range");
        return "depth";
      case bodyAggreDeals:
      case bodyDeals:
        this.trades.clear();
        this.#reader.position = this.#bodyStart;
        readMexcTrades(
          this.#reader,
          this.#bodyEnd,
          instrument,
          this.trades,
          body === bodyAggreDeals ? tradeIdTag : noTradeId,
        );
        return "trades";
      default:
        return this.#readRareBody(bytes, instrument);
    }
  }

  /** Messages of channels that the engine does not subscribe to by itself. */
  #readRareBody(bytes: Uint8Array, instrument: InstrumentId): FrameKind {
    const [start, end] = [this.#bodyStart, this.#bodyEnd];
    switch (this.#body) {
      case bodyBookTicker:
        this.#tickers.read(bytes, start, end, noVersion);
        return this.#tickerOf(instrument);
      case bodyBookTickerBatch:
        return this.#tickers.readBatch(bytes, start, end) ? this.#tickerOf(instrument) : "other";
      case bodyLimitDepths:
        this.#clearDepth(instrument);
        this.#depths.read(bytes, start, end, "snapshot");
        return "depth";
      case bodyIncreaseDepths:
        this.#clearDepth(instrument);
        this.#depths.read(bytes, start, end, "single");
        return "depth";
      case bodyIncreaseDepthsBatch:
        this.#clearDepth(instrument);
        return this.#depths.readBatch(bytes, start, end) ? "depth" : "other";
      case bodyKline: {
        const value = readMexcKline(
          bytes.subarray(start, end),
          instrument,
          this.#createTime || this.#sendTime,
        );
        this.messages = [{ kind: "kline", value }];
        return "messages";
      }
      default:
        return "other";
    }
  }

  #readTickers(bytes: Uint8Array): FrameKind {
    const read = this.#body === bodyMiniTicker ? readMexcMiniTicker : readMexcMiniTickers;
    const body = bytes.subarray(this.#bodyStart, this.#bodyEnd);
    const tickers = read(body, this.symbols, this.#sendTime);
    this.messages = tickers.map((value) => ({ kind: "ticker", value }));
    return tickers.length === 0 ? "other" : "messages";
  }

  #tickerOf(instrument: InstrumentId): FrameKind {
    this.ticker.instrument = instrument;
    this.ticker.exchangeTime = this.#sendTime;
    return "ticker";
  }

  #clearDepth(instrument: InstrumentId): void {
    this.depth.clear();
    this.depth.instrument = instrument;
    this.depth.exchangeTime = this.#sendTime;
  }

  /** Finds symbol, time and body of a message. Short fields are stepped over here, the rest by the reader. */
  #readWrapper(bytes: Uint8Array): void {
    const reader = this.#reader;
    const size = bytes.length;
    reader.reset(bytes);
    this.#symbolStart =
      this.#symbolEnd =
      this.#createTime =
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
    else if (tag === wrapperCreateTime) this.#createTime = reader.varint(size);
    else if (tag >= firstBody && tag <= lastBody && (tag & 7) === 2) {
      // Protobuf would merge two bodies of one kind and forget the first of two kinds: the venue sends one.
      if (this.#body !== 0) throw new ProtocolError("MEXC sent a frame with two bodies");
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
  const { id = 0, code, msg } = value ?? {};
  const [idNumber, codeNumber] = [numberOf(id), numberOf(code)];
  if (idNumber === undefined || codeNumber === undefined || typeof msg !== "string") {
    throw new ProtocolError(`MEXC sent a text that is no answer: ${text.slice(0, 100)}`);
  }
  return { id: idNumber, code: codeNumber, msg };
}

/** A whole number, also one that is written as text. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "string" && /^-?\d{1,15}$/.test(value)) return Number(value);
  return typeof value === "number" ? value : undefined;
}
