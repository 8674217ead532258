/**
 * Market data of one venue over as many connections as its limits ask for; the same for every venue.
 * @module
 */
import type { DepthUpdate } from "../core/depth_update.ts";
import { ConfigError, errorMessage } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import type { TradeColumns } from "../core/public_trade.ts";
import type { PublicChannels } from "./interfaces/public_channels.ts";
import type { FrameKind } from "./interfaces/public_codec.ts";
import type { PublicStream } from "./interfaces/public_dialect.ts";
import type { PublicWebSocketClientOptions, Subscription } from "./public_connection.ts";
import { type LineState, PublicLine } from "./public_line.ts";

/** Chooses the streams of an instrument. */
export type StreamChoice = (instrument: Instrument) => readonly PublicStream[];

/** What the engine lives on: best quotes and books. */
export const quoteStreams: readonly PublicStream[] = ["bookTicker", "depth"];

/** Decode errors that are logged in full; the rest is only counted. */
const loggedErrors = 10;

/** Subscribes to streams of a venue's instruments and hands over what comes. */
export class PublicWebSocketClient {
  readonly #handlers: Partial<PublicChannels> = {};
  readonly #lines: PublicLine[] = [];
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
    return this.#lines.reduce((sum, line) => sum + line.reconnects, 0);
  }

  /** Whether every connection is open. */
  get connected(): boolean {
    return this.#lines.length > 0 && this.#lines.every((line) => line.open);
  }

  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof PublicChannels>(channel: Channel, handler: PublicChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  /**
   * Connects and subscribes, all streams of an instrument on one connection, and as few connections as the venue's
   * limit asks for.
   *
   * @param streams The streams of each instrument. Default: best quotes and books.
   * @throws {ConfigError} when the venue has no such stream, or does not take that many on one connection.
   */
  start(
    instruments: readonly Instrument[],
    streams: StreamChoice = (): typeof quoteStreams => quoteStreams,
  ): void {
    const groups = this.#groups(instruments, streams);
    for (const subscriptions of groups) {
      const number = this.#lines.length + 1;
      const line = new PublicLine(
        this.options,
        subscriptions,
        `${this.options.dialect.exchange} #${number}`,
        {
          decode: (frame) => this.#decode(frame),
          dispatch: (kind) => this.#dispatch(kind),
          replayDepth: (update) => this.#replayDepth(update),
          replayTrades: (trades) => this.#replayTrades(trades),
          onSubscribed: ({ instrument, stream }) => this.#handlers.subscribed?.(instrument, stream),
          onRejected: ({ instrument, stream }, message) =>
            this.#handlers.rejected?.(instrument, stream, message),
          onState: (state) => this.#onState(number, state, subscriptions),
        },
      );
      this.#lines.push(line);
      line.start();
    }
  }

  /** Closes every connection. */
  stop(): void {
    for (const line of this.#lines) line.stop();
  }

  /** Ends a subscription and starts it anew. */
  renew(instrument: Instrument, stream: PublicStream): void {
    const subscription = { instrument, stream };
    this.#lines.find((line) => line.carries(subscription))?.renew(subscription);
  }

  #groups(instruments: readonly Instrument[], streams: StreamChoice): Subscription[][] {
    const { dialect } = this.options;
    const groups: Subscription[][] = [];
    let group: Subscription[] = [];
    for (const instrument of instruments) {
      const own = [...new Set(streams(instrument))].map((stream) => ({ instrument, stream }));
      // Before anything is connected: a stream that does not exist is a mistake of the caller.
      for (const { stream } of own) dialect.channel(stream, instrument);
      if (own.length > dialect.maxSubscriptions) {
        throw new ConfigError(
          `${dialect.exchange} takes ${dialect.maxSubscriptions} streams on a connection: ` +
            `${own.length} of ${instrument.exchangeSymbol} are too many`,
        );
      }
      if (group.length + own.length > dialect.maxSubscriptions) {
        groups.push(group);
        group = [];
      }
      group.push(...own);
    }
    if (group.length > 0) groups.push(group);
    return groups;
  }

  #decode(frame: string | Uint8Array): FrameKind {
    const { codec, trace } = this.options;
    trace.begin();
    this.#frames += 1;
    try {
      return typeof frame === "string" ? codec.decodeText(frame) : codec.decodeBinary(frame);
    } catch (error) {
      this.#countError(error);
      return "other";
    }
  }

  #dispatch(kind: FrameKind): void {
    const { codec, clock, trace } = this.options;
    switch (kind) {
      case "depth":
        this.#handlers.depth?.(codec.depth, clock.monotonicMs(), "live");
        break;
      case "ticker":
        codec.ticker.receivedAt = clock.epochMs();
        this.#handlers.bookTicker?.(codec.ticker);
        break;
      case "trades":
        codec.trades.receivedAt = clock.epochMs();
        this.#handlers.trades?.(codec.trades, "live");
        break;
      case "messages":
        for (const message of codec.messages) {
          message.value.receivedAt = clock.epochMs();
          this.#handlers.message?.(message);
        }
    }
    trace.end();
  }

  #replayDepth(update: DepthUpdate): void {
    this.#handlers.depth?.(update, this.options.clock.monotonicMs(), "overlap");
  }

  #replayTrades(trades: TradeColumns): void {
    trades.receivedAt = this.options.clock.epochMs();
    this.#handlers.trades?.(trades, "overlap");
  }

  #onState(connection: number, state: LineState, subscriptions: readonly Subscription[]): void {
    const { dialect, clock } = this.options;
    if (state === "lost") {
      this.#handlers.lost?.([...new Set(subscriptions.map(({ instrument }) => instrument))]);
    }
    this.#handlers.state?.({ exchange: dialect.exchange, connection, state, time: clock.epochMs() });
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
