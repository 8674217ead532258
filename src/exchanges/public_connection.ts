/**
 * One market-data connection: what is subscribed on it, and which subscriptions the venue has answered.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { Instrument } from "../core/instrument.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Logger } from "../logging/logger.ts";
import type { Network } from "../core/network.ts";
import { WebSocketConnection } from "../net/websocket_connection.ts";
import type { FrameTrace } from "../telemetry/frame_trace.ts";
import type { FrameKind, PublicCodec } from "./interfaces/public_codec.ts";
import type { PublicDialect, PublicStream } from "./interfaces/public_dialect.ts";

/** What a public WebSocket client takes. */
export interface PublicWebSocketClientOptions {
  readonly dialect: PublicDialect;
  readonly codec: PublicCodec;
  readonly url: string;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly trace: FrameTrace;
  /** Longest wait before a lost connection is made again, milliseconds. Default 30,000. */
  readonly maxReconnectDelayMs?: number;
}

/** One stream of one instrument. */
export interface Subscription {
  readonly instrument: Instrument;
  readonly stream: PublicStream;
}

/** Who listens to a connection. */
export interface PublicConnectionListener {
  /** Decodes a frame and tells what it was. */
  onFrame(frame: string | Uint8Array): FrameKind;
  /** The connection is open and its subscriptions are on their way. */
  onOpen(): void;
  /** Every subscription has been answered. */
  onAnswered(): void;
  onLost(): void;
  onSubscribed(subscription: Subscription): void;
  onRejected(subscription: Subscription, message: string): void;
}

/** Time within which every subscription must be answered. */
const replyTimeoutMs = 10_000;
/** No frame at all for this many heartbeats means that the connection is dead. */
const silentHeartbeats = 2.5;
/** No quote for this long although subscribed means the same; other streams may be silent for as long as they like. */
const dataSilenceMs = 60_000;
const dataKinds: readonly FrameKind[] = ["depth", "ticker", "trades", "messages"];

/** Subscribes again after every reconnect. */
export class PublicConnection {
  readonly #connection: WebSocketConnection;
  /** Subscriptions without an answer, by the number of their request. */
  readonly #pending = new Map<number, Subscription>();
  #replyTimer: Timer | undefined;
  #requests = 0;

  constructor(
    private readonly options: PublicWebSocketClientOptions,
    private readonly subscriptions: readonly Subscription[],
    name: string,
    private readonly listener: PublicConnectionListener,
  ) {
    const { dialect, url, network, clock, random, logger, maxReconnectDelayMs } = options;
    const quotes = subscriptions.some(({ stream }) => stream === "bookTicker" || stream === "depth");
    this.#connection = new WebSocketConnection({
      name,
      url,
      network,
      clock,
      logger,
      random: random.fork(name),
      ...(maxReconnectDelayMs === undefined ? {} : { backoff: { capMs: maxReconnectDelayMs } }),
      heartbeatMs: dialect.heartbeatMs,
      heartbeat: (epochMs) => dialect.heartbeat(epochMs),
      silenceMs: dialect.heartbeatMs * silentHeartbeats,
      dataSilenceMs: quotes ? dataSilenceMs : Infinity,
    }, {
      onOpen: () => this.#opened(),
      onText: (text) => this.#received(text),
      onBinary: (bytes) => this.#received(bytes),
      onLost: () => this.#lost(),
    });
  }

  /** Whether it is open. */
  get open(): boolean {
    return this.#connection.state === "open";
  }

  /** Times that it was lost. */
  get reconnects(): number {
    return this.#connection.reconnects;
  }

  /** Connects. */
  start(): void {
    this.#connection.start();
  }

  /** Closes it for good. */
  stop(): void {
    this.#replyTimer?.cancel();
    this.#connection.stop();
  }

  /** Ends a subscription and starts it anew; without effect while not open. */
  renew(subscription: Subscription): void {
    if (!this.open) return;
    const { instrument, stream } = subscription;
    const { dialect, clock } = this.options;
    this.#requests += 1;
    this.#connection.send(dialect.unsubscribe(stream, instrument, this.#requests, clock.epochMs()));
    this.#subscribe(subscription);
    this.#awaitReplies();
  }

  #opened(): void {
    this.#pending.clear();
    for (const subscription of this.subscriptions) this.#subscribe(subscription);
    this.#awaitReplies();
    this.listener.onOpen();
  }

  #subscribe(subscription: Subscription): void {
    const { instrument, stream } = subscription;
    this.#requests += 1;
    this.#pending.set(this.#requests, subscription);
    this.#connection.send(
      this.options.dialect.subscribe(stream, instrument, this.#requests, this.options.clock.epochMs()),
    );
  }

  #awaitReplies(): void {
    this.#replyTimer?.cancel();
    this.#replyTimer = this.options.clock.setTimer(replyTimeoutMs, () => {
      if (this.#pending.size > 0) {
        this.#connection.restart(`${this.#pending.size} subscriptions without an answer`);
      }
    });
  }

  #received(frame: string | Uint8Array): boolean {
    const kind = this.listener.onFrame(frame);
    if (kind === "accepted" || kind === "rejected") this.#answered(kind);
    return dataKinds.includes(kind);
  }

  #answered(kind: "accepted" | "rejected"): void {
    const { reply } = this.options.codec;
    const id = reply.id === 0 ? this.#idOfChannel(reply.channel) : reply.id;
    const subscription = this.#pending.get(id);
    if (subscription === undefined) return;
    this.#pending.delete(id);
    if (kind === "accepted") this.listener.onSubscribed(subscription);
    else this.listener.onRejected(subscription, reply.message);
    if (this.#pending.size === 0) this.listener.onAnswered();
  }

  /**
   * Answers without the number of their request (MEXC's refusals have 0) name the channel. The longest name that
   * is in the text is meant, because one symbol may begin with another; of several requests the oldest.
   */
  #idOfChannel(text: string): number {
    let found = 0, longest = 0;
    for (const [id, { instrument, stream }] of this.#pending) {
      const channel = this.options.dialect.channel(stream, instrument);
      if (channel.length > longest && text.includes(channel)) [found, longest] = [id, channel.length];
    }
    return found;
  }

  #lost(): void {
    this.#replyTimer?.cancel();
    this.#pending.clear();
    this.listener.onLost();
  }
}
