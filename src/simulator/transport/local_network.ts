/**
 * The network inside the process: the bytes of the real sockets, carried by the clock.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { NetworkError } from "../../core/errors.ts";
import type { HttpRequest, HttpResponse, Socket, SocketHandlers } from "../../core/network.ts";
import type { Latencies } from "./latency.ts";
import { LocalConnection } from "./local_connection.ts";
import type { ExchangeHost, Respond, ServerReply, UpgradeRequest } from "./server_port.ts";

/** Where every client of the process seems to be. */
const localAddress = "127.0.0.1";

/** Connects clients with the simulated hosts without a socket. Deterministic on a simulated clock. */
export class LocalNetwork {
  readonly #clock: Clock;
  readonly #latency: Latencies;
  /** By host name, as it stands in the URL. */
  readonly #hosts: ReadonlyMap<string, ExchangeHost>;
  readonly #connections = new Set<LocalConnection>();
  #pending = 0;
  #answered = 0;

  constructor(clock: Clock, latency: Latencies, hosts: ReadonlyMap<string, ExchangeHost>) {
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
    const { hostname, pathname, search, searchParams } = new URL(url);
    const request: UpgradeRequest = {
      path: pathname,
      search: search.slice(1),
      query: searchParams,
      headers: new Headers(),
      address: localAddress,
    };
    const connection = new LocalConnection(this.#clock, this.#latency, handlers, () => {
      this.#connections.delete(connection);
    });
    this.#connections.add(connection);
    connection.open((socket) => {
      const host = this.#hosts.get(hostname);
      return host?.refusing?.() ? undefined : host?.accept(request, socket);
    });
    return connection;
  }

  /**
   * Sends one HTTP request.
   *
   * @throws {NetworkError} when the host does not exist or refuses, when it cuts the connection, or when no answer
   * comes within `timeoutMs`.
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
      const answer: Respond = (reply) => {
        this.#clock.setTimer(this.#latency.response.drawMs(), () => {
          if (reply === "cut") fail("connection closed before the answer");
          else settle(() => resolve(toResponse(reply)));
        });
      };
      this.#clock.setTimer(this.#latency.orderEntry.drawMs(), () => {
        if (open) this.#arrive(request, answer, fail);
      });
    });
  }

  /** Cuts every connection without a close frame. */
  stop(): void {
    for (const connection of [...this.#connections]) connection.cut();
  }

  #arrive(request: HttpRequest, answer: Respond, fail: (why: string) => void): void {
    const url = new URL(request.url);
    const host = this.#hosts.get(url.hostname);
    if (host === undefined) {
      fail("connection refused, no such simulated host");
      return;
    }
    if (host.refusing?.()) {
      fail("connection refused");
      return;
    }
    host.handle({
      method: request.method,
      path: url.pathname,
      search: url.search.slice(1),
      query: url.searchParams,
      headers: new Headers(request.headers),
      body: request.body ?? "",
      address: localAddress,
    }, answer);
  }
}

function toResponse(reply: ServerReply): HttpResponse {
  const headers = new Headers(reply.headers);
  headers.set("content-type", "application/json");
  return { status: reply.status, headers, text: reply.body };
}
