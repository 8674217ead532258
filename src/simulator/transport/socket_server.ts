/**
 * A simulated host on a real port of the loopback interface.
 *
 * It speaks HTTP and WebSocket on the bare TCP connection: only there can a venue refuse a connection, cut one in the
 * middle of an answer, close with any code, and send one broadcast to many clients with one encoding.
 * @module
 */
import { type Clock, SystemClock, type Timer } from "../../core/clock.ts";
import { ClientConnection, type ConnectionContext } from "./client_connection.ts";
import type { Latencies } from "./latency.ts";
import type { ExchangeHost } from "./server_port.ts";
import { WebSocketWriter } from "./websocket_writer.ts";

/** How a host is served. */
export interface SocketServerOptions {
  /** Time of delays. */
  readonly clock: Clock;
  /** Time of pings and time-outs, which clients keep by the machine's clock: that one by default. */
  readonly lifeClock?: Clock;
  /** Delays on top of those that the connections have by themselves. */
  readonly latency: Latencies;
  /** Port on 127.0.0.1; a free one by default. */
  readonly port?: number;
  /** Most bytes that wait for one client before it is cut as too slow. Default 32 MiB. */
  readonly maxBufferedBytes?: number;
  /** Time between pings in milliseconds; a client that is silent for one such time is cut. Default 20 s. */
  readonly pingIntervalMs?: number;
}

/**
 * HTTP and WebSocket server in front of one {@link ExchangeHost}. A client that does not read while 32 MiB wait for it
 * is cut, as is one that leaves a ping unanswered until the next.
 */
export class SocketServer {
  readonly #listener: Deno.TcpListener;
  readonly #context: ConnectionContext;
  readonly #pingIntervalMs: number;
  readonly #connections = new Map<ClientConnection, Promise<void>>();
  readonly #accepting: Promise<void>;
  #pingTimer: Timer;
  #stopped = false;

  private constructor(host: ExchangeHost, options: SocketServerOptions) {
    const {
      clock,
      lifeClock = new SystemClock(),
      latency,
      port = 0,
      maxBufferedBytes = 32 * 1024 * 1024,
      pingIntervalMs = 20_000,
    } = options;
    this.#context = { host, clock, lifeClock, latency, maxBufferedBytes, writer: new WebSocketWriter() };
    this.#pingIntervalMs = pingIntervalMs;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.#accepting = this.#acceptAll();
    this.#pingTimer = lifeClock.setTimer(pingIntervalMs, this.#pingAll);
  }

  /**
   * Serves `host` on 127.0.0.1.
   *
   * @throws {Deno.errors.AddrInUse} when the port is taken.
   */
  static start(host: ExchangeHost, options: SocketServerOptions): SocketServer {
    return new SocketServer(host, options);
  }

  /** `127.0.0.1:<port>`. */
  get authority(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Closes the port and every connection: WebSockets with 1000, requests that wait with status 503. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pingTimer.cancel();
    this.#listener.close();
    for (const connection of this.#connections.keys()) connection.stop();
    await Promise.all([this.#accepting, ...this.#connections.values()]);
  }

  async #acceptAll(): Promise<void> {
    for await (const conn of this.#listener) this.#take(conn);
  }

  #take(conn: Deno.TcpConn): void {
    if (this.#stopped || this.#context.host.refusing?.()) {
      conn.close();
      return;
    }
    const connection = new ClientConnection(conn, this.#context);
    const run = connection.run().finally(() => this.#connections.delete(connection));
    this.#connections.set(connection, run);
  }

  readonly #pingAll = (): void => {
    for (const connection of this.#connections.keys()) connection.ping();
    this.#pingTimer = this.#context.lifeClock.setTimer(this.#pingIntervalMs, this.#pingAll);
  };
}
