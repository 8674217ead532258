/**
 * The dialects of Gate.io's public connections, spot and futures.
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
import { gateioIntervals, gateioSpotIntervals } from "./public_rows.ts";

/** Interval and number of levels of a book stream: 20 ms comes with 20 levels, 100 ms with 100. */
const books: Record<BookSpeed, { interval: string; levels: number }> = {
  normal: { interval: "100ms", levels: 100 },
  fast: { interval: "20ms", levels: 20 },
};
/** Levels of order book V2. */
const wholeBooks: Record<BookSpeed, number> = { normal: 400, fast: 50 };

/** Channel and payload of a stream. */
interface Topic {
  readonly channel: string;
  readonly payload: readonly string[];
}

/** Gate.io's spot dialect. */
export function gateioSpotPublicDialect(speed: BookSpeed, bookStream: BookStream): PublicDialect {
  const { interval } = books[speed];
  return dialect("GATEIO_SPOT", "spot", speed, bookStream, (stream, symbol) => {
    if (stream === "depth") return { channel: "order_book_update", payload: [symbol, interval] };
    const length = intervalOf(stream);
    if (length === undefined || !stream.startsWith("kline:")) return undefined;
    return {
      channel: "candlesticks",
      payload: [intervalName(gateioSpotIntervals, length, "GATEIO_SPOT"), symbol],
    };
  });
}

/** Gate.io's dialect of USDT perpetuals. */
export function gateioFuturesPublicDialect(speed: BookSpeed, bookStream: BookStream): PublicDialect {
  const { interval, levels } = books[speed];
  return dialect("GATEIO_FUTURES", "futures", speed, bookStream, (stream, symbol) => {
    if (stream === "depth") {
      return { channel: "order_book_update", payload: [symbol, interval, String(levels)] };
    }
    if (stream === "liquidations") return { channel: "public_liquidates", payload: [symbol] };
    const length = intervalOf(stream);
    if (length === undefined) return undefined;
    const name = intervalName(gateioIntervals, length, "GATEIO_FUTURES");
    return stream.startsWith("kline:")
      ? { channel: "candlesticks", payload: [name, symbol] }
      : { channel: "contract_stats", payload: [symbol, name] };
  });
}

function dialect(
  exchange: PublicDialect["exchange"],
  prefix: "spot" | "futures",
  speed: BookSpeed,
  bookStream: BookStream,
  ownTopic: (stream: PublicStream, symbol: string) => Topic | undefined,
): PublicDialect {
  const topic = (stream: PublicStream, { exchangeSymbol }: Instrument): Topic => {
    if (stream === "bookTicker") return { channel: "book_ticker", payload: [exchangeSymbol] };
    if (stream === "trades") return { channel: "trades", payload: [exchangeSymbol] };
    if (stream === "ticker") return { channel: "tickers", payload: [exchangeSymbol] };
    if (stream === "depth" && bookStream === "obu") {
      return { channel: "obu", payload: [`ob.${exchangeSymbol}.${wholeBooks[speed]}`] };
    }
    const own = ownTopic(stream, exchangeSymbol);
    if (own === undefined) {
      throw new ConfigError(`${exchange} has no stream "${stream}": it is for contracts`);
    }
    return own;
  };
  // A subscription of several symbols fails for all if one is unknown, so each has its own.
  const request = (
    event: string,
    stream: PublicStream,
    instrument: Instrument,
    id: number,
    epochMs: number,
  ): string => {
    const { channel, payload } = topic(stream, instrument);
    return JSON.stringify({ time: seconds(epochMs), id, channel: `${prefix}.${channel}`, event, payload });
  };
  return {
    exchange,
    // The venue publishes no limit (UNCONFIRMED); this keeps one slow reader from holding everything.
    maxSubscriptions: 200,
    heartbeatMs: 10_000,
    // The venue publishes no age (UNCONFIRMED); it announces that it is about to close.
    maxAgeMs: Infinity,
    sequence: { oldUpdate: "ignore" },
    wholeBook: bookStream === "obu" ? "stream" : "request",
    snapshotDepth: books[speed].levels,
    heartbeat: (epochMs) => JSON.stringify({ time: seconds(epochMs), channel: `${prefix}.ping` }),
    channel: (stream, instrument) => `${prefix}.${topic(stream, instrument).channel}`,
    subscribe: (stream, instrument, id, epochMs) => request("subscribe", stream, instrument, id, epochMs),
    unsubscribe: (stream, instrument, id, epochMs) => request("unsubscribe", stream, instrument, id, epochMs),
  };
}

function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}
