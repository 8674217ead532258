/**
 * A group of subscriptions that stays alive: carried by one connection at a time, and by two while a successor takes
 * over from one that the venue is about to close.
 * @module
 */
import type { Timer } from "../core/clock.ts";
import type { DepthUpdate } from "../core/depth_update.ts";
import type { SeededRandom } from "../core/random.ts";
import { TradeColumns } from "../core/public_trade.ts";
import type { FrameKind, PublicCodec } from "./interfaces/public_codec.ts";
import {
  PublicConnection,
  type PublicWebSocketClientOptions,
  type Subscription,
} from "./public_connection.ts";

/** What became of a line's connection. */
export type LineState = "open" | "live" | "lost" | "replaced";

/** Who listens to a line. */
export interface PublicLineListener {
  /** Decodes a frame into the structs of the codec. */
  decode(frame: string | Uint8Array): FrameKind;
  /** Hands over what the codec holds. */
  dispatch(kind: FrameKind): void;
  /** A book change that the successor received while its predecessor was still at work. */
  replayDepth(update: DepthUpdate): void;
  /** Trades, likewise. */
  replayTrades(trades: TradeColumns): void;
  onSubscribed(subscription: Subscription): void;
  onRejected(subscription: Subscription, message: string): void;
  onState(state: LineState): void;
}

/** Time for which both connections work: longer than one can lag behind the other. */
const overlapMs = 2_000;
/** Time over which the handovers of many connections are spread. */
const spreadMs = 30 * 60_000;
/** After a handover that failed, and for connections that announce their end again and again. */
const retryMs = 60_000;

/** What a successor has received before its time. */
type Kept = { readonly depth: DepthUpdate } | { readonly trades: TradeColumns };

/** Keeps one group of subscriptions alive. */
export class PublicLine {
  #active: PublicConnection;
  #successor: PublicConnection | undefined;
  #kept: Kept[] = [];
  #successorLive = false;
  #timer: Timer | undefined;
  #generation = 0;
  readonly #random: SeededRandom;
  /** Losses of connections that are gone. */
  #pastReconnects = 0;

  constructor(
    private readonly options: PublicWebSocketClientOptions,
    private readonly subscriptions: readonly Subscription[],
    private readonly name: string,
    private readonly listener: PublicLineListener,
  ) {
    this.#active = this.#makeConnection(name);
    this.#random = options.random.fork(`handovers of ${name}`);
  }

  /** Whether its connection is open. */
  get open(): boolean {
    return this.#active.open;
  }

  /** Times that its connection was lost. */
  get reconnects(): number {
    return this.#pastReconnects + this.#active.reconnects;
  }

  /** Connects. */
  start(): void {
    this.#active.start();
  }

  /** Closes everything for good. */
  stop(): void {
    this.#timer?.cancel();
    this.#successor?.stop();
    this.#active.stop();
  }

  /** Whether this subscription is one of the line. */
  carries({ instrument, stream }: Subscription): boolean {
    return this.subscriptions.some((each) => each.instrument.id === instrument.id && each.stream === stream);
  }

  /** Ends a subscription and starts it anew. */
  renew(subscription: Subscription): void {
    this.#active.renew(subscription);
  }

  /** Every connection is its own listener, so that one that is gone has no say any more. */
  #makeConnection(name: string): PublicConnection {
    const isActive = (): boolean => this.#active === connection;
    const connection: PublicConnection = new PublicConnection(this.options, this.subscriptions, name, {
      onFrame: (frame) => isActive() ? this.#onFrame(frame) : this.#keep(frame),
      onOpen: () => {
        if (isActive()) this.listener.onState("open");
      },
      onAnswered: () => isActive() ? this.#onLive() : this.#onSuccessorLive(),
      onLost: () => isActive() ? this.#onLost() : this.#abandon(),
      onSubscribed: (subscription) => {
        if (isActive()) this.listener.onSubscribed(subscription);
      },
      onRejected: (subscription, message) => {
        if (isActive()) this.listener.onRejected(subscription, message);
      },
    });
    return connection;
  }

  #onFrame(frame: string | Uint8Array): FrameKind {
    const kind = this.listener.decode(frame);
    this.listener.dispatch(kind);
    if (kind === "closing") this.#beginHandover();
    return kind;
  }

  #onLive(): void {
    this.listener.onState("live");
    const { maxAgeMs } = this.options.dialect;
    if (this.#successor !== undefined || maxAgeMs === Infinity) return;
    // Not all connections of a venue at the same time.
    const age = maxAgeMs - spreadMs * this.#random.uniform();
    this.#schedule(age, () => this.#beginHandover());
  }

  #beginHandover(): void {
    if (this.#successor !== undefined) return;
    this.#generation += 1;
    this.#kept = [];
    this.#successorLive = false;
    this.#successor = this.#makeConnection(`${this.name}/${this.#generation}`);
    this.#successor.start();
    this.#schedule(retryMs, () => this.#abandon());
  }

  /** What the successor receives before it takes over is kept in case its predecessor does not receive it any more. */
  #keep(frame: string | Uint8Array): FrameKind {
    const kind = this.listener.decode(frame);
    const { codec } = this.options;
    if (kind === "depth") this.#kept.push({ depth: codec.depth.clone() });
    else if (kind === "trades") this.#kept.push({ trades: copyOfTrades(codec) });
    // Ends the work on the frame and hands nothing over.
    this.listener.dispatch("other");
    return kind;
  }

  #onSuccessorLive(): void {
    this.#successorLive = true;
    this.#schedule(overlapMs, () => this.#takeOver());
  }

  #takeOver(): void {
    const successor = this.#successor;
    if (successor === undefined) return;
    const predecessor = this.#active;
    this.#pastReconnects += predecessor.reconnects;
    this.#active = successor;
    this.#successor = undefined;
    predecessor.stop();
    const kept = this.#kept;
    this.#kept = [];
    for (const each of kept) {
      if ("depth" in each) this.listener.replayDepth(each.depth);
      else this.listener.replayTrades(each.trades);
    }
    this.listener.onState("replaced");
    this.#onLive();
  }

  #onLost(): void {
    // The successor has everything since it became live, which was before this loss.
    if (this.#successorLive && this.#successor !== undefined) return this.#takeOver();
    this.#dropSuccessor();
    this.listener.onState("lost");
  }

  /** The successor failed: the predecessor works on, and another successor is tried later. */
  #abandon(): void {
    if (this.#successor === undefined) return;
    this.#dropSuccessor();
    this.#schedule(retryMs, () => this.#beginHandover());
  }

  #dropSuccessor(): void {
    this.#timer?.cancel();
    this.#successor?.stop();
    this.#successor = undefined;
    this.#successorLive = false;
    this.#kept = [];
  }

  #schedule(delayMs: number, callback: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.options.clock.setTimer(delayMs, callback);
  }
}

function copyOfTrades({ trades }: PublicCodec): TradeColumns {
  const copy = new TradeColumns();
  for (let i = 0; i < trades.length; i++) copy.append(trades, i);
  return copy;
}
