/**
 * A simulated host on a real port of the loopback interface.
 * @module
 */
import {
  type ExchangeHost,
  type Frame,
  jsonReply,
  type ServerReply,
  type ServerSession,
  type ServerSocket,
} from "./server_port.ts";

/** HTTP and WebSocket server in front of one {@link ExchangeHost}. */
export class SocketServer {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #host: ExchangeHost;
  readonly #sockets = new Map<WebSocket, Promise<void>>();
  readonly #stopping = Promise.withResolvers<ServerReply>();

  private constructor(host: ExchangeHost) {
    this.#host = host;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: (): void => {} },
      (request) => this.#answer(request),
    );
  }

  /** Serves `host` on a free port of 127.0.0.1. */
  static start(host: ExchangeHost): SocketServer {
    return new SocketServer(host);
  }

  /** `127.0.0.1:<port>`. */
  get authority(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** Closes every connection and the port. */
  async stop(): Promise<void> {
    // Whoever still waits for an answer gets this one, so that the port can close.
    this.#stopping.resolve(jsonReply(503, {}));
    const closing = [...this.#sockets.values()];
    for (const socket of this.#sockets.keys()) socket.close(1000, "");
    await Promise.all(closing);
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return this.#upgrade(request, url);
    const body = await request.text();
    const reply = await Promise.race([this.#stopping.promise, this.#ask(request, url, body)]);
    const headers = { "content-type": "application/json", ...reply.headers };
    return new Response(reply.body, { status: reply.status, headers });
  }

  #target(url: URL): { path: string; search: string; query: URLSearchParams; address: string } {
    return {
      path: url.pathname,
      search: url.search.slice(1),
      query: url.searchParams,
      address: "127.0.0.1",
    };
  }

  #ask(request: Request, url: URL, body: string): Promise<ServerReply> {
    const { method, headers } = request;
    return new Promise((respond) => {
      const answer = (reply: ServerReply | "cut"): void =>
        respond(reply === "cut" ? jsonReply(503, {}) : reply);
      this.#host.handle({ method, ...this.#target(url), headers, body }, answer);
    });
  }

  #upgrade(request: Request, url: URL): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.binaryType = "arraybuffer";
    let session: ServerSession | undefined;
    const ended = new Promise<void>((resolve) => {
      socket.onclose = (): void => {
        this.#sockets.delete(socket);
        session?.onClose();
        resolve();
      };
    });
    this.#sockets.set(socket, ended);
    socket.onopen = (): void => {
      session = this.#host.accept({ ...this.#target(url), headers: request.headers }, serverSocket(socket));
      if (session === undefined) socket.close(1000, "");
    };
    socket.onmessage = (event: MessageEvent): void => {
      if (typeof event.data === "string") session?.onText(event.data);
      else session?.onBinary(new Uint8Array(event.data));
    };
    // An error is always followed by a close event, which does the work.
    socket.onerror = (): void => {};
    return response;
  }
}

function serverSocket(socket: WebSocket): ServerSocket {
  return {
    send: (frame: Frame): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame as string | Uint8Array<ArrayBuffer>);
    },
    close: (code: number, reason: string): void => socket.close(sendableCode(code), reason),
  };
}

/** The WebSocket API can send 1000 and 3000 to 4999 only; every other code goes out as 1000. */
function sendableCode(code: number): number {
  return code >= 3000 && code <= 4999 ? code : 1000;
}
