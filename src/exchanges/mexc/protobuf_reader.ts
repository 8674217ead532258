/**
 * Reads the protobuf wire format in place. Bounds are checked everywhere: a truncated message is an error, never
 * a wrong value.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";

/** Field numbers have 29 bits, wire types 3. */
const largestTag = 2 ** 32 - 1;
/** Tags and lengths have 32 bits: more bytes than these hold nothing but zeros, and no writer makes them. */
const maxTagBytes = 5;

/** A position in a message. One is reused for all frames. */
export class ProtobufReader {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  /** Start and end of the last length-delimited value. */
  start = 0;
  end = 0;
  /** Whether the varint that is being read goes on. */
  #continued = false;

  /** Starts at the beginning of a message. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.position = 0;
  }

  /** An unsigned varint up to 2^53 - 1; larger ones (and negative int64) are an error. */
  varint(limit: number): number {
    const low = this.#varintPart(limit);
    if (!this.#continued) return low;
    const high = this.#varintPart(limit);
    // 28 bits each; a value of more than 53 bits does not come from any field that is read here.
    if (this.#continued || high >= 2 ** 25) throw this.#tooLarge();
    return high * 2 ** 28 + low;
  }

  /** Writes what {@link ProtobufReader.varint} returns to `out[index]`: no number is made on the heap. */
  varintTo(limit: number, out: Float64Array, index: number): void {
    const low = this.#varintPart(limit);
    if (!this.#continued) {
      out[index] = low;
      return;
    }
    const high = this.#varintPart(limit);
    if (this.#continued || high >= 2 ** 25) throw this.#tooLarge();
    out[index] = high * 2 ** 28 + low;
  }

  #tooLarge(): ProtocolError {
    return new ProtocolError(
      `Protobuf varint before byte ${this.position} is larger than a whole number can be`,
    );
  }

  /** Up to four bytes of a varint as a 28-bit integer; `#continued` tells whether more follow. */
  #varintPart(limit: number): number {
    let position = this.position;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (position >= limit) throw truncated(position);
      const byte = this.bytes[position++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.position = position;
        this.#continued = false;
        return value;
      }
    }
    this.position = position;
    this.#continued = true;
    return value;
  }

  /** A field's tag or a length. One or two bytes are the rule. */
  tag(limit: number): number {
    const { bytes, position } = this;
    if (position + 1 < limit) {
      const first = bytes[position]!;
      if (first < 0x80) {
        this.position = position + 1;
        return first;
      }
      const second = bytes[position + 1]!;
      if (second < 0x80) {
        this.position = position + 2;
        return (first & 0x7f) | (second << 7);
      }
    }
    const value = this.varint(limit);
    if (this.position - position > maxTagBytes) {
      throw new ProtocolError(
        `Protobuf tag or length at byte ${position} has more than ${maxTagBytes} bytes`,
      );
    }
    return value;
  }

  /** A length-delimited value: leaves its bounds in `start` and `end` and moves behind it. */
  slice(limit: number): void {
    const length = this.tag(limit);
    const end = this.position + length;
    if (end > limit) throw truncated(this.position);
    this.start = this.position;
    this.end = end;
    this.position = end;
  }

  /** Moves behind the value of a field that is of no interest. */
  skip(tag: number, limit: number): void {
    if (tag < 8 || tag > largestTag) {
      throw new ProtocolError(`Protobuf tag ${tag} before byte ${this.position} has no field number`);
    }
    switch (tag & 7) {
      case 0:
        return this.#skipVarint(limit);
      case 1:
        return this.#advance(8, limit);
      case 2:
        return this.slice(limit);
      case 5:
        return this.#advance(4, limit);
      default:
        throw new ProtocolError(`Protobuf wire type ${tag & 7} before byte ${this.position} is not in use`);
    }
  }

  #skipVarint(limit: number): void {
    for (let i = 0; i < 10; i++) {
      if (this.position >= limit) throw truncated(this.position);
      if (this.bytes[this.position++]! < 0x80) return;
    }
    throw new ProtocolError(`Protobuf varint before byte ${this.position} is longer than 10 bytes`);
  }

  #advance(count: number, limit: number): void {
    if (this.position + count > limit) throw truncated(this.position);
    this.position += count;
  }
}

function truncated(position: number): ProtocolError {
  return new ProtocolError(`Protobuf message ends inside the value at byte ${position}`);
}
