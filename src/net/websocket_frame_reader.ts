/**
 * Reading the frames of a WebSocket server (RFC 6455, section 5).
 * @module
 */
import { ProtocolError } from "../core/errors.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { type Opcode, opcodes } from "./websocket_frame_writer.ts";

/** What comes out of the frames. Bytes belong to the receiver. */
export interface MessageHandlers {
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  onPing(payload: Uint8Array): void;
  /** Code 1005 when the frame held none. */
  onCloseFrame(code: number, reason: string): void;
}

/** The server broke the protocol; the connection is to be closed with this code. */
export class WebSocketProtocolError extends ProtocolError {
  /** @param closeCode 1002 protocol error, 1007 wrong data, 1009 too big. */
  constructor(message: string, readonly closeCode: 1002 | 1007 | 1009) {
    super(message);
  }
}

interface Frame {
  readonly isFinal: boolean;
  readonly opcode: Opcode;
  readonly payload: Uint8Array;
}

/** "No status received". */
const noStatus = 1005;
const known: readonly number[] = Object.values(opcodes);

/** Puts messages together from frames, in whatever pieces their bytes come. */
export class WebSocketFrameReader {
  readonly #input = new ByteBuffer();
  readonly #parts = new ByteBuffer();
  /** Kind of the message whose first frame has come and whose last has not. */
  #partial: Opcode | undefined;
  #stopped = false;

  /** @param maxMessageBytes Largest message that is taken. */
  constructor(private readonly maxMessageBytes: number, private readonly handlers: MessageHandlers) {}

  /**
   * Takes the next bytes and hands over what they complete.
   *
   * @throws {WebSocketProtocolError} when they are no frames; nothing may be pushed afterwards.
   */
  push(bytes: Uint8Array): void {
    this.#input.append(bytes);
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) this.#take(frame);
  }

  /** Ignores everything that follows, because the socket was closed by a handler. */
  stop(): void {
    this.#stopped = true;
  }

  #next(): Frame | undefined {
    const bytes = this.#input.bytes;
    if (this.#stopped || bytes.length < 2) return undefined;
    const first = bytes[0]!, second = bytes[1]!;
    const opcode = first & 0x0f, isFinal = (first & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw broken("a frame uses an extension that was not agreed upon");
    if (!isOpcode(opcode)) throw broken(`a frame has the unknown opcode ${opcode}`);
    if ((second & 0x80) !== 0) throw broken("a frame from the server is masked");
    const short = second & 0x7f;
    if (opcode >= 8 && (short > 125 || !isFinal)) throw broken("a control frame is too long or in parts");
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < headBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const length = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (length + (opcode < 8 ? this.#parts.length : 0) > this.maxMessageBytes) {
      throw new WebSocketProtocolError(`a message is longer than ${this.maxMessageBytes} bytes`, 1009);
    }
    if (bytes.length < headBytes + length) return undefined;
    this.#input.take(headBytes);
    return { isFinal, opcode, payload: this.#input.take(length) };
  }

  #take({ isFinal, opcode, payload }: Frame): void {
    if (opcode === opcodes.close) return this.#close(payload);
    if (opcode === opcodes.ping) return this.handlers.onPing(payload.slice());
    if (opcode === opcodes.pong) return;
    const isContinuation = opcode === opcodes.continuation;
    if (isContinuation !== (this.#partial !== undefined)) {
      throw broken(isContinuation ? "a frame continues nothing" : "a message begins within another");
    }
    const kind = this.#partial ?? opcode;
    if (isFinal && !isContinuation) return this.#message(kind, payload);
    this.#parts.append(payload);
    this.#partial = isFinal ? undefined : kind;
    if (!isFinal) return;
    const whole = this.#parts.bytes;
    this.#message(kind, whole);
    this.#parts.clear();
  }

  #message(kind: Opcode, payload: Uint8Array): void {
    if (kind === opcodes.text) this.handlers.onText(utf8(payload));
    else this.handlers.onBinary(payload.slice());
  }

  #close(payload: Uint8Array): void {
    this.stop();
    if (payload.length === 0) return this.handlers.onCloseFrame(noStatus, "");
    const code = payload.length === 1 ? 0 : payload[0]! * 256 + payload[1]!;
    if (!isCloseCode(code)) throw broken(`a close frame has the impossible code ${code}`);
    this.handlers.onCloseFrame(code, utf8(payload.subarray(2)));
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WebSocketProtocolError("a text is not UTF-8", 1007);
  }
}

function isOpcode(opcode: number): opcode is Opcode {
  return known.includes(opcode);
}

/** Section 7.4: codes that may stand in a frame. */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code <= 4999);
}

function broken(message: string): WebSocketProtocolError {
  return new WebSocketProtocolError(message, 1002);
}
