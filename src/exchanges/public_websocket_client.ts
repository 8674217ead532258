/**
 * Market data of one venue over as many connections as its limits ask for; the same for every venue.
 * @module
 */
import type { BookTicker } from "../core/book_ticker.ts";
import type { DepthUpdate } from "../core/depth_update.ts";
import { errorMessage } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import type { FrameKind } from "./interfaces/public_codec.ts";
import type { PublicStream } from "./interfaces/public_dialect.ts";
import { PublicConnection, type PublicWebSocketClientOptions } from "./public_connection.ts";

/** What the client tells, by channel. Structs are reused: a handler copies what it keeps. */
export interface PublicChannels {
  /** A best bid or ask has changed. */
  bookTicker(ticker: BookTicker): void;
  /** A book has changed; `receivedAt` is in monotonic milliseconds. */
  depth(update: DepthUpdate, receivedAt: number): void;
  /** The venue has accepted a subscription: from now on its updates come. */
  subscribed(instrument: Instrument, stream: PublicStream): void;
  /** The venue has refused a subscription. */
  rejected(instrument: Instrument, stream: PublicStream, message: string): void;
  /** The connection that carried these instruments is gone. */
  lost(instruments: readonly Instrument[]): void;
}

/** Decode errors that are logged in full; the rest is only counted. */
const loggedErrors = 10;
const streams: readonly PublicStream[] = ["bookTicker", "depth"];

/** Subscribes to book tickers and books of a venue's instruments and hands over what comes. */
export class PublicWebSocketClient {
  readonly #handlers: Partial<PublicChannels> = {};
  readonly #connections: PublicConnection[] = [];
  #frames = 0;
  #decodeErrors = 0;

  constructor(readonly options: PublicWebSocketClientOptions) {}

  /** Frames received, of any kind. */
  get frames(): number {
    return this.#frames;
  }

  /** Frames that the venue's protocol does not allow. */
  get decodeErrors(): number {
    return this.#decodeErrors;
  }

  /** Times that a connection was lost. */
  get reconnects(): number {
    return this.#connections.reduce((sum, connection) => sum + connection.reconnects, 0);
  }

  /** Whether every connection is open. */
  get connected(): boolean {
    return this.#connections.length > 0 && this.#connections.every((connection) => connection.open);
  }

  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof PublicChannels>(channel: Channel, handler: PublicChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  /** Connects and subscribes, as few instruments on a connection as the venue's limit asks for. */
  start(instruments: readonly Instrument[]): void {
    const perConnection = Math.floor(this.options.dialect.maxSubscriptions / streams.length);
    for (let first = 0; first < instruments.length; first += perConnection) {
      const part = instruments.slice(first, first + perConnection);
      const connection = new PublicConnection(this.options, part, streams, this.#connections.length, {
        onFrame: (frame) => this.#onFrame(frame),
        onLost: () => this.#handlers.lost?.(part),
        onSubscribed: (instrument, stream) => this.#handlers.subscribed?.(instrument, stream),
        onRejected: (instrument, stream, message) => this.#handlers.rejected?.(instrument, stream, message),
      });
      this.#connections.push(connection);
      connection.start();
    }
  }

  /** Closes every connection. */
  stop(): void {
    for (const connection of this.#connections) connection.stop();
  }

  #onFrame(frame: string | Uint8Array): FrameKind {
    const { trace } = this.options;
    trace.begin();
    this.#frames += 1;
    const kind = this.#decode(frame);
    this.#dispatch(kind);
    trace.end();
    return kind;
  }

  #decode(frame: string | Uint8Array): FrameKind {
    const { codec } = this.options;
    try {
      return typeof frame === "string" ? codec.decodeText(frame) : codec.decodeBinary(frame);
    } catch (error) {
      this.#countError(error);
      return "other";
    }
  }

  #dispatch(kind: FrameKind): void {
    const { codec, clock } = this.options;
    if (kind === "depth") this.#handlers.depth?.(codec.depth, clock.monotonicMs());
    else if (kind === "ticker") {
      codec.ticker.receivedAt = clock.epochMs();
      this.#handlers.bookTicker?.(codec.ticker);
    }
  }

  #countError(error: unknown): void {
    this.#decodeErrors += 1;
    if (this.#decodeErrors > loggedErrors) return;
    this.options.logger.error("Cannot decode a frame", {
      exchange: this.options.dialect.exchange,
      error: errorMessage(error),
    });
  }
}
