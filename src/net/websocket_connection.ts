/**
 * The life of a WebSocket connection, once for every venue: connect, hand over to subscribe, heartbeat, silence
 * alarm, reconnect.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Logger } from "../logging/logger.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import type { Network, Socket } from "../core/network.ts";

/** What a connection is doing. */
export type ConnectionState = "connecting" | "open" | "waiting" | "stopped";

/** What a connection takes from its surroundings and from the venue's dialect. */
export interface WebSocketConnectionOptions {
  /** Name in the log. */
  readonly name: string;
  readonly url: string;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly backoff?: BackoffOptions;
  /** Time between two heartbeats in milliseconds. */
  readonly heartbeatMs: number;
  /** Text of a heartbeat. */
  heartbeat(epochMs: number): string;
  /** Reconnect when no frame of any kind came for this long, milliseconds. Longer than two heartbeats. */
  readonly silenceMs: number;
  /** Reconnect when no market data came for this long although subscribed, milliseconds. */
  readonly dataSilenceMs: number;
}

/** Who listens to a connection. The frame handlers tell whether the frame was market data. */
export interface ConnectionListener {
  onOpen(): void;
  onText(text: string): boolean;
  onBinary(bytes: Uint8Array): boolean;
  /** The connection is gone; what it carried is not live any more. */
  onLost(code: number, reason: string): void;
}

/** Time within which an opening handshake must be through. */
const connectTimeoutMs = 10_000;
/** A connection that lived this long was good: the next failure starts with a short wait again. */
const stableMs = 30_000;
/** Policy violation (1008) and "try again later" (1013) ask for restraint. */
const restraintCodes: readonly number[] = [1008, 1013];
const restraintMs = 5_000;

/** One connection that is kept up until it is stopped. */
export class WebSocketConnection {
  readonly #backoff: Backoff;
  #socket: Socket | undefined;
  #state: ConnectionState = "stopped";
  #timers: Timer[] = [];
  #openedAt = 0;
  #lastFrameAt = 0;
  #lastDataAt = 0;
  #reconnects = 0;

  constructor(
    private readonly options: WebSocketConnectionOptions,
    private readonly listener: ConnectionListener,
  ) {
    this.#backoff = new Backoff(options.random, options.backoff);
  }

  /** What it is doing. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** How often the open connection was lost; attempts that fail to open it anew do not count. */
  get reconnects(): number {
    return this.#reconnects;
  }

  /** Connects and stays connected. */
  start(): void {
    if (this.#state === "stopped") this.#connect();
  }

  /** Closes the connection for good. */
  stop(): void {
    this.#state = "stopped";
    this.#cancelTimers();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(1000, "stopped");
  }

  /** Sends a text frame. Returns false, having sent nothing, while not open. */
  send(text: string): boolean {
    if (this.#state !== "open") return false;
    this.#socket?.sendText(text);
    return true;
  }

  /** Gives the connection up and opens a new one, for a reason that goes to the log. */
  restart(reason: string): void {
    if (this.#state === "connecting" || this.#state === "open") this.#lose(1006, reason);
  }

  #connect(): void {
    this.#state = "connecting";
    // Handlers of a socket that was given up must not touch the state of its successor.
    const guard = (callback: () => void): void => {
      if (this.#socket === socket) callback();
    };
    const socket = this.options.network.connect(this.options.url, {
      onOpen: () => guard(() => this.#opened()),
      onText: (text) => guard(() => this.#received(this.listener.onText(text))),
      onBinary: (bytes) => guard(() => this.#received(this.listener.onBinary(bytes))),
      onClose: (code, reason) => guard(() => this.#lose(code, reason)),
    });
    this.#socket = socket;
    this.#timer(connectTimeoutMs, () => this.#lose(1006, `no connection within ${connectTimeoutMs} ms`));
  }

  #opened(): void {
    this.#cancelTimers();
    this.#state = "open";
    this.#openedAt = this.#lastFrameAt = this.#lastDataAt = this.options.clock.monotonicMs();
    this.options.logger.info("Connected", { connection: this.options.name });
    this.#scheduleHeartbeat();
    this.#scheduleAlarm();
    // Last, because the listener may stop or restart the connection.
    this.listener.onOpen();
  }

  #received(isData: boolean): void {
    this.#lastFrameAt = this.options.clock.monotonicMs();
    if (isData) this.#lastDataAt = this.#lastFrameAt;
  }

  #scheduleHeartbeat(): void {
    this.#timer(this.options.heartbeatMs, () => {
      this.send(this.options.heartbeat(this.options.clock.epochMs()));
      this.#scheduleHeartbeat();
    });
  }

  #scheduleAlarm(): void {
    const { silenceMs, dataSilenceMs } = this.options;
    const now = this.options.clock.monotonicMs();
    const wait = Math.min(this.#lastFrameAt + silenceMs, this.#lastDataAt + dataSilenceMs) - now;
    this.#timer(Math.max(wait, 1), () => {
      const at = this.options.clock.monotonicMs();
      if (at - this.#lastFrameAt >= silenceMs) this.#lose(1006, `silent for ${silenceMs} ms`);
      else if (at - this.#lastDataAt >= dataSilenceMs) this.#lose(1006, `no data for ${dataSilenceMs} ms`);
      else this.#scheduleAlarm();
    });
  }

  #lose(code: number, reason: string): void {
    const wasOpen = this.#state === "open";
    const socket = this.#socket;
    this.#socket = undefined;
    this.#cancelTimers();
    socket?.close();
    if (wasOpen && this.options.clock.monotonicMs() - this.#openedAt >= stableMs) this.#backoff.reset();
    if (restraintCodes.includes(code)) this.#backoff.raiseTo(restraintMs);
    const wait = this.#backoff.next();
    this.#state = "waiting";
    if (wasOpen) this.#reconnects += 1;
    this.options.logger.warn("Connection lost", {
      connection: this.options.name,
      code,
      reason: reason === "" ? "none given" : reason,
      retryMs: Math.round(wait),
    });
    this.#timer(wait, () => this.#connect());
    // Last, because the listener may stop the connection.
    if (wasOpen) this.listener.onLost(code, reason);
  }

  #timer(delayMs: number, callback: () => void): void {
    const timer = this.options.clock.setTimer(delayMs, () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
      callback();
    });
    this.#timers.push(timer);
  }

  #cancelTimers(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }
}
