/**
 * What a simulated exchange sees of the outside: the server's side of sockets and requests. The same sessions
 * run over real sockets and inside the process.
 * @module
 */

/** One WebSocket message: text or binary. */
export type Frame = string | Uint8Array;

/** The server's end of one WebSocket connection. */
export interface ServerSocket {
  /** Sends a frame; without effect once the connection is closed. */
  send(frame: Frame): void;
  /** Closes the connection. */
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
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}

/** The exchange's answer to a request; the body is JSON text. */
export interface ServerReply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Takes the answer; called exactly once per request, at once or later. */
export type Respond = (reply: ServerReply) => void;

/** Everything behind one host name and port. */
export interface ExchangeHost {
  /** Answers an HTTP request through `respond`. */
  handle(request: ServerRequest, respond: Respond): void;
  /** Takes a WebSocket connection on this path, or returns undefined when there is no WebSocket there. */
  accept(path: string, socket: ServerSocket): ServerSession | undefined;
}

/** A reply whose body is `value` as JSON. */
export function jsonReply(status: number, value: unknown, headers?: Record<string, string>): ServerReply {
  const body = JSON.stringify(value);
  return headers === undefined ? { status, body } : { status, body, headers };
}
