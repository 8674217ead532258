/**
 * What a venue's public feed supplies: the dialect of its market-data connection. Everything about the life of
 * connections is elsewhere, once for all venues.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { SequenceRules } from "../../market/book_synchroniser.ts";

/** Streams that the engine subscribes to for every instrument. */
export type PublicStream = "bookTicker" | "depth";

/**
 * How often and how deep books are streamed: `normal` is every 100 ms with up to 100 levels (MEXC: all),
 * `fast` is every 10 ms (MEXC) or 20 ms with 20 levels (Gate.io).
 */
export type BookSpeed = "normal" | "fast";

/** The dialect of one venue. */
export interface PublicDialect {
  readonly exchange: ExchangeKey;
  /** Subscriptions that one connection takes. */
  readonly maxSubscriptions: number;
  /** Time between heartbeats in milliseconds. */
  readonly heartbeatMs: number;
  /** How the venue numbers the updates of a book. */
  readonly sequence: SequenceRules;
  /** Levels that a snapshot must have so that the stream continues it. */
  readonly snapshotDepth: number;
  /** Text of a heartbeat. */
  heartbeat(epochMs: number): string;
  /** How the venue's answer to that subscription names it, in part or whole. */
  channel(stream: PublicStream, instrument: Instrument): string;
  /** Text of a subscription of one stream of one instrument. */
  subscribe(stream: PublicStream, instrument: Instrument, id: number, epochMs: number): string;
}
