/**
 * The way out for orders.
 * @module
 */
import { checkedDelay, type Clock, type Timer } from "../core/clock.ts";
import { type HttpRequest, type HttpResponse, type Network, RequestError } from "../core/network.ts";
import type { Socket, SocketHandlers } from "../core/network.ts";
import { errorMessage } from "../core/errors.ts";
import { type Dial, noDelayDial } from "./byte_stream.ts";
import { ConnectionPool, type Taker } from "./connection_pool.ts";
import { type HttpAddress, parseAddress, shownAddress } from "./http_address.ts";
import type { HttpConnection } from "./http_connection.ts";
import { requestBytes } from "./http_request_writer.ts";
import { WebSocketClient } from "./websocket_client.ts";

/** Settings of a {@link NoDelayNetwork}. */
export interface NoDelayNetworkOptions {
  readonly clock: Clock;
  /** How connections are opened. Default {@link noDelayDial}. */
  readonly dial?: Dial;
  /** Most connections to one origin. Default 8. */
  readonly maxConnections?: number;
  /** Idle connections are closed after this time, milliseconds. Default 20,000: servers allow 30 s and more. */
  readonly idleMs?: number;
  /** Time for opening a connection, milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Largest body of an answer, and largest message of a socket, bytes. Default 32 MiB. */
  readonly maxMessageBytes?: number;
}

/**
 * HTTP/1.1 and WebSockets on TCP connections with Nagle's algorithm off, so that two small sends in a row do not wait
 * for an acknowledgement (about 40 ms), and on which every request is sent exactly once: the built-in `fetch` repeats
 * a request, also one that places an order, when a kept-alive connection is cut before the answer.
 *
 * It follows no redirects, asks for no compression and sends the address and the headers exactly as given.
 */
export class NoDelayNetwork implements Network {
  readonly #options: Required<NoDelayNetworkOptions>;
  readonly #pools = new Map<string, ConnectionPool>();
  readonly #sockets = new Set<WebSocketClient>();
  #closed = false;

  constructor(options: NoDelayNetworkOptions) {
    this.#options = {
      dial: noDelayDial(),
      maxConnections: 8,
      idleMs: 20_000,
      connectTimeoutMs: 5_000,
      maxMessageBytes: 32 * 1_048_576,
      ...options,
    };
  }

  /**
   * Keeps connections to the origin of this address ready from now on, so that an order does not wait for one.
   *
   * @param count How many; 0 ends it.
   */
  keepWarm(url: string, count: number): void {
    this.#pool(parseAddress(url)).keepWarm(count);
  }

  /** Connections to the origin of this address that carry a request, are ready for one, and are being opened. */
  connections(url: string): ConnectionPool["counts"] {
    return this.#pool(parseAddress(url)).counts;
  }

  /**
   * Closes idle connections and sockets and refuses what comes later. Requests under way still get their answer.
   */
  close(): void {
    this.#closed = true;
    for (const pool of this.#pools.values()) pool.close();
    for (const socket of this.#sockets) socket.close(1001, "closed");
  }

  /** @throws {TypeError} when the address is none. */
  connect(url: string, handlers: SocketHandlers): Socket {
    const address = parseAddress(url);
    const { clock, dial, connectTimeoutMs, maxMessageBytes } = this.#options;
    const client = new WebSocketClient(address, {
      clock,
      dial,
      openTimeoutMs: connectTimeoutMs,
      maxMessageBytes,
    }, {
      onOpen: () => handlers.onOpen(),
      onText: (text) => handlers.onText(text),
      onBinary: (bytes) => handlers.onBinary(bytes),
      onClose: (code, reason) => {
        this.#sockets.delete(client);
        handlers.onClose(code, reason);
      },
    });
    this.#sockets.add(client);
    if (this.#closed) client.close();
    return client;
  }

  /**
   * Sends a request, before this returns when a connection is ready.
   *
   * @throws {RequestError} when there is no complete answer in time, or when it is none that HTTP/1.1 allows.
   * @throws {RangeError} when the time-out is none that a clock can keep; nothing is sent then.
   */
  async fetch(request: HttpRequest): Promise<HttpResponse> {
    const { address, bytes } = prepare(request);
    const timeoutMs = checkedDelay(request.timeoutMs);
    const pool = this.#pool(address);
    return await new Promise((resolve, reject) => {
      let connection: HttpConnection | undefined;
      let timer: Timer | undefined = undefined;
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
        timer?.cancel();
        request.signal?.removeEventListener("abort", abort);
        if (connection !== undefined) pool.giveBack(connection);
      };
      const fail = (why: string): void => {
        const sent = connection === undefined ? "no" : "maybe";
        pool.cancel(taker);
        connection?.close();
        settle();
        reject(new RequestError(`No answer to ${request.method} ${shownAddress(request.url)}: ${why}`, sent));
      };
      const abort = (): void => fail("it was cancelled");
      const taker: Taker = {
        onConnection: (ready) => {
          connection = ready;
          ready.exchange(request.method, bytes, {
            onResponse: ({ status, headers, text }) => {
              settle();
              resolve({ status, headers, text });
            },
            onFailure: fail,
          });
        },
        onFailure: fail,
      };
      if (request.signal?.aborted) return abort();
      request.signal?.addEventListener("abort", abort);
      if (this.#closed) return fail("the network was closed");
      pool.take(taker);
      // Everything that can wait until the bytes have left does.
      if (isSettled) return;
      timer = this.#options.clock.setTimer(
        timeoutMs,
        () => fail(`nothing complete within ${timeoutMs} ms`),
      );
    });
  }

  #pool({ origin, target }: HttpAddress): ConnectionPool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      const { maxMessageBytes: maxBodyBytes, ...options } = this.#options;
      pool = new ConnectionPool({ ...options, maxBodyBytes, target });
      this.#pools.set(origin, pool);
    }
    return pool;
  }
}

/** @throws {RequestError} when it cannot be sent as it is. */
function prepare(request: HttpRequest): { address: HttpAddress; bytes: Uint8Array } {
  try {
    const address = parseAddress(request.url);
    return { address, bytes: requestBytes(request, address) };
  } catch (error) {
    throw new RequestError(
      `Cannot send ${request.method} ${shownAddress(request.url)}: ${errorMessage(error)}`,
      "no",
    );
  }
}
