/**
 * Notices the first WebSocket.
 * @module
 */
import type {
  ExchangeHost,
  Respond,
  ServerRequest,
  ServerSession,
  ServerSocket,
  UpgradeRequest,
} from "./server_port.ts";

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

  accept(request: UpgradeRequest, socket: ServerSocket): ServerSession | undefined {
    const session = this.#host.accept(request, socket);
    if (session !== undefined) this.#connected();
    return session;
  }

  refusing(): boolean {
    return this.#host.refusing?.() ?? false;
  }
}
