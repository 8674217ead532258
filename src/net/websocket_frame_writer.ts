/**
 * Writing the frames of a WebSocket client (RFC 6455, section 5).
 * @module
 */

/** What a frame is. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Number of a frame's kind. */
export type Opcode = typeof opcodes[keyof typeof opcodes];

/** Fills an array with bytes that nobody can foresee. */
export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => void;

const encoder = new TextEncoder();

/** Encodes whole messages as single masked frames. */
export class WebSocketFrameWriter {
  readonly #keys = new Uint8Array(4_096);
  #usedKeys = this.#keys.length;

  /** @param random Source of the masks, which must not be foreseeable. */
  constructor(private readonly random: RandomBytes = (bytes) => void crypto.getRandomValues(bytes)) {}

  /** A text message. */
  text(text: string): Uint8Array {
    return this.frame(opcodes.text, encoder.encode(text));
  }

  /** A close frame; without a code it has no payload. A reason is cut at 123 bytes. */
  close(code?: number, reason = ""): Uint8Array {
    if (code === undefined) return this.frame(opcodes.close, new Uint8Array(0));
    const payload = new Uint8Array(125);
    new DataView(payload.buffer).setUint16(0, code);
    const { written } = encoder.encodeInto(reason, payload.subarray(2));
    return this.frame(opcodes.close, payload.subarray(0, 2 + written));
  }

  /** A frame with this payload. */
  frame(opcode: Opcode, payload: Uint8Array): Uint8Array {
    const { length } = payload;
    const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
    const keyAt = 2 + lengthBytes;
    const frame = new Uint8Array(keyAt + 4 + length);
    frame[0] = 0x80 | opcode;
    const view = new DataView(frame.buffer);
    if (lengthBytes === 0) frame[1] = 0x80 | length;
    else if (lengthBytes === 2) {
      frame[1] = 0x80 | 126;
      view.setUint16(2, length);
    } else {
      frame[1] = 0x80 | 127;
      view.setBigUint64(2, BigInt(length));
    }
    const key = this.#key();
    frame.set(key, keyAt);
    const start = keyAt + 4;
    for (let i = 0; i < length; i++) frame[start + i] = payload[i]! ^ key[i & 3]!;
    return frame;
  }

  /** Four fresh bytes (section 5.3: a mask must not be known before). */
  #key(): Uint8Array {
    if (this.#usedKeys === this.#keys.length) {
      this.random(this.#keys);
      this.#usedKeys = 0;
    }
    return this.#keys.subarray(this.#usedKeys, this.#usedKeys += 4);
  }
}
