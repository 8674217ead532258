/**
 * The network inside the process: the bytes of the real sockets, carried by the clock.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { NetworkError } from "../../core/errors.ts";
import type { HttpRequest, HttpResponse, Socket, SocketHandlers } from "../../core/network.ts";
import type { LatencyModel } from "./latency.ts";
import { LocalConnection } from "./local_connection.ts";
import type { ExchangeHost, ServerReply } from "./server_port.ts";

/** Connects clients with the simulated hosts without a socket. Deterministic on a simulated clock. */
export class LocalNetwork {
  readonly #clock: Clock;
  readonly #latency: LatencyModel;
  /** By host name, as it stands in the URL. */
  readonly #hosts: ReadonlyMap<string, ExchangeHost>;
  readonly #connections = new Set<LocalConnection>();
  #pending = 0;
  #answered = 0;

  constructor(clock: Clock, latency: LatencyModel, hosts: ReadonlyMap<string, ExchangeHost>) {
    this.#clock = clock;
    this.#latency = latency;
    this.#hosts = hosts;
  }

  /** Requests that have no answer yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Requests whose promise was settled since the start. */
  get answered(): number {
    return this.#answered;
  }

  /** Opens a WebSocket to `ws://<host>/<path>`. Failure is told by `onClose` with code 1006. */
  connect(url: string, handlers: SocketHandlers): Socket {
    const { hostname, pathname } = new URL(url);
    const connection = new LocalConnection(this.#clock, this.#latency, handlers, () => {
      this.#connections.delete(connection);
    });
    this.#connections.add(connection);
    connection.open((socket) => this.#hosts.get(hostname)?.accept(pathname, socket));
    return connection;
  }

  /**
   * Sends one HTTP request.
   *
   * @throws {NetworkError} when the host does not exist or no answer comes within `timeoutMs`.
   */
  fetch(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      let open = true;
      const settle = (finish: () => void): void => {
        if (!open) return;
        open = false;
        deadline.cancel();
        this.#pending -= 1;
        this.#answered += 1;
        finish();
      };
      const fail = (why: string): void => {
        settle(() => reject(new NetworkError(`${request.method} ${request.url}: ${why}`)));
      };
      this.#pending += 1;
      const deadline = this.#clock.setTimer(request.timeoutMs, () => {
        fail(`no answer within ${request.timeoutMs} ms`);
      });
      const answer = (reply: ServerReply): void => {
        this.#clock.setTimer(this.#latency.requestLegMs(), () => settle(() => resolve(toResponse(reply))));
      };
      this.#clock.setTimer(this.#latency.requestLegMs(), () => {
        if (open) this.#arrive(request, answer, fail);
      });
    });
  }

  /** Cuts every connection without a close frame. */
  stop(): void {
    for (const connection of [...this.#connections]) connection.cut();
  }

  #arrive(request: HttpRequest, answer: (reply: ServerReply) => void, fail: (why: string) => void): void {
    const url = new URL(request.url);
    const host = this.#hosts.get(url.hostname);
    if (host === undefined) {
      fail("connection refused, no such simulated host");
      return;
    }
    host.handle({
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(request.headers),
      body: request.body ?? "",
    }, answer);
  }
}

function toResponse(reply: ServerReply): HttpResponse {
  const headers = new Headers(reply.headers);
  headers.set("content-type", "application/json");
  return { status: reply.status, headers, text: reply.body };
}
