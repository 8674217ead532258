/**
 * The dialect of MEXC's public spot connection.
 * @module
 */
import { ConfigError } from "../../core/errors.ts";
import type { Instrument } from "../../core/instrument.ts";
import {
  type BookSpeed,
  type BookStream,
  intervalOf,
  type PublicDialect,
  type PublicStream,
} from "../interfaces/public_dialect.ts";
import { intervalName } from "../public_history.ts";
import { mexcStreamIntervals } from "./public_rare_messages.ts";

/** Interval in the names of the channels. */
const cadences: Record<BookSpeed, string> = { normal: "100ms", fast: "10ms" };
/** A connection lives 24 hours; its successor is there ten minutes earlier. */
const maxAgeMs = (24 * 60 - 10) * 60_000;

/**
 * MEXC's dialect. One channel per request, because the answer to several is UNCONFIRMED.
 *
 * @throws {ConfigError} for a book stream that MEXC does not have.
 */
export function mexcPublicDialect(speed: BookSpeed, bookStream: BookStream): PublicDialect {
  if (bookStream !== "update") {
    throw new ConfigError(`MEXC_SPOT has no book stream "${bookStream}": use "update"`);
  }
  const request = (method: string, channel: string, id: number): string =>
    JSON.stringify({ method, params: [channel], id });
  return {
    exchange: "MEXC_SPOT",
    maxSubscriptions: 30,
    // A connection without traffic is closed after 60 s; a ping counts as traffic.
    heartbeatMs: 20_000,
    maxAgeMs,
    sequence: { oldUpdate: "break" },
    wholeBook: "request",
    snapshotDepth: 1_000,
    heartbeat: () => `{"method":"PING"}`,
    channel: (stream, instrument) => mexcChannel(stream, instrument, speed),
    subscribe: (stream, instrument, id) =>
      request("SUBSCRIPTION", mexcChannel(stream, instrument, speed), id),
    unsubscribe: (stream, instrument, id) =>
      request("UNSUBSCRIPTION", mexcChannel(stream, instrument, speed), id),
  };
}

/** Name of a channel, such as `spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT`. */
function mexcChannel(stream: PublicStream, { exchangeSymbol }: Instrument, speed: BookSpeed): string {
  const name = (kind: string, ...parts: string[]): string =>
    [`spot@public.${kind}.v3.api.pb`, ...parts].join("@");
  if (stream === "bookTicker") return name("aggre.bookTicker", cadences[speed], exchangeSymbol);
  if (stream === "depth") return name("aggre.depth", cadences[speed], exchangeSymbol);
  if (stream === "trades") return name("aggre.deals", cadences[speed], exchangeSymbol);
  if (stream === "ticker") return name("miniTicker", exchangeSymbol, "24H");
  const interval = intervalOf(stream);
  if (interval === undefined || !stream.startsWith("kline:")) {
    throw new ConfigError(`MEXC_SPOT has no stream "${stream}": it is for contracts`);
  }
  return name("kline", exchangeSymbol, intervalName(mexcStreamIntervals, interval, "MEXC_SPOT"));
}
