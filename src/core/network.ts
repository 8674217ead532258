/**
 * The way out: what sockets and requests look like, whatever carries them. The engine is handed a {@link Network}, so
 * the same code runs on real sockets and on exchanges in the same process.
 * @module
 */
import { NetworkError } from "./errors.ts";

/** What happens on a socket. After `onClose` nothing else comes. */
export interface SocketHandlers {
  onOpen(): void;
  onText(text: string): void;
  /** The bytes may be shared by several receivers: read them, do not change them. */
  onBinary(bytes: Uint8Array): void;
  /** Also called when the connection could not be opened, then with code 1006. */
  onClose(code: number, reason: string): void;
}

/** An open or opening WebSocket. */
export interface Socket {
  /** Sends a text frame; without effect when the socket is not open. */
  sendText(text: string): void;
  /** Closes it; `onClose` follows. */
  close(code?: number, reason?: string): void;
}

/** A request. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** The answer must be complete within this time. */
  readonly timeoutMs: number;
  /** Gives the request up when it is aborted; the built-in network and the simulator leave it unread. */
  readonly signal?: AbortSignal;
}

/**
 * How far a request came that got no answer: `no` when provably none of its bytes left, so that it is safe to send
 * again; `maybe` whenever that is not certain.
 */
export type Sent = "no" | "maybe";

/** A request without an answer, from a network that knows whether any of it had left. */
export class RequestError extends NetworkError {
  constructor(message: string, readonly sent: Sent) {
    super(message);
  }
}

/** An answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sockets and requests. */
export interface Network {
  /** Opens a socket. No handler is called before this has returned. */
  connect(url: string, handlers: SocketHandlers): Socket;
  /** @throws {NetworkError} when there is no complete answer in time. */
  fetch(request: HttpRequest): Promise<HttpResponse>;
}
