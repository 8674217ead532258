/**
 * Text that is written straight into bytes.
 * @module
 */
import { type Atoms, formatAtoms } from "./atoms.ts";

const zeroCode = 48;
const minusCode = 45;
const pointCode = 46;
/** Most bytes of a UTF-16 unit in UTF-8. */
const widest = 3;
/** Amounts below this, 79 thousand million coins, are written without a detour over a string. */
const narrow = 1n << 96n;
const billion = 1_000_000_000;
const wordBits = 64n;
/** Where amounts are taken apart into words of 64 bits, and what these are in parts of 16, lowest first. */
const words = new BigUint64Array(2);
const parts = new Uint16Array(words.buffer);
/** 65536 to the powers of 0 to 5 in three digits to the base of 10^9, the lowest ones first. */
const units: readonly (readonly number[])[] = [0n, 1n, 2n].map((digit) =>
  [0n, 1n, 2n, 3n, 4n, 5n].map((power) => Number((65_536n ** power / 10n ** (9n * digit)) % 10n ** 9n))
);
const [lowUnits, middleUnits, highUnits] = units as [readonly number[], readonly number[], readonly number[]];

/** A growing UTF-8 buffer: no string is built and joined for what is hashed and stored as bytes anyway. */
export class ByteText {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  readonly #encoder = new TextEncoder();

  /** @param room Bytes before it has to grow. */
  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  /** What was written, in place: valid until the next call. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
  }

  /** Writes a text and a byte after it. */
  field(text: string, end: number): void {
    const bytes = this.#room(widest * text.length + 1);
    const start = this.#length;
    let at = start;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        at = start + this.#encoder.encodeInto(text, bytes.subarray(start)).written;
        break;
      }
      bytes[at++] = code;
    }
    bytes[at++] = end;
    this.#length = at;
  }

  /** Writes a whole number from 0 to 2^53, and a byte after it. */
  whole(value: number, end: number): void {
    const bytes = this.#room(17);
    this.#length = writeWhole(bytes, this.#length, value);
    bytes[this.#length++] = end;
  }

  /** Writes an amount as `formatAtoms` does, and a byte after it. */
  amount(atoms: Atoms, end: number): void {
    if (atoms === 0n) this.whole(0, end);
    else if (atoms < 0n) {
      this.#room(1)[this.#length++] = minusCode;
      this.amount(-atoms, end);
    } else if (atoms >= narrow) this.field(formatAtoms(atoms), end);
    else this.#narrow(atoms, end);
  }

  /** Writes an amount from 0 up to {@link narrow}. */
  #narrow(atoms: Atoms, end: number): void {
    words[0] = atoms;
    words[1] = atoms >> wordBits;
    // Every sum is exact: six products of 16 and 30 bits.
    let [low, middle, whole] = [0, 0, 0];
    for (let index = 0; index < 6; index++) {
      const part = parts[index]!;
      low += part * lowUnits[index]!;
      middle += part * middleUnits[index]!;
      whole += part * highUnits[index]!;
    }
    const carry = Math.floor(low / billion);
    low -= carry * billion;
    middle += carry;
    const next = Math.floor(middle / billion);
    middle -= next * billion;
    whole += next;
    this.#coins(whole, middle, low, end);
  }

  /** Writes a number of coins and their decimals, 9 and 9. */
  #coins(whole: number, middle: number, low: number, end: number): void {
    const bytes = this.#room(64);
    let at = writeWhole(bytes, this.#length, whole);
    if (middle !== 0 || low !== 0) {
      bytes[at] = pointCode;
      at = writeNine(bytes, at + 1, middle);
      if (low !== 0) at = writeNine(bytes, at, low);
      while (bytes[at - 1] === zeroCode) at -= 1;
    }
    bytes[at++] = end;
    this.#length = at;
  }

  /** The buffer, with room for this many bytes more. */
  #room(count: number): Uint8Array<ArrayBuffer> {
    if (this.#length + count > this.#bytes.length) {
      const wider = new Uint8Array(2 * this.#bytes.length + count);
      wider.set(this.bytes);
      this.#bytes = wider;
    }
    return this.#bytes;
  }
}

/** Writes a whole number; returns where it ends. */
function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  if (value >= billion) {
    const high = Math.floor(value / billion);
    return writeNine(bytes, writeWhole(bytes, at, high), value - high * billion);
  }
  let end = at + 1;
  for (let bound = 10; bound <= value; bound *= 10) end += 1;
  writeDigits(bytes, at, end, value);
  return end;
}

/** Writes a number below 10^9 with nine digits; returns where it ends. */
function writeNine(bytes: Uint8Array, at: number, value: number): number {
  writeDigits(bytes, at, at + 9, value);
  return at + 9;
}

/** Fills bytes with the digits of a number that fits into 32 bits, zeros in front. */
function writeDigits(bytes: Uint8Array, at: number, end: number, value: number): void {
  let left = value | 0;
  for (let index = end - 1; index >= at; index--) {
    const tenth = (left / 10) | 0;
    bytes[index] = zeroCode + left - tenth * 10;
    left = tenth;
  }
}
