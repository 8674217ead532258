/**
 * The way out: sockets and requests. The engine is handed a {@link Network}, so the same code runs on real
 * sockets and on exchanges in the same process.
 * @module
 */
import { errorMessage, NetworkError } from "../core/errors.ts";

/** What happens on a socket. After `onClose` nothing else comes. */
export interface SocketHandlers {
  onOpen(): void;
  onText(text: string): void;
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
}

/** An answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sockets and requests. */
export interface Network {
  connect(url: string, handlers: SocketHandlers): Socket;
  /** @throws {NetworkError} when there is no complete answer in time. */
  fetch(request: HttpRequest): Promise<HttpResponse>;
}

/** Close code for a connection that broke without a closing handshake. */
const abnormalClosure = 1006;

/**
 * Deno's built-in `WebSocket` and `fetch`. Right for market data and ordinary requests; it leaves Nagle's
 * algorithm on, so orders do not go this way.
 */
export class SystemNetwork implements Network {
  connect(url: string, handlers: SocketHandlers): Socket {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = (): void => handlers.onOpen();
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>): void => {
      if (typeof event.data === "string") handlers.onText(event.data);
      else handlers.onBinary(new Uint8Array(event.data));
    };
    // A failure is reported as a close as well, which is where it is handled.
    socket.onerror = (event): void => event.preventDefault();
    socket.onclose = (event): void => handlers.onClose(event.code || abnormalClosure, event.reason);
    return {
      sendText: (text): void => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: (code, reason): void => socket.close(code, reason),
    };
  }

  async fetch(request: HttpRequest): Promise<HttpResponse> {
    try {
      const response = await fetch(request.url, {
        method: request.method,
        signal: AbortSignal.timeout(request.timeoutMs),
        ...(request.headers === undefined ? {} : { headers: request.headers }),
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      throw new NetworkError(`No answer to ${request.method} ${request.url}: ${errorMessage(error)}`);
    }
  }
}
