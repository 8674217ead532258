/**
 * Gate.io public frames to structs, for spot and futures: both wrap the same JSON envelope around nearly the
 * same results.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import { DepthUpdate, type LevelColumns } from "../../core/depth_update.ts";
import { ProtocolError } from "../../core/errors.ts";
import type { MarketKind } from "../../core/exchange.ts";
import { TradeColumns } from "../../core/public_trade.ts";
import { asciiText, integerFromBytes } from "../decimal.ts";
import {
  emptyTicker,
  type FrameKind,
  type MarketMessage,
  type PublicCodec,
  type SubscriptionReply,
} from "../interfaces/public_codec.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { asciiBytes, JsonScanner } from "./json_scanner.ts";
import { GateioRareMessages } from "./public_rare_messages.ts";
import { GateioTradeReader } from "./public_trade_reader.ts";
import { UsualTicker } from "./usual_ticker.ts";

type Channel = "ticker" | "depth" | "obu" | "trades" | "rare" | "system" | "pong" | "other";
type Event = "update" | "reply" | "other";

const openBracket = 91;
const openBrace = 123;
const point = 46;
const streamPrefix = asciiBytes("ob.");
const noResult = -1;
const channelWord = asciiBytes("channel");
const eventWord = asciiBytes("event");
const resultWord = asciiBytes("result");
const idWord = asciiBytes("id");
const errorWord = asciiBytes("error");
const messageWord = asciiBytes("message");
const statusWord = asciiBytes("status");
const fullWord = asciiBytes("full");
const updateWord = asciiBytes("update");
const subscribeWord = asciiBytes("subscribe");
const unsubscribeWord = asciiBytes("unsubscribe");
const failWord = asciiBytes("fail");

/**
 * Decodes Gate.io's public frames. Keys may come in any order. Spot levels are `[price, size]`, futures levels
 * `{p, s}`; sizes may be numbers or strings (futures connections with the decimal-size header send strings).
 */
export class GateioPublicCodec implements PublicCodec {
  readonly ticker: BookTicker = emptyTicker();
  readonly depth: DepthUpdate = new DepthUpdate();
  readonly trades: TradeColumns = new TradeColumns();
  messages: readonly MarketMessage[] = [];
  readonly reply: SubscriptionReply = { id: 0, channel: "", message: "" };
  readonly #scanner = new JsonScanner();
  readonly #usual: UsualTicker;
  readonly #tradeReader: GateioTradeReader;
  readonly #rare: GateioRareMessages;
  /** Names of the channels, the most frequent first. */
  readonly #channels: readonly (readonly [name: Uint8Array, channel: Channel])[];
  #channel: Channel = "other";
  #event: Event = "other";
  #failed = false;
  /** Bounds of the channel's name, which is made a string only for a reply. */
  #channelStart = 0;
  #channelEnd = 0;
  /** What the result was, once it has been read. */
  #content: FrameKind | undefined;

  constructor(private readonly symbols: SymbolIndex, market: MarketKind) {
    this.#usual = new UsualTicker(symbols, market);
    const prefix = market === "spot" ? "spot" : "futures";
    this.#tradeReader = new GateioTradeReader(symbols, market, this.trades);
    this.#rare = new GateioRareMessages(symbols, market);
    const names: [string, Channel][] = [
      [`${prefix}.book_ticker`, "ticker"],
      [`${prefix}.order_book_update`, "depth"],
      [`${prefix}.obu`, "obu"],
      [`${prefix}.trades`, "trades"],
      ...this.#rare.channels.map((name): [string, Channel] => [name, "rare"]),
      [`${prefix}.pong`, "pong"],
      [`${prefix}.system`, "system"],
    ];
    this.#channels = names.map(([name, channel]) => [asciiBytes(name), channel]);
  }

  decodeBinary(bytes: Uint8Array): FrameKind {
    throw new ProtocolError(`Gate.io sent a binary frame of ${bytes.length} bytes on a JSON connection`);
  }

  decodeText(text: string): FrameKind {
    const scanner = this.#scanner;
    scanner.reset(text);
    if (this.#usual.read(scanner.bytes, scanner.view, scanner.length, this.ticker)) return "ticker";
    const resultAt = this.#readEnvelope();
    this.#scanner.finish();
    if (this.#channel === "pong") return "pong";
    if (this.#event === "reply") {
      this.reply.channel = asciiText(this.#scanner.bytes, this.#channelStart, this.#channelEnd);
      return this.#failed ? "rejected" : "accepted";
    }
    if (this.#event !== "update" || resultAt === noResult) return "other";
    if (this.#channel === "rare") return this.#readRare(text);
    if (this.#content !== undefined) return this.#content;
    this.#scanner.position = resultAt;
    return this.#readResult();
  }

  /** Reads everything, the result only when it is known already what it is. Returns where the result is. */
  #readEnvelope(): number {
    const scanner = this.#scanner;
    this.#clear();
    let resultAt = noResult;
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      if (scanner.is(channelWord)) this.#readChannel();
      else if (scanner.is(eventWord)) this.#readEvent();
      else if (scanner.is(resultWord)) {
        scanner.peek();
        resultAt = scanner.position;
        if (this.#event === "update" && this.#channel !== "other") this.#content = this.#readResult();
        else this.#skipResult();
      } else if (scanner.is(idWord)) this.#readId();
      else if (scanner.is(errorWord)) this.#readError();
      else scanner.skip();
    }
    return resultAt;
  }

  #clear(): void {
    this.#channel = "other";
    this.#event = "other";
    this.#failed = false;
    this.#channelStart = this.#channelEnd = 0;
    this.#content = undefined;
    this.reply.id = 0;
    this.reply.channel = "";
    this.reply.message = "";
  }

  #readResult(): FrameKind {
    switch (this.#channel) {
      case "ticker":
        return this.#readTicker();
      case "depth":
      case "obu":
        return this.#readDepth();
      case "trades":
        this.#tradeReader.read(this.#scanner);
        return this.trades.length === 0 ? "other" : "trades";
      default:
        this.#scanner.skip();
        // The only notice there is says that the connection will be closed for an upgrade.
        return this.#channel === "system" ? "closing" : "other";
    }
  }

  /** The whole text has been found to be JSON by now. */
  #readRare(text: string): FrameKind {
    const channel = asciiText(this.#scanner.bytes, this.#channelStart, this.#channelEnd);
    this.messages = this.#rare.read(channel, text);
    return this.messages.length === 0 ? "other" : "messages";
  }

  #readChannel(): void {
    const scanner = this.#scanner;
    scanner.string();
    this.#channel = "other";
    for (let i = 0; i < this.#channels.length; i++) {
      const [name, channel] = this.#channels[i]!;
      if (!scanner.is(name)) continue;
      this.#channel = channel;
      break;
    }
    this.#channelStart = scanner.start;
    this.#channelEnd = scanner.end;
  }

  #readEvent(): void {
    const scanner = this.#scanner;
    scanner.string();
    if (scanner.is(updateWord)) this.#event = "update";
    else if (scanner.is(subscribeWord) || scanner.is(unsubscribeWord)) this.#event = "reply";
    else this.#event = "other";
  }

  #readId(): void {
    if (this.#scanner.peek() === 110) this.#scanner.skip();
    else this.reply.id = this.#scanner.integer();
  }

  /** `null` on success in older frames, else `{"code":2,"message":"…"}`. */
  #readError(): void {
    const scanner = this.#scanner;
    if (scanner.peek() !== openBrace) return scanner.skip();
    this.#failed = true;
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      if (scanner.is(messageWord)) {
        scanner.string();
        this.reply.message = scanner.content();
      } else scanner.skip();
    }
  }

  /** The result of a reply is `{"status":"success"|"fail"}`; any other is read later. */
  #skipResult(): void {
    const scanner = this.#scanner;
    if (scanner.peek() !== openBrace) return scanner.skip();
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      if (scanner.is(statusWord)) {
        scanner.string();
        if (scanner.is(failWord)) this.#failed = true;
      } else scanner.skip();
    }
  }

  /** `{"t":ms,"u":id,"s":symbol,"b":bid,"B":size,"a":ask,"A":size}`; an empty side has the price "". */
  #readTicker(): FrameKind {
    const { ticker } = this;
    const scanner = this.#scanner;
    let instrument: number = unknownInstrument;
    ticker.bidPrice =
      ticker.bidQuantity =
      ticker.askPrice =
      ticker.askQuantity =
        NaN;
    ticker.exchangeTime = ticker.updateId = 0;
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      switch (scanner.letter()) {
        case 98: // b
          ticker.bidPrice = scanner.amount();
          break;
        case 66: // B
          ticker.bidQuantity = scanner.amount();
          break;
        case 97: // a
          ticker.askPrice = scanner.amount();
          break;
        case 65: // A
          ticker.askQuantity = scanner.amount();
          break;
        case 116: // t
          ticker.exchangeTime = scanner.integer();
          break;
        case 117: // u
          ticker.updateId = scanner.integer();
          break;
        case 115: // s
          instrument = this.#readSymbol();
          break;
        default:
          scanner.skip();
      }
    }
    if (instrument === unknownInstrument) return "other";
    ticker.instrument = instrument as BookTicker["instrument"];
    return "ticker";
  }

  /**
   * `{"t":ms,"s":symbol,"U":first,"u":last,"l":"100","full":bool,"b":[levels],"a":[levels]}`. Order book V2 names the
   * stream, `ob.<symbol>.<levels>`, instead of the symbol and has no `l`; its whole books have no `U`.
   */
  #readDepth(): FrameKind {
    const { depth } = this;
    const scanner = this.#scanner;
    let instrument: number = unknownInstrument;
    depth.clear();
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      switch (scanner.letter()) {
        case 98: // b
          this.#readLevels(depth.bids);
          break;
        case 97: // a
          this.#readLevels(depth.asks);
          break;
        case 85: // U
          depth.firstId = scanner.integer();
          break;
        case 117: // u
          depth.lastId = scanner.integer();
          break;
        case 116: // t
          depth.exchangeTime = scanner.integer();
          break;
        case 108: // l
          depth.depthLimit = scanner.integer();
          break;
        case 115: // s
          instrument = this.#channel === "obu" ? this.#readStream() : this.#readSymbol();
          break;
        default:
          if (scanner.is(fullWord)) {
            depth.full = scanner.peek() === 116; // t
          }
          scanner.skip();
      }
    }
    if (instrument === unknownInstrument) return "other";
    depth.instrument = instrument as DepthUpdate["instrument"];
    if (depth.full && depth.firstId === 0) depth.firstId = depth.lastId;
    if (!(depth.firstId > 0 && depth.lastId >= depth.firstId)) {
      throw new ProtocolError(`Gate.io book update has the ids ${depth.firstId}..${depth.lastId}`);
    }
    return "depth";
  }

  #readSymbol(): number {
    const scanner = this.#scanner;
    scanner.string();
    return this.symbols.find(scanner.bytes, scanner.start, scanner.end);
  }

  /** `ob.<symbol>.<levels>`: the symbol's instrument; the levels go to the change. */
  #readStream(): number {
    const scanner = this.#scanner;
    scanner.string();
    const { bytes, start, end } = scanner;
    let lastPoint = end;
    while (lastPoint > start && bytes[lastPoint] !== point) lastPoint -= 1;
    const levels = integerFromBytes(bytes, lastPoint + 1, end);
    const symbolStart = start + streamPrefix.length;
    if (Number.isNaN(levels) || symbolStart >= lastPoint) return unknownInstrument;
    for (let i = 0; i < streamPrefix.length; i++) {
      if (bytes[start + i] !== streamPrefix[i]) return unknownInstrument;
    }
    this.depth.depthLimit = levels;
    return this.symbols.find(bytes, symbolStart, lastPoint);
  }

  #readLevels(levels: LevelColumns): void {
    const scanner = this.#scanner;
    // Of several sides of one name the last one counts, as for every JSON reader.
    levels.length = 0;
    if (scanner.peek() !== openBracket) return scanner.skip();
    for (let more = scanner.enterArray(); more; more = scanner.nextElement()) {
      let price = NaN, quantity = NaN;
      if (scanner.peek() === openBracket) {
        let more = scanner.enterArray();
        for (let i = 0; more; i++, more = scanner.nextElement()) {
          if (i === 0) price = scanner.amount();
          else if (i === 1) quantity = scanner.amount();
          else scanner.skip();
        }
      } else {
        for (let member = scanner.enterObject(); member; member = scanner.nextMember()) {
          const key = scanner.letter();
          if (key === 112) price = scanner.amount();
          else if (key === 115) quantity = scanner.amount();
          else scanner.skip();
        }
      }
      if (!(price > 0 && quantity >= 0)) {
        throw new ProtocolError(`Gate.io level has price ${price} and size ${quantity}`);
      }
      levels.push(price, quantity);
    }
  }
}
