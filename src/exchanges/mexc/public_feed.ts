/**
 * The dialect of MEXC's public spot connection.
 * @module
 */
import type { Instrument } from "../../core/instrument.ts";
import type { BookSpeed, PublicDialect, PublicStream } from "../interfaces/public_dialect.ts";

/** Interval in the names of the channels. */
const intervals: Record<BookSpeed, string> = { normal: "100ms", fast: "10ms" };
const channels: Record<PublicStream, string> = {
  bookTicker: "spot@public.aggre.bookTicker.v3.api.pb",
  depth: "spot@public.aggre.depth.v3.api.pb",
};

/** MEXC's dialect. One channel per request, because the answer to several is UNCONFIRMED. */
export function mexcPublicDialect(speed: BookSpeed): PublicDialect {
  return {
    exchange: "MEXC_SPOT",
    maxSubscriptions: 30,
    // A connection without traffic is closed after 60 s; a ping counts as traffic.
    heartbeatMs: 20_000,
    sequence: { oldUpdate: "break" },
    snapshotDepth: 1_000,
    heartbeat: () => `{"method":"PING"}`,
    channel: (stream, instrument) => mexcChannel(stream, instrument, speed),
    subscribe: (stream, instrument, id) =>
      JSON.stringify({ method: "SUBSCRIPTION", params: [mexcChannel(stream, instrument, speed)], id }),
  };
}

/** Name of a channel, such as `spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT`. */
function mexcChannel(stream: PublicStream, instrument: Instrument, speed: BookSpeed): string {
  return `${channels[stream]}@${intervals[speed]}@${instrument.exchangeSymbol}`;
}
