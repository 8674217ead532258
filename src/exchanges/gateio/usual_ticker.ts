/**
 * Reads Gate.io book tickers that look as they usually do, by comparing instead of parsing.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import type { MarketKind } from "../../core/exchange.ts";
import { integerFromBytes, readDecimal } from "../decimal.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { asciiBytes } from "./json_scanner.ts";

const quote = 34;
const comma = 44;
const closeBrace = 125;
const zero = 48;

/** A text that the frame must hold, to be compared four bytes at a time. */
class Literal {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly length: number;

  constructor(text: string) {
    this.#bytes = asciiBytes(text);
    this.length = this.#bytes.length;
    const view = new DataView(this.#bytes.buffer);
    this.#words = Uint32Array.from({ length: this.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
  }

  /** Whether the frame holds it at this position. */
  isAt(view: DataView, position: number): boolean {
    const words = this.#words;
    for (let i = 0; i < words.length; i++) {
      if (view.getUint32(position + 4 * i, true) !== words[i]) return false;
    }
    for (let i = 4 * words.length; i < this.length; i++) {
      if (view.getUint8(position + i) !== this.#bytes[i]) return false;
    }
    return true;
  }
}

/**
 * A frame whose keys come in the order in which Gate.io sends them, without white space. Frames of any other look
 * are left to the scanner; whatever is read here is what the scanner would have read.
 */
export class UsualTicker {
  readonly #literals: readonly Literal[];
  readonly #values = new Float64Array(4);
  /** End of the value that was read last. */
  #end = 0;

  constructor(private readonly symbols: SymbolIndex, market: MarketKind) {
    const channel = market === "spot" ? "spot" : "futures";
    this.#literals = [
      `{"time":`,
      `,"time_ms":`,
      `,"channel":"${channel}.book_ticker","event":"update","result":{"t":`,
      `,"u":`,
      `,"s":"`,
      `","b":`,
      `,"B":`,
      `,"a":`,
      `,"A":`,
      "}}",
    ].map((text) => new Literal(text));
  }

  /**
   * Reads a frame into a ticker.
   *
   * @param bytes The frame's text, followed by a zero byte and room for a literal.
   * @param view The same bytes.
   * @returns Whether it had the usual look and a known symbol; if not, the ticker holds nothing of use.
   */
  read(bytes: Uint8Array, view: DataView, length: number, ticker: BookTicker): boolean {
    if (!this.#digits(bytes, view, 0, 0) || !this.#digits(bytes, view, this.#end, 1)) return false;
    let start = this.#end + this.#literals[2]!.length;
    if (!this.#digits(bytes, view, this.#end, 2)) return false;
    ticker.exchangeTime = integerFromBytes(bytes, start, this.#end);
    start = this.#end + this.#literals[3]!.length;
    if (!this.#digits(bytes, view, this.#end, 3)) return false;
    ticker.updateId = integerFromBytes(bytes, start, this.#end);
    if (!this.#symbol(bytes, view, ticker)) return false;
    for (let i = 0; i < 4; i++) {
      if (!this.#number(bytes, view, i)) return false;
    }
    ticker.bidPrice = this.#values[0]!;
    ticker.bidQuantity = this.#values[1]!;
    ticker.askPrice = this.#values[2]!;
    ticker.askQuantity = this.#values[3]!;
    return this.#literals[9]!.isAt(view, this.#end) && this.#end + 2 === length;
  }

  /** A literal, then digits of a whole number without leading zero, as JSON has it. */
  #digits(bytes: Uint8Array, view: DataView, position: number, literal: number): boolean {
    const word = this.#literals[literal]!;
    if (!word.isAt(view, position)) return false;
    const start = position + word.length;
    let end = start;
    while (bytes[end]! >= zero && bytes[end]! <= zero + 9) end += 1;
    this.#end = end;
    return end > start && end - start <= 15 && bytes[start] !== zero;
  }

  #symbol(bytes: Uint8Array, view: DataView, ticker: BookTicker): boolean {
    const word = this.#literals[4]!;
    if (!word.isAt(view, this.#end)) return false;
    const start = this.#end + word.length;
    let end = start;
    while (bytes[end]! > quote) end += 1;
    const instrument = this.symbols.find(bytes, start, end);
    if (bytes[end] !== quote || instrument === unknownInstrument) return false;
    ticker.instrument = instrument;
    // The closing quote belongs to the literal before the first number.
    this.#end = end;
    return true;
  }

  /** Number `i` of the four, in quotes or bare. */
  #number(bytes: Uint8Array, view: DataView, i: number): boolean {
    const word = this.#literals[5 + i]!;
    if (!word.isAt(view, this.#end)) return false;
    let start = this.#end + word.length;
    const quoted = bytes[start] === quote;
    if (quoted) start += 1;
    let end = start;
    while (bytes[end]! > quote && bytes[end] !== comma && bytes[end] !== closeBrace) end += 1;
    readDecimal(bytes, start, end, this.#values, i);
    this.#end = quoted ? end + 1 : end;
    if (Number.isNaN(this.#values[i])) return false;
    // A bare number that begins with a zero or ends with a point is for the scanner to judge.
    return quoted ? bytes[end] === quote : bytes[start]! > zero && bytes[end - 1]! >= zero;
  }
}
