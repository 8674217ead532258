/**
 * Text that is written straight into bytes.
 * @module
 */
import { atomDecimals, type Atoms } from "./atoms.ts";

const zeroCode = 48;
const minusCode = 45;
const pointCode = 46;
/** Most bytes of a UTF-16 unit in UTF-8. */
const widest = 3;

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

  /** Writes an amount as `formatAtoms` does, and a byte after it. */
  amount(atoms: Atoms, end: number): void {
    const text = atoms === 0n ? "0" : atoms.toString();
    const bytes = this.#room(text.length + atomDecimals + 4);
    let at = this.#length;
    let first = 0;
    if (text.charCodeAt(0) === minusCode) {
      bytes[at++] = minusCode;
      first = 1;
    }
    // From here on `text` has whole digits before `point`, and decimals up to `last`, which is not a zero.
    const point = text.length - atomDecimals;
    let last = text.length;
    while (last > point && last > first && text.charCodeAt(last - 1) === zeroCode) last -= 1;
    if (point <= first) bytes[at++] = zeroCode;
    for (let index = first; index < point; index++) bytes[at++] = text.charCodeAt(index);
    if (last > point && last > first) {
      bytes[at++] = pointCode;
      for (let index = point; index < first; index++) bytes[at++] = zeroCode;
      for (let index = Math.max(first, point); index < last; index++) bytes[at++] = text.charCodeAt(index);
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
