/**
 * Reads the protobuf wire format in place. Bounds are checked everywhere: a truncated message is an error, never
 * a wrong value.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";

/** A position in a message. One is reused for all frames. */
export class ProtobufReader {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  /** Start and end of the last length-delimited value. */
  start = 0;
  end = 0;

  /** Starts at the beginning of a message. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.position = 0;
  }

  /** An unsigned varint up to 2^53 - 1; larger ones (and negative int64) are an error. */
  varint(limit: number): number {
    const { bytes } = this;
    let position = this.position;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      if (position >= limit) throw truncated(position);
      const byte = bytes[position++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        this.position = position;
        return value;
      }
      scale *= 128;
    }
    throw new ProtocolError(`Protobuf varint at byte ${this.position} is larger than a whole number can be`);
  }

  /** A field's tag. Tags of one and two bytes are the rule. */
  tag(limit: number): number {
    const first = this.position < limit ? this.bytes[this.position]! : 0;
    if (first < 0x80 && this.position < limit) {
      this.position += 1;
      return first;
    }
    return this.varint(limit);
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
    if (tag < 8) throw new ProtocolError(`Protobuf field number 0 before byte ${this.position}`);
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
