/**
 * One connection of MEXC's private stream, with a listen key of its own.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { Network } from "../../core/network.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Logger } from "../../logging/logger.ts";
import { Backoff } from "../../net/backoff.ts";
import { WebSocketConnection } from "../../net/websocket_connection.ts";
import type { ListenKeyKeeper } from "./listen_key_keeper.ts";
import { isText, privateChannels, readControl } from "./private_codec.ts";
import { withoutSignatures } from "./private_sender.ts";

/** What a {@link PrivateLine} takes. */
export interface PrivateLineOptions {
  /** Name in the log. */
  readonly name: string;
  /** Address of the WebSocket, without listen key. */
  readonly url: string;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly keys: ListenKeyKeeper;
  /** Age at which a connection is to be replaced, milliseconds. */
  readonly maxAgeMs: number;
}

/** Who listens to a line. */
export interface PrivateLineListener {
  /** Every channel is subscribed: from now on everything is told. */
  onLive(line: PrivateLine): void;
  /** It was live and is not any more. */
  onLost(line: PrivateLine): void;
  /** It will not live much longer: its age is near the venue's limit, or its key has ended. */
  onAged(line: PrivateLine): void;
  /** A binary frame with an event. */
  onEvent(line: PrivateLine, bytes: Uint8Array): void;
}

/** Every private subscription must be confirmed within this time. */
const replyTimeoutMs = 10_000;
const heartbeatMs = 30_000;
/** Pongs come every 30 s. */
const silenceMs = 75_000;
/** A connection that was live this long was good: the next attempt needs no waiting. */
const stableMs = 10_000;
/** After this many attempts with a key that came to nothing, another key is tried. */
const attemptsPerKey = 2;

/** Connects, subscribes, and comes back until it is stopped. */
export class PrivateLine {
  readonly #backoff: Backoff;
  #connection: WebSocketConnection | undefined;
  #key: string | undefined;
  /** Counts attempts: what belongs to an earlier one is out of date. */
  #attempt = 0;
  #failures = 0;
  #stopped = false;
  #timers: Timer[] = [];
  #missing = new Set<string>();
  #liveSince: number | undefined;

  constructor(private readonly options: PrivateLineOptions, private readonly listener: PrivateLineListener) {
    this.#backoff = new Backoff(options.random.fork("attempts"));
  }

  /** Monotonic milliseconds since which everything is told; undefined while it is not. */
  get liveSince(): number | undefined {
    return this.#liveSince;
  }

  /** Connects and stays connected. */
  start(): void {
    void this.#connect();
  }

  /** Closes the connection for good and gives the key back. The listener is not told. */
  stop(): void {
    this.#stopped = true;
    this.#close();
    if (this.#key !== undefined) this.options.keys.release(this.#key);
    this.#key = undefined;
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    const { keys, logger, name } = this.options;
    try {
      if (this.#key === undefined) {
        const key = await keys.create(() => this.#keyEnded(key));
        if (attempt !== this.#attempt) return keys.release(key);
        this.#key = key;
      }
    } catch (error) {
      if (attempt !== this.#attempt) return;
      logger.warn("No listen key", { connection: name, error: withoutSignatures(errorMessage(error)) });
      this.#retryAfter(this.#backoff.next());
      return;
    }
    this.#open(this.#key);
  }

  #open(key: string): void {
    const { options } = this;
    const connection: WebSocketConnection = new WebSocketConnection({
      ...options,
      url: `${options.url}${options.url.includes("?") ? "&" : "?"}listenKey=${key}`,
      heartbeatMs,
      heartbeat: () => `{"method":"PING"}`,
      silenceMs,
      // An account may well be quiet.
      dataSilenceMs: Infinity,
    }, {
      onOpen: () => this.#subscribe(connection),
      onText: (text) => this.#control(text),
      onBinary: (bytes) => this.#event(bytes),
      onLost: (code) => this.#fail(`closed with ${code}`),
    });
    this.#connection = connection;
    connection.start();
  }

  /** One channel per request, because the answer to several is UNCONFIRMED. */
  #subscribe(connection: WebSocketConnection): void {
    this.#missing = new Set(privateChannels);
    for (const [index, channel] of privateChannels.entries()) {
      connection.send(JSON.stringify({ method: "SUBSCRIPTION", params: [channel], id: index + 1 }));
    }
    this.#timer(replyTimeoutMs, () => {
      if (this.#missing.size > 0) this.#fail(`${this.#missing.size} subscriptions without an answer`);
    });
    this.#timer(this.options.maxAgeMs, () => this.listener.onAged(this));
  }

  #event(bytes: Uint8Array): boolean {
    if (isText(bytes)) return this.#control(new TextDecoder().decode(bytes));
    this.listener.onEvent(this, bytes);
    return true;
  }

  #control(text: string): boolean {
    const message = readControl(text);
    if (message.kind === "subscribed") this.#subscribed(message.channels);
    else if (message.kind === "rejected") this.#fail(message.message);
    else if (message.kind === "invalid-key") this.#fail("the listen key is not valid", true);
    return false;
  }

  #subscribed(channels: readonly string[]): void {
    for (const channel of channels) this.#missing.delete(channel);
    if (this.#missing.size > 0 || this.#liveSince !== undefined) return;
    this.#liveSince = this.options.clock.monotonicMs();
    this.#failures = 0;
    this.listener.onLive(this);
  }

  /** The venue does not know the key any more. What it does to the connection is UNCONFIRMED. */
  #keyEnded(key: string): void {
    if (this.#key !== key) return;
    this.#key = undefined;
    if (this.#liveSince === undefined) this.#fail("the listen key has ended");
    else this.listener.onAged(this);
  }

  #fail(reason: string, keyIsGone = false): void {
    if (this.#stopped) return;
    const { keys, clock, logger, name } = this.options;
    const since = this.#liveSince;
    const wasStable = since !== undefined && clock.monotonicMs() - since >= stableMs;
    this.#close();
    if (wasStable) this.#backoff.reset();
    this.#failures += 1;
    if (this.#key !== undefined && (keyIsGone || this.#failures >= attemptsPerKey)) {
      if (keyIsGone) keys.forget(this.#key);
      else keys.release(this.#key);
      this.#key = undefined;
    }
    const quick = wasStable || (keyIsGone && this.#failures <= attemptsPerKey);
    const waitMs = quick ? 0 : this.#backoff.next();
    logger.warn("Private stream lost", { connection: name, reason, retryMs: Math.round(waitMs) });
    this.#retryAfter(waitMs);
    // Last, because the listener may stop the line.
    if (since !== undefined) this.listener.onLost(this);
  }

  #close(): void {
    this.#attempt += 1;
    this.#liveSince = undefined;
    this.#connection?.stop();
    this.#connection = undefined;
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }

  #retryAfter(delayMs: number): void {
    this.#timer(delayMs, () => void this.#connect());
  }

  #timer(delayMs: number, callback: () => void): void {
    this.#timers.push(this.options.clock.setTimer(delayMs, callback));
  }
}
