/**
 * What a simulated exchange sees of the outside: the server's side of sockets and requests. The same sessions
 * run over real sockets and inside the process.
 * @module
 */

/** One WebSocket message: text or binary, whose bytes never change because many connections may share them. */
export type Frame = string | Uint8Array;

/** The server's end of one WebSocket connection. */
export interface ServerSocket {
  /** Sends a frame; without effect once the connection is closed. */
  send(frame: Frame): void;
  /**
   * Closes the connection. 1005 sends a close frame without a status; 1006 cuts the TCP connection without a close
   * frame; every other code goes out as it is.
   *
   * @throws {RangeError} when no peer may send or report the code, see `close_code.ts`.
   */
  close(code: number, reason: string): void;
}

/** What an exchange does with one connection. */
export interface ServerSession {
  /** A text frame came from the client. */
  onText(text: string): void;
  /** A binary frame came from the client. */
  onBinary(bytes: Uint8Array): void;
  /** The connection is gone. Called once, also after the session closed it itself. */
  onClose(): void;
  /** Closes the connection from the exchange's side. */
  close(code: number, reason: string): void;
}

/** One HTTP request as the exchange reads it. */
export interface ServerRequest {
  readonly method: string;
  /** Path from the root of the host, without query: `/api/v3/ping`. */
  readonly path: string;
  /** The query exactly as it was sent, without `?` and still percent-encoded: signatures are computed over it. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The body exactly as it was sent; empty when there is none. */
  readonly body: string;
  /** IP address of the client; `127.0.0.1` inside the process. */
  readonly address: string;
}

/** The request that opens a WebSocket connection. The fields are those of {@link ServerRequest}. */
export interface UpgradeRequest {
  readonly path: string;
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly address: string;
}

/** The exchange's answer to a request; the body is JSON text. */
export interface ServerReply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Takes the answer; called exactly once per request, at once or later. `cut` breaks the connection without an answer,
 * so that the client cannot know what became of its request.
 */
export type Respond = (reply: ServerReply | "cut") => void;

/** Everything behind one host name and port. */
export interface ExchangeHost {
  /** Answers an HTTP request through `respond`. */
  handle(request: ServerRequest, respond: Respond): void;
  /** Takes a WebSocket connection, or returns undefined when there is no WebSocket on this path. */
  accept(request: UpgradeRequest, socket: ServerSocket): ServerSession | undefined;
  /**
   * While true, nobody reaches the host: new connections end at once, requests on open ones are cut, and upgrades
   * fail. WebSockets that are open stay open. Absent means never.
   */
  refusing?(): boolean;
}

/** A reply whose body is `value` as JSON. */
export function jsonReply(status: number, value: unknown, headers?: Record<string, string>): ServerReply {
  const body = JSON.stringify(value);
  return headers === undefined ? { status, body } : { status, body, headers };
}
