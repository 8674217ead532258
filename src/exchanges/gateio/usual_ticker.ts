/**
 * Reads Gate.io book tickers that look as they usually do, by comparing instead of parsing.
 * @module
 */
import type { BookTicker } from "../../core/book_ticker.ts";
import type { MarketKind } from "../../core/exchange.ts";
import { integerFromBytes } from "../decimal.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { asciiBytes } from "./json_scanner.ts";

const quote = 34;
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

/** Where things are in a usual frame: seconds have 10 digits and milliseconds 13 until the year 2286. */
const timeAt = 8;
const timeDigits = 10;
const timeMsLabelAt = timeAt + timeDigits;
const timeMsAt = timeMsLabelAt + 11;
const timeMsDigits = 13;
const resultLabelAt = timeMsAt + timeMsDigits;
/** Longest number that is read here: nine digits, which a 32-bit integer holds, and a point. */
const maxNumberLength = 10;
const powersOfTen = Float64Array.from({ length: maxNumberLength }, (_, exponent) => 10 ** exponent);
/** What a decimal point is when it is taken for a digit. */
const pointDigit = 46 - zero;
const unusual = -1;

/**
 * A frame whose keys come in the order in which Gate.io sends them, without white space. Frames of any other look
 * are left to the scanner; whatever is read here is what the scanner would have read.
 */
export class UsualTicker {
  readonly #time = new Literal(`{"time":`);
  readonly #timeMs = new Literal(`,"time_ms":`);
  readonly #result: Literal;
  readonly #updateId = new Literal(`,"u":`);
  readonly #symbol = new Literal(`,"s":"`);
  /** Labels of bid price and size, ask price and size. The first one begins with the symbol's closing quote. */
  readonly #labels = [`","b":`, `,"B":`, `,"a":`, `,"A":`].map((text) => new Literal(text));
  readonly #end = new Literal("}}");
  readonly #values = new Float64Array(4);

  constructor(private readonly symbols: SymbolIndex, market: MarketKind) {
    const channel = market === "spot" ? "spot.book_ticker" : "futures.book_ticker";
    this.#result = new Literal(`,"channel":"${channel}","event":"update","result":{"t":`);
  }

  /**
   * Reads a frame into a ticker.
   *
   * @param bytes The frame's text, followed by a zero byte and room for a literal.
   * @param view The same bytes.
   * @returns Whether it had the usual look and a known symbol; if not, the ticker holds nothing of use.
   */
  read(bytes: Uint8Array, view: DataView, length: number, ticker: BookTicker): boolean {
    const exchangeTimeAt = resultLabelAt + this.#result.length;
    const updateIdLabelAt = exchangeTimeAt + timeMsDigits;
    if (
      !this.#time.isAt(view, 0) || !areDigits(bytes, timeAt, timeDigits) ||
      !this.#timeMs.isAt(view, timeMsLabelAt) ||
      !areDigits(bytes, timeMsAt, timeMsDigits) || !this.#result.isAt(view, resultLabelAt) ||
      bytes[exchangeTimeAt] === zero || !this.#updateId.isAt(view, updateIdLabelAt)
    ) return false;
    ticker.exchangeTime = integerFromBytes(bytes, exchangeTimeAt, updateIdLabelAt);
    const updateIdAt = updateIdLabelAt + this.#updateId.length;
    let position = digitsEnd(bytes, updateIdAt);
    ticker.updateId = integerFromBytes(bytes, updateIdAt, position);
    if (Number.isNaN(ticker.exchangeTime + ticker.updateId) || bytes[updateIdAt] === zero) return false;
    position = this.#readSymbol(bytes, view, position, ticker);
    for (let i = 0; i < 4 && position !== unusual; i++) position = this.#readNumber(bytes, view, position, i);
    if (position === unusual || !this.#end.isAt(view, position)) return false;
    ticker.bidPrice = this.#values[0]!;
    ticker.bidQuantity = this.#values[1]!;
    ticker.askPrice = this.#values[2]!;
    ticker.askQuantity = this.#values[3]!;
    return position + this.#end.length === length;
  }

  /** Returns where the symbol ends. */
  #readSymbol(bytes: Uint8Array, view: DataView, position: number, ticker: BookTicker): number {
    if (!this.#symbol.isAt(view, position)) return unusual;
    const start = position + this.#symbol.length;
    let end = start;
    while (bytes[end]! > quote) end += 1;
    const instrument = this.symbols.find(bytes, start, end);
    if (instrument === unknownInstrument) return unusual;
    ticker.instrument = instrument;
    return end;
  }

  /** Number `i` of the four, in quotes or bare. Returns where it ends. */
  #readNumber(bytes: Uint8Array, view: DataView, position: number, i: number): number {
    const label = this.#labels[i]!;
    if (!label.isAt(view, position)) return unusual;
    let start = position + label.length;
    const quoted = bytes[start] === quote;
    if (quoted) start += 1;
    let end = start;
    let mantissa = 0;
    let fractionStart = 0;
    for (;; end++) {
      const digit = bytes[end]! - zero;
      if (digit >= 0 && digit <= 9) mantissa = (Math.imul(mantissa, 10) + digit) | 0;
      else if (digit === pointDigit && fractionStart === 0) fractionStart = end + 1;
      else break;
    }
    const digits = end - start - (fractionStart === 0 ? 0 : 1);
    if (digits < 1 || digits >= maxNumberLength || fractionStart === end || fractionStart === start + 1) {
      return unusual;
    }
    // A bare number that begins with a zero is for the scanner to judge; what follows it is the next label's matter.
    if (quoted ? bytes[end] !== quote : bytes[start] === zero) return unusual;
    this.#values[i] = mantissa / powersOfTen[fractionStart === 0 ? 0 : end - fractionStart]!;
    return quoted ? end + 1 : end;
  }
}

/** Whether there are this many digits, the first one not zero: a whole number as JSON has it. */
function areDigits(bytes: Uint8Array, start: number, count: number): boolean {
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i]! - zero;
    if (digit < 0 || digit > 9) return false;
  }
  return bytes[start] !== zero;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (bytes[end]! >= zero && bytes[end]! <= zero + 9) end += 1;
  return end;
}
