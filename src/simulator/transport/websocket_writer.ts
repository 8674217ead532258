/**
 * Frames from a WebSocket server (RFC 6455): unmasked, so the bytes of one message are the same for every client.
 * @module
 */
import { noStatus } from "./close_code.ts";
import type { Frame } from "./server_port.ts";

/** Kinds of frames. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Longest head of a frame in bytes. */
const maxHeadBytes = 10;
/** Most bytes of a close frame's reason: 125 of any control frame less the code. */
const maxReasonBytes = 123;

/** Turns messages into frames and remembers the last one, which is usually for many clients. */
export class WebSocketWriter {
  readonly #encoder = new TextEncoder();
  #scratch = new Uint8Array(64 * 1024);
  #lastMessage: Frame | undefined;
  #lastFrame: Uint8Array = this.#scratch;

  /** The frame of one message. The bytes are valid until the next call with another message. */
  frame(message: Frame): Uint8Array {
    if (message === this.#lastMessage) return this.#lastFrame;
    const opcode = typeof message === "string" ? opcodes.text : opcodes.binary;
    const length = this.#writePayload(message);
    const start = maxHeadBytes - headBytes(length);
    writeHead(this.#scratch, start, opcode, length);
    this.#lastMessage = message;
    this.#lastFrame = this.#scratch.subarray(start, maxHeadBytes + length);
    return this.#lastFrame;
  }

  /** Puts the payload behind the longest possible head; returns its length in bytes. */
  #writePayload(message: Frame): number {
    // A character of a text takes three bytes at most.
    const room = maxHeadBytes + (typeof message === "string" ? 3 * message.length : message.length);
    if (room > this.#scratch.length) this.#scratch = new Uint8Array(2 * room);
    if (typeof message === "string") {
      return this.#encoder.encodeInto(message, this.#scratch.subarray(maxHeadBytes)).written;
    }
    this.#scratch.set(message, maxHeadBytes);
    return message.length;
  }
}

/** A ping, pong or close frame. @param payload At most 125 bytes. */
export function controlFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + payload.length);
  writeHead(bytes, 0, opcode, payload.length);
  bytes.set(payload, 2);
  return bytes;
}

/** A close frame; {@link noStatus} stands for one without a code. A reason that is too long is cut between characters. */
export function closeFrame(code: number, reason: string): Uint8Array {
  if (code === noStatus) return controlFrame(opcodes.close, new Uint8Array(0));
  const payload = new Uint8Array(2 + maxReasonBytes);
  payload[0] = code >> 8;
  payload[1] = code & 255;
  const { written } = new TextEncoder().encodeInto(reason, payload.subarray(2));
  return controlFrame(opcodes.close, payload.subarray(0, 2 + written));
}

function headBytes(length: number): number {
  return length < 126 ? 2 : length < 65536 ? 4 : 10;
}

function writeHead(bytes: Uint8Array, start: number, opcode: number, length: number): void {
  bytes[start] = 0x80 | opcode;
  if (length < 126) {
    bytes[start + 1] = length;
  } else if (length < 65536) {
    bytes[start + 1] = 126;
    bytes[start + 2] = length >> 8;
    bytes[start + 3] = length & 255;
  } else {
    bytes[start + 1] = 127;
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(start + 2, BigInt(length));
  }
}
