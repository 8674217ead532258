/**
 * Connections to one origin that are kept for the next request.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import { type ByteStream, closeQuietly, type Dial, type StreamTarget } from "./byte_stream.ts";
import { HttpConnection } from "./http_connection.ts";

/** Settings of a {@link ConnectionPool}. */
export interface ConnectionPoolOptions {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly target: StreamTarget;
  /** Most connections at once. */
  readonly maxConnections: number;
  /** A connection that was idle for this long is closed, milliseconds: less than the server allows. */
  readonly idleMs: number;
  /** Time for opening a connection, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Largest body of an answer, bytes. */
  readonly maxBodyBytes: number;
}

/** Who wants a connection: at most one of both is called, once. */
export interface Taker {
  /** The connection is theirs until they give it back. May be called before `take` has returned. */
  onConnection(connection: HttpConnection): void;
  /** None could be opened. */
  onFailure(why: string): void;
}

interface Idle {
  readonly connection: HttpConnection;
  /** Monotonic milliseconds. */
  readonly until: number;
}

/** Time before another connection is kept ready after one could not be opened. */
const warmRetryMs = 1_000;

/**
 * Hands out connections, the one that was used last first. Opens one for everybody who waits, up to the limit, and
 * keeps a number of them ready.
 */
export class ConnectionPool {
  /** The one that is idle for longest first. */
  readonly #idle: Idle[] = [];
  readonly #waiting: Taker[] = [];
  readonly #busy = new Set<HttpConnection>();
  readonly #opening = new Set<AbortController>();
  /** One timer for all idle connections, so that handing one out costs none. */
  #eviction: Timer | undefined;
  #warm = 0;
  #warmRetry: Timer | undefined;
  #closed = false;

  constructor(private readonly options: ConnectionPoolOptions) {}

  /** Connections that carry a request, are ready for one, and are being opened. */
  get counts(): { readonly busy: number; readonly idle: number; readonly opening: number } {
    return { busy: this.#busy.size, idle: this.#idle.length, opening: this.#opening.size };
  }

  /** Keeps this many connections ready or in use from now on, at most the limit; 0 ends it. */
  keepWarm(count: number): void {
    this.#warm = Math.min(count, this.options.maxConnections);
    this.#open();
  }

  /** Asks for a connection; an idle one is handed over before this returns. */
  take(taker: Taker): void {
    const idle = this.#takeIdle();
    if (idle !== undefined) return this.#hand(taker, idle);
    this.#waiting.push(taker);
    this.#open();
  }

  /** Stops waiting. */
  cancel(taker: Taker): void {
    const index = this.#waiting.indexOf(taker);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** Gives a connection back after the answer or a failure. */
  giveBack(connection: HttpConnection): void {
    this.#busy.delete(connection);
    if (!connection.isReady || this.#closed) connection.close();
    else this.#offer(connection);
    this.#open();
  }

  /** Closes every connection and opens no more. Who waits is told. */
  close(): void {
    this.#closed = true;
    this.#warmRetry?.cancel();
    this.#eviction?.cancel();
    for (const { connection } of this.#idle.splice(0)) connection.close();
    for (const attempt of this.#opening) attempt.abort();
    for (const taker of this.#waiting.splice(0)) taker.onFailure("the network was closed");
  }

  #takeIdle(): HttpConnection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.connection.isReady) return idle.connection;
    }
    return undefined;
  }

  #hand(taker: Taker, connection: HttpConnection): void {
    this.#busy.add(connection);
    taker.onConnection(connection);
  }

  /** Hands a ready connection to who has waited longest, or keeps it. */
  #offer(connection: HttpConnection): void {
    const taker = this.#waiting.shift();
    if (taker !== undefined) return this.#hand(taker, connection);
    this.#idle.push({ connection, until: this.options.clock.monotonicMs() + this.options.idleMs });
    this.#eviction ??= this.options.clock.setTimer(this.options.idleMs, () => this.#evict());
  }

  /** Closes what was idle for too long. */
  #evict(): void {
    const now = this.options.clock.monotonicMs();
    while (this.#idle[0] !== undefined && this.#idle[0].until <= now) this.#idle.shift()!.connection.close();
    const next = this.#idle[0];
    this.#eviction = next === undefined
      ? undefined
      : this.options.clock.setTimer(next.until - now, () => this.#evict());
    this.#open();
  }

  /** Lets go of a connection that has ended. */
  #forget(connection: HttpConnection): void {
    const index = this.#idle.findIndex((idle) => idle.connection === connection);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#busy.delete(connection);
    this.#open();
  }

  /** Opens what is missing. */
  #open(): void {
    while (!this.#closed) {
      const { busy, idle, opening } = this.counts;
      const all = busy + idle + opening;
      const isWanted = opening < this.#waiting.length || (all < this.#warm && this.#warmRetry === undefined);
      if (!isWanted || all >= this.options.maxConnections) return;
      void this.#openOne();
    }
  }

  async #openOne(): Promise<void> {
    const attempt = new AbortController();
    this.#opening.add(attempt);
    let why = "the network was closed";
    const timer = this.options.clock.setTimer(this.options.connectTimeoutMs, () => {
      why = `no connection within ${this.options.connectTimeoutMs} ms`;
      attempt.abort();
      // An attempt that does not end when it is told to must not keep anybody waiting.
      this.#failed(attempt, why);
    });
    try {
      const stream = await this.options.dial(this.options.target, attempt.signal);
      if (attempt.signal.aborted) closeQuietly(stream);
      else if (this.#opening.delete(attempt)) this.#opened(stream);
    } catch (error) {
      this.#failed(attempt, attempt.signal.aborted ? why : errorMessage(error));
    } finally {
      timer.cancel();
    }
  }

  #opened(stream: ByteStream): void {
    const connection = new HttpConnection(stream, this.options.maxBodyBytes, () => this.#forget(connection));
    this.#offer(connection);
  }

  #failed(attempt: AbortController, why: string): void {
    if (!this.#opening.delete(attempt) || this.#closed) return;
    this.#warmRetry ??= this.options.clock.setTimer(warmRetryMs, () => {
      this.#warmRetry = undefined;
      this.#open();
    });
    this.#waiting.shift()?.onFailure(`no connection: ${why}`);
    this.#open();
  }
}
