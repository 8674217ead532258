/**
 * Notices the first WebSocket.
 * @module
 */
import type { ExchangeHost, Respond, ServerRequest, ServerSession, ServerSocket } from "./server_port.ts";

/** A host that reports before it takes a connection. */
export class OnFirstConnection implements ExchangeHost {
  readonly #host: ExchangeHost;
  readonly #connected: () => void;

  /** @param connected Called before every accepted connection. */
  constructor(host: ExchangeHost, connected: () => void) {
    this.#host = host;
    this.#connected = connected;
  }

  handle(request: ServerRequest, respond: Respond): void {
    this.#host.handle(request, respond);
  }

  accept(path: string, socket: ServerSocket): ServerSession | undefined {
    const session = this.#host.accept(path, socket);
    if (session !== undefined) this.#connected();
    return session;
  }
}
