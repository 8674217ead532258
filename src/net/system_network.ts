/**
 * Real sockets and requests.
 * @module
 */
import { errorMessage, NetworkError } from "../core/errors.ts";
import type { HttpRequest, HttpResponse, Network, Socket, SocketHandlers } from "../core/network.ts";

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
        // A venue does not redirect, and whoever does must not be sent the key and signature of a request.
        redirect: "manual",
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
