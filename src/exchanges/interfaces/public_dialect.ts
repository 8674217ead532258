/**
 * What a venue's public feed supplies: the dialect of its market-data connection. Everything about the life of
 * connections is elsewhere, once for all venues.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { KlineInterval } from "../../core/kline.ts";
import type { SequenceRules } from "../../market/book_synchroniser.ts";

/**
 * A stream of one instrument. `liquidations` and `contractStats` exist for contracts only; a contract's `ticker` carries
 * mark and index price, funding and open interest too.
 */
export type PublicStream =
  | "bookTicker"
  | "depth"
  | "trades"
  | "ticker"
  | "liquidations"
  | `kline:${KlineInterval}`
  | `contractStats:${KlineInterval}`;

/** The interval that a stream names after its colon; undefined when it names none. */
export function intervalOf(stream: PublicStream): KlineInterval | undefined {
  const colon = stream.indexOf(":");
  return colon < 0 ? undefined : stream.slice(colon + 1) as KlineInterval;
}

/**
 * How often and how deep books are streamed: `normal` is every 100 ms with up to 100 levels (MEXC: all),
 * `fast` is every 10 ms (MEXC) or 20 ms with 20 levels (Gate.io).
 */
export type BookSpeed = "normal" | "fast";

/**
 * How books are streamed: `update` needs a snapshot by request; `obu`, Gate.io's order book V2, begins with the whole
 * book: 400 levels every 100 ms (`normal`) or 50 every 20 ms (`fast`).
 */
export type BookStream = "update" | "obu";

/** The dialect of one venue. */
export interface PublicDialect {
  readonly exchange: ExchangeKey;
  /** Subscriptions that one connection takes. */
  readonly maxSubscriptions: number;
  /** Time between heartbeats in milliseconds. */
  readonly heartbeatMs: number;
  /** Age in milliseconds at which a connection is replaced before the venue closes it; Infinity where it does not. */
  readonly maxAgeMs: number;
  /** How the venue numbers the updates of a book. */
  readonly sequence: SequenceRules;
  /** Where the whole book comes from: a request, or the stream itself at its beginning. */
  readonly wholeBook: "request" | "stream";
  /** Levels that a snapshot must have so that the stream continues it. */
  readonly snapshotDepth: number;
  /** Text of a heartbeat. */
  heartbeat(epochMs: number): string;
  /**
   * How the venue's answer to that subscription names it, in part or whole.
   *
   * @throws {ConfigError} when the venue has no such stream.
   */
  channel(stream: PublicStream, instrument: Instrument): string;
  /** Text of a subscription of one stream of one instrument. Errors as {@link PublicDialect.channel}. */
  subscribe(stream: PublicStream, instrument: Instrument, id: number, epochMs: number): string;
  /** Text that ends that subscription. Errors as {@link PublicDialect.channel}. */
  unsubscribe(stream: PublicStream, instrument: Instrument, id: number, epochMs: number): string;
}
