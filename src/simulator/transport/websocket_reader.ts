/**
 * Frames from a WebSocket client (RFC 6455): masked, possibly in fragments.
 * @module
 */
import { mayBeSent, noStatus } from "./close_code.ts";
import { opcodes } from "./websocket_writer.ts";

/** Largest message from a client in bytes. */
const maxMessageBytes = 1024 * 1024;

/** What a client sent. */
export interface WebSocketEvents {
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  onPing(payload: Uint8Array): void;
  onPong(): void;
  /** A close frame came; code 1005 when it had no status. Nothing is read after it. */
  onCloseFrame(code: number): void;
  /** The client broke the protocol; `code` is the one to close with. Nothing is read after it. */
  onViolation(code: number, reason: string): void;
}

interface Head {
  readonly final: boolean;
  readonly opcode: number;
  /** Length of the head, the mask included. */
  readonly bytes: number;
  readonly payloadBytes: number;
}

/** Finds the frames in a stream of bytes. */
export class WebSocketReader {
  readonly #events: WebSocketEvents;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** Opcode of the message whose fragments are coming, or 0. */
  #fragmentOpcode = 0;
  #fragments: Uint8Array[] = [];
  #fragmentBytes = 0;
  #done = false;

  constructor(events: WebSocketEvents) {
    this.#events = events;
  }

  /** Reads the complete frames at the beginning of `bytes`; returns how many bytes they take. */
  read(bytes: Uint8Array): number {
    let from = 0;
    while (!this.#done) {
      const head = this.#head(bytes, from);
      if (head === undefined) return from;
      const end = from + head.bytes + head.payloadBytes;
      if (end > bytes.length) return from;
      this.#frame(head, unmask(bytes, from + head.bytes, head.payloadBytes));
      from = end;
    }
    return bytes.length;
  }

  /** The head at this place, or undefined when it is not complete or not allowed. */
  #head(bytes: Uint8Array, at: number): Head | undefined {
    if (at + 2 > bytes.length) return undefined;
    const [first, second] = [bytes[at]!, bytes[at + 1]!];
    const [final, opcode, short] = [first >= 0x80, first & 0x0f, second & 0x7f];
    if ((first & 0x70) !== 0) return this.#violation(1002, "reserved bits are set");
    if (second < 0x80) return this.#violation(1002, "frames of a client are masked");
    if (opcode >= 8 && (!final || short > 125)) {
      return this.#violation(1002, "control frames are short and whole");
    }
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (at + 2 + lengthBytes + 4 > bytes.length) return undefined;
    const payloadBytes = lengthBytes === 0 ? short : bigEndian(bytes, at + 2, lengthBytes);
    if (payloadBytes + (opcode < 8 ? this.#fragmentBytes : 0) > maxMessageBytes) {
      return this.#violation(1009, "message too big");
    }
    return { final, opcode, bytes: 2 + lengthBytes + 4, payloadBytes };
  }

  #frame({ final, opcode }: Head, payload: Uint8Array): void {
    switch (opcode) {
      case opcodes.continuation:
        if (this.#fragmentOpcode === 0) return this.#violation(1002, "a continuation of nothing");
        return this.#fragment(final, payload);
      case opcodes.text:
      case opcodes.binary:
        if (this.#fragmentOpcode !== 0) return this.#violation(1002, "a message inside a message");
        if (final) return this.#message(opcode, payload);
        this.#fragmentOpcode = opcode;
        return this.#fragment(false, payload);
      case opcodes.close:
        return this.#closeFrame(payload);
      case opcodes.ping:
        return this.#events.onPing(payload);
      case opcodes.pong:
        return this.#events.onPong();
      default:
        return this.#violation(1002, "an unknown kind of frame");
    }
  }

  #fragment(final: boolean, payload: Uint8Array): void {
    if (payload.length > 0) this.#fragments.push(payload);
    this.#fragmentBytes += payload.length;
    if (!final) return;
    const whole = new Uint8Array(this.#fragmentBytes);
    let at = 0;
    for (const fragment of this.#fragments) {
      whole.set(fragment, at);
      at += fragment.length;
    }
    const opcode = this.#fragmentOpcode;
    this.#fragments = [];
    this.#fragmentBytes = 0;
    this.#fragmentOpcode = 0;
    this.#message(opcode, whole);
  }

  #message(opcode: number, payload: Uint8Array): void {
    if (opcode === opcodes.binary) return this.#events.onBinary(payload);
    const text = this.#decode(payload);
    if (text === undefined) this.#violation(1007, "text that is not UTF-8");
    else this.#events.onText(text);
  }

  #closeFrame(payload: Uint8Array): void {
    const code = payload.length === 0 ? noStatus : bigEndian(payload, 0, Math.min(2, payload.length));
    if (payload.length > 0 && !mayBeSent(code)) {
      return this.#violation(1002, "a close code that nobody may send");
    }
    if (this.#decode(payload.subarray(2)) === undefined) {
      return this.#violation(1007, "a reason that is not UTF-8");
    }
    this.#done = true;
    this.#events.onCloseFrame(code);
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return undefined;
    }
  }

  #violation(code: number, reason: string): undefined {
    this.#done = true;
    this.#events.onViolation(code, reason);
    return undefined;
  }
}

function bigEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value = value * 256 + bytes[at + i]!;
  return value;
}

/** A copy of the payload without its mask, which stands in the four bytes before it. */
function unmask(bytes: Uint8Array, at: number, count: number): Uint8Array {
  const payload = bytes.slice(at, at + count);
  for (let i = 0; i < count; i++) payload[i]! ^= bytes[at - 4 + (i & 3)]!;
  return payload;
}
