/**
 * Walks through JSON text in place, for frames that come too often to be turned into objects.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";
import { decimalFromBytes } from "../decimal.ts";

const quote = 34;
const backslash = 92;
const comma = 44;
const colon = 58;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const space = 32;
const zero = 48;
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Deeper than any frame of the venue, and far from what the stack holds. */
const maxDepth = 64;
const encoder = new TextEncoder();
/** A byte order mark is no part of a number, so it must not vanish. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** ASCII bytes of a word that is compared with keys and values. */
export function asciiBytes(word: string): Uint8Array {
  return encoder.encode(word);
}

const escapable = asciiBytes('"\\/bfnrtu');
const trueWord = asciiBytes("true");
const falseWord = asciiBytes("false");
const nullWord = asciiBytes("null");

/**
 * A cursor over one JSON text, held as bytes because they are read twice as fast as characters. Every method
 * leaves the cursor behind what it has read, and raises a {@link ProtocolError} when the text is not JSON there,
 * so a truncated text never gives a value.
 */
export class JsonScanner {
  /** The text as UTF-8; a zero byte, which is not JSON, follows it. */
  bytes = new Uint8Array(16_384);
  /** The same bytes. */
  view = new DataView(this.bytes.buffer);
  position = 0;
  /** Bounds of the last key, string or number, quotes left out. */
  start = 0;
  end = 0;
  #length = 0;

  /** Number of bytes of the text. */
  get length(): number {
    return this.#length;
  }

  /** Starts at the beginning of a text. */
  reset(text: string): void {
    if (text.length * 3 >= this.bytes.length) {
      this.bytes = new Uint8Array(text.length * 4);
      this.view = new DataView(this.bytes.buffer);
    }
    this.#length = encoder.encodeInto(text, this.bytes).written;
    this.bytes[this.#length] = 0;
    this.position = 0;
  }

  /** Byte at the cursor after white space; 0 at the end of the text. */
  peek(): number {
    let code = this.bytes[this.position]!;
    while (code <= space && (code === space || code === 10 || code === 13 || code === 9)) {
      code = this.bytes[++this.position]!;
    }
    return code;
  }

  /** Enters an object. Returns whether it has a member; its key is then read. */
  enterObject(): boolean {
    this.#expect(openBrace);
    if (this.peek() === closeBrace) {
      this.position += 1;
      return false;
    }
    this.#key();
    return true;
  }

  /** Goes on to the next member of an object. Returns whether there is one; its key is then read. */
  nextMember(): boolean {
    const code = this.peek();
    this.position += 1;
    if (code === comma) {
      this.#key();
      return true;
    }
    if (code === closeBrace) return false;
    throw this.#unexpected(this.position - 1);
  }

  /** Enters an array. Returns whether it has an element. */
  enterArray(): boolean {
    this.#expect(openBracket);
    if (this.peek() !== closeBracket) return true;
    this.position += 1;
    return false;
  }

  /** Goes on to the next element of an array. Returns whether there is one. */
  nextElement(): boolean {
    const code = this.peek();
    this.position += 1;
    if (code === comma) return true;
    if (code === closeBracket) return false;
    throw this.#unexpected(this.position - 1);
  }

  /** Reads a string: bounds in `start` and `end`. */
  string(): void {
    this.#expect(quote);
    const { bytes } = this;
    let position = this.position;
    this.start = position;
    for (let code = bytes[position]!; code !== quote; code = bytes[++position]!) {
      if (code === backslash) position = this.#escape(position);
      // The last byte is zero, so the loop ends at the end of the text at the latest.
      if (bytes[position]! < space) throw this.#unexpected(position);
    }
    this.end = position;
    this.position = position + 1;
  }

  /** Whether the last key or string is this word. */
  is(word: Uint8Array): boolean {
    const { bytes, start } = this;
    if (this.end - start !== word.length) return false;
    for (let i = 0; i < word.length; i++) {
      if (bytes[start + i] !== word[i]) return false;
    }
    return true;
  }

  /** Code of the last key or string if it is one character long, else 0. */
  letter(): number {
    return this.end - this.start === 1 ? this.bytes[this.start]! : 0;
  }

  /** Content of the last string. */
  content(): string {
    return JSON.parse(decoder.decode(this.bytes.subarray(this.start - 1, this.end + 1)));
  }

  /** Reads a number, bare or in a string; an empty string is NaN. */
  number(): number {
    if (this.peek() === quote) {
      this.string();
      if (this.start === this.end) return NaN;
    } else this.#bareNumber();
    const value = decimalFromBytes(this.bytes, this.start, this.end);
    return Number.isNaN(value) ? this.#slowNumber() : value;
  }

  /** Reads a price or a size: not negative and finite; an empty string is NaN. */
  amount(): number {
    const value = this.number();
    if (value < 0 || value === Infinity) throw this.#unexpected(this.start);
    return value;
  }

  /** Reads an id, a count or a time: a whole number that is not negative and that a double holds exactly. */
  integer(): number {
    const value = this.number();
    if (!(value >= 0 && Number.isSafeInteger(value))) throw this.#unexpected(this.start);
    return value;
  }

  /** Reads a time in milliseconds, with or without fractions. */
  moment(): number {
    const value = this.number();
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw this.#unexpected(this.start);
    return value;
  }

  /** Moves behind a value of any kind, at most {@link maxDepth} objects and arrays deep. */
  skip(depth = 0): void {
    if (depth > maxDepth) throw new ProtocolError(`A JSON text is nested more than ${maxDepth} deep`);
    switch (this.peek()) {
      case quote:
        return this.string();
      case openBrace:
        for (let more = this.enterObject(); more; more = this.nextMember()) this.skip(depth + 1);
        return;
      case openBracket:
        for (let more = this.enterArray(); more; more = this.nextElement()) this.skip(depth + 1);
        return;
      case 116:
        return this.#literal(trueWord);
      case 102:
        return this.#literal(falseWord);
      case 110:
        return this.#literal(nullWord);
      default:
        this.#bareNumber();
        this.#checkNumber();
    }
  }

  /** Raises an error unless only white space is left. */
  finish(): void {
    this.peek();
    if (this.position !== this.#length) throw this.#unexpected(this.position);
  }

  /** Checks an escape sequence. Returns the place of its last character. */
  #escape(backslashAt: number): number {
    const { bytes } = this;
    const code = bytes[backslashAt + 1]!;
    const last = backslashAt + (code === 117 ? 5 : 1); // u and four hexadecimal digits
    for (let i = backslashAt + 2; i <= last; i++) {
      if (!isHexDigit(bytes[i]!)) throw this.#unexpected(i);
    }
    if (!escapable.includes(code)) throw this.#unexpected(backslashAt + 1);
    return last;
  }

  #key(): void {
    this.string();
    const { start, end } = this;
    this.#expect(colon);
    this.start = start;
    this.end = end;
  }

  #expect(code: number): void {
    if (this.bytes[this.position] !== code && this.peek() !== code) throw this.#unexpected(this.position);
    this.position += 1;
  }

  /** Finds the end of a bare number: everything up to the next comma, bracket or white space. */
  #bareNumber(): void {
    const { bytes } = this;
    let position = this.position;
    this.start = position;
    for (let code = bytes[position]!; code > space; code = bytes[++position]!) {
      if (code === comma || code === closeBrace || code === closeBracket) break;
    }
    this.end = position;
    this.position = position;
    // `01` and `1.` are digits with a point but not JSON.
    const first = bytes[this.start]!, second = bytes[this.start + 1]!;
    if (
      (first === zero && second >= zero && second <= zero + 9) || bytes[position - 1] === 46 || first === 46
    ) {
      throw this.#unexpected(this.start);
    }
  }

  #checkNumber(): void {
    if (Number.isNaN(decimalFromBytes(this.bytes, this.start, this.end))) this.#slowNumber();
  }

  /** Numbers with a sign or an exponent. */
  #slowNumber(): number {
    const raw = decoder.decode(this.bytes.subarray(this.start, this.end));
    if (!numberPattern.test(raw)) throw this.#unexpected(this.start);
    return Number(raw);
  }

  #literal(word: Uint8Array): void {
    this.start = this.position;
    this.end = this.start + word.length;
    if (!this.is(word)) throw this.#unexpected(this.position);
    this.position = this.end;
  }

  #unexpected(position: number): ProtocolError {
    const found = position < this.#length
      ? `"${decoder.decode(this.bytes.subarray(position, Math.min(position + 20, this.#length)))}"`
      : "the end of the text";
    return new ProtocolError(`Unexpected ${found} at byte ${position} of a JSON text`);
  }
}

function isHexDigit(code: number): boolean {
  // A letter of either case with the bit that tells them apart set.
  const letter = code | 32;
  return (code >= zero && code <= zero + 9) || (letter >= 97 && letter <= 102);
}
