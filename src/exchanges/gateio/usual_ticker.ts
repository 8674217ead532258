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

/** What stands before each value of the frame. */
type Literals = readonly Uint8Array[];

/**
 * A frame whose keys come in the order in which Gate.io sends them, without white space. Frames of any other look
 * are left to the scanner; whatever is read here is what the scanner would have read.
 */
export class UsualTicker {
  readonly #literals: Literals;
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
    ].map(asciiBytes);
  }

  /**
   * Reads a frame into a ticker.
   *
   * @param bytes The frame's text, followed by a zero byte.
   * @returns Whether it had the usual look and a known symbol; if not, the ticker holds nothing of use.
   */
  read(bytes: Uint8Array, length: number, ticker: BookTicker): boolean {
    if (!this.#digits(bytes, 0, 0) || !this.#digits(bytes, this.#end, 1)) return false;
    let start = this.#end + this.#literals[2]!.length;
    if (!this.#digits(bytes, this.#end, 2)) return false;
    ticker.exchangeTime = integerFromBytes(bytes, start, this.#end);
    start = this.#end + this.#literals[3]!.length;
    if (!this.#digits(bytes, this.#end, 3)) return false;
    ticker.updateId = integerFromBytes(bytes, start, this.#end);
    if (!this.#symbol(bytes, ticker)) return false;
    for (let i = 0; i < 4; i++) {
      if (!this.#number(bytes, i)) return false;
    }
    ticker.bidPrice = this.#values[0]!;
    ticker.bidQuantity = this.#values[1]!;
    ticker.askPrice = this.#values[2]!;
    ticker.askQuantity = this.#values[3]!;
    return literalAt(bytes, this.#end, this.#literals[9]!) && this.#end + 2 === length;
  }

  /** A literal, then digits of a whole number without leading zero, as JSON has it. */
  #digits(bytes: Uint8Array, position: number, literal: number): boolean {
    const word = this.#literals[literal]!;
    if (!literalAt(bytes, position, word)) return false;
    const start = position + word.length;
    let end = start;
    while (bytes[end]! >= zero && bytes[end]! <= zero + 9) end += 1;
    this.#end = end;
    return end > start && end - start <= 15 && bytes[start] !== zero;
  }

  #symbol(bytes: Uint8Array, ticker: BookTicker): boolean {
    const word = this.#literals[4]!;
    if (!literalAt(bytes, this.#end, word)) return false;
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
  #number(bytes: Uint8Array, i: number): boolean {
    const word = this.#literals[5 + i]!;
    if (!literalAt(bytes, this.#end, word)) return false;
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

function literalAt(bytes: Uint8Array, position: number, literal: Uint8Array): boolean {
  for (let i = 0; i < literal.length; i++) {
    if (bytes[position + i] !== literal[i]) return false;
  }
  return true;
}
