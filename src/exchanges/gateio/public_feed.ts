/**
 * The dialects of Gate.io's public connections, spot and futures.
 * @module
 */
import type { Instrument } from "../../core/instrument.ts";
import type { BookSpeed, PublicDialect, PublicStream } from "../interfaces/public_dialect.ts";

/** Interval and number of levels of a book stream: 20 ms comes with 20 levels, 100 ms with 100. */
const books: Record<BookSpeed, { interval: string; levels: number }> = {
  normal: { interval: "100ms", levels: 100 },
  fast: { interval: "20ms", levels: 20 },
};

/** Payload of a subscription. */
type PayloadMaker = (stream: PublicStream, symbol: string) => readonly string[];

/** Gate.io's spot dialect. */
export function gateioSpotPublicDialect(speed: BookSpeed): PublicDialect {
  const { interval } = books[speed];
  return dialect(
    "GATEIO_SPOT",
    "spot",
    speed,
    (stream, symbol) => stream === "depth" ? [symbol, interval] : [symbol],
  );
}

/** Gate.io's dialect of USDT perpetuals. */
export function gateioFuturesPublicDialect(speed: BookSpeed): PublicDialect {
  const { interval, levels } = books[speed];
  return dialect(
    "GATEIO_FUTURES",
    "futures",
    speed,
    (stream, symbol) => stream === "depth" ? [symbol, interval, String(levels)] : [symbol],
  );
}

function dialect(
  exchange: PublicDialect["exchange"],
  prefix: "spot" | "futures",
  speed: BookSpeed,
  payload: PayloadMaker,
): PublicDialect {
  const channels = { bookTicker: `${prefix}.book_ticker`, depth: `${prefix}.order_book_update` };
  return {
    exchange,
    // The venue publishes no limit (UNCONFIRMED); this keeps one slow reader from holding everything.
    maxSubscriptions: 200,
    heartbeatMs: 10_000,
    sequence: { oldUpdate: "ignore" },
    snapshotDepth: books[speed].levels,
    heartbeat: (epochMs) => JSON.stringify({ time: seconds(epochMs), channel: `${prefix}.ping` }),
    channel: (stream) => channels[stream],
    // A subscription of several symbols fails for all if one is unknown, so each has its own.
    subscribe: (stream: PublicStream, instrument: Instrument, id: number, epochMs: number) =>
      JSON.stringify({
        time: seconds(epochMs),
        id,
        channel: channels[stream],
        event: "subscribe",
        payload: payload(stream, instrument.exchangeSymbol),
      }),
  };
}

function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}
