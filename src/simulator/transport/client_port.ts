/**
 * What a client of the simulated exchanges holds in its hand: a socket and an HTTP exchange, whatever carries them.
 * @module
 */

/** What a client hears from its WebSocket. */
export interface SocketHandlers {
  /** The connection is open; frames may be sent. */
  onOpen(): void;
  /** A text frame came. */
  onText(text: string): void;
  /** A binary frame came. The bytes are shared by all receivers: read them, do not change them. */
  onBinary(bytes: Uint8Array): void;
  /** The connection is gone, for whatever reason; nothing follows. 1006 when no close frame came. */
  onClose(code: number, reason: string): void;
}

/** A client's WebSocket. */
export interface Socket {
  /** Sends a text frame; without effect before the connection is open and after it was closed. */
  sendText(text: string): void;
  /** Starts the closing handshake. Code 1000 when none is given. */
  close(code?: number, reason?: string): void;
}

/** One HTTP request of a client. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Milliseconds after which the client gives up. */
  readonly timeoutMs: number;
}

/** What came back. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
