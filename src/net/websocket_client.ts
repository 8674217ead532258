/**
 * A WebSocket whose frames leave at once.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { Socket, SocketHandlers } from "../core/network.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { type ByteStream, closeQuietly, type Dial } from "./byte_stream.ts";
import type { HttpAddress } from "./http_address.ts";
import { endOfHead, parseHead } from "./http_head.ts";
import { WebSocketFrameReader, WebSocketProtocolError } from "./websocket_frame_reader.ts";
import { opcodes, WebSocketFrameWriter } from "./websocket_frame_writer.ts";
import { checkHandshake, handshakeKey, handshakeRequest } from "./websocket_handshake.ts";
import { Wire } from "./wire.ts";

/** Settings of a {@link WebSocketClient}. */
export interface WebSocketClientOptions {
  readonly clock: Clock;
  readonly dial: Dial;
  /** Time for the connection with its handshake, milliseconds. */
  readonly openTimeoutMs: number;
  /** Largest message that is taken, bytes. */
  readonly maxMessageBytes: number;
}

/** Time for the other side to answer a close frame. */
const closeTimeoutMs = 3_000;
/** Largest head of the answer to the handshake, bytes. */
const maxHeadBytes = 16_384;
/** Close code for a connection that broke without a closing handshake. */
const abnormalClosure = 1006;

/** A WebSocket client after RFC 6455 without extensions. Pings are answered here. */
export class WebSocketClient implements Socket {
  readonly #writer = new WebSocketFrameWriter();
  readonly #reader: WebSocketFrameReader;
  readonly #attempt = new AbortController();
  readonly #key = handshakeKey();
  readonly #head = new ByteBuffer();
  #wire: Wire | undefined;
  #state: "opening" | "open" | "closing" | "closed" = "opening";
  #timer: Timer;

  constructor(
    private readonly address: HttpAddress,
    private readonly options: WebSocketClientOptions,
    private readonly handlers: SocketHandlers,
  ) {
    this.#reader = new WebSocketFrameReader(options.maxMessageBytes, {
      // After its own close frame a socket hands nothing over and sends nothing.
      onText: (text) => this.#whileOpen(() => handlers.onText(text)),
      onBinary: (bytes) => this.#whileOpen(() => handlers.onBinary(bytes)),
      onPing: (payload) => this.#whileOpen(() => this.#wire?.send(this.#writer.frame(opcodes.pong, payload))),
      onCloseFrame: (code, reason) => this.#closedByPeer(code, reason),
    });
    const { openTimeoutMs } = options;
    this.#timer = options.clock.setTimer(
      openTimeoutMs,
      () => this.#finish(abnormalClosure, `no connection within ${openTimeoutMs} ms`),
    );
    void this.#open();
  }

  /** Sends a text frame before this returns. Returns whether the socket was open: if not, nothing was sent. */
  sendText(text: string): boolean {
    if (this.#state !== "open") return false;
    this.#wire?.send(this.#writer.text(text));
    return true;
  }

  close(code?: number, reason?: string): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closing";
    this.#timer.cancel();
    if (wasOpen) this.#wire?.send(this.#writer.close(code, reason));
    this.#attempt.abort();
    // A socket that is not open yet has nobody to take leave of; `onClose` still comes after this returns.
    this.#timer = this.options.clock.setTimer(
      wasOpen ? closeTimeoutMs : 0,
      () =>
        this.#finish(
          abnormalClosure,
          wasOpen ? "the other side did not close it" : "closed before it was open",
        ),
    );
  }

  #whileOpen(callback: () => void): void {
    if (this.#state === "open") callback();
  }

  async #open(): Promise<void> {
    let stream: ByteStream;
    try {
      stream = await this.options.dial(this.address.target, this.#attempt.signal);
    } catch (error) {
      if (this.#state === "opening") this.#finish(abnormalClosure, `no connection: ${errorMessage(error)}`);
      return;
    }
    if (this.#state !== "opening") return closeQuietly(stream);
    this.#wire = new Wire(stream, {
      onBytes: (bytes) => this.#received(bytes),
      onEnd: (why) => this.#finish(abnormalClosure, why),
    });
    this.#wire.send(handshakeRequest(this.address, this.#key));
    this.#wire.start();
  }

  #received(bytes: Uint8Array): void {
    try {
      if (this.#state === "opening") this.#readHead(bytes);
      else this.#reader.push(bytes);
    } catch (error) {
      if (!(error instanceof WebSocketProtocolError)) throw error;
      this.#wire?.send(this.#writer.close(error.closeCode));
      this.#finish(abnormalClosure, error.message);
    }
  }

  #readHead(bytes: Uint8Array): void {
    this.#head.append(bytes);
    const head = this.#head.bytes;
    const end = endOfHead(head, 0);
    if (end < 0 && head.length <= maxHeadBytes) return;
    try {
      checkHandshake(parseHead(head.subarray(0, Math.max(end, 0))), this.#key);
    } catch (error) {
      return this.#finish(abnormalClosure, errorMessage(error));
    }
    this.#state = "open";
    this.#timer.cancel();
    this.handlers.onOpen();
    this.#reader.push(head.subarray(end + 4));
  }

  #closedByPeer(code: number, reason: string): void {
    // Whoever closed first has its frame answered (section 5.5.1).
    if (this.#state === "open") this.#wire?.send(this.#writer.close(code === 1005 ? undefined : code));
    this.#finish(code, reason);
  }

  #finish(code: number, reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#timer.cancel();
    this.#reader.stop();
    this.#attempt.abort();
    this.#wire?.close();
    this.handlers.onClose(code, reason);
  }
}
