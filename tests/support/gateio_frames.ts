/**
 * Gate.io frames in their current shape, and what they mean by way of `JSON.parse`.
 * @module
 */
import type { MarketKind } from "../../src/core/exchange.ts";
import { type DepthContent, type Expectation, isVersionRange, isWholeLevel } from "./codec_content.ts";
import type { Level } from "./naive_book.ts";

/** Frames as they come on a spot connection, one per kind. */
export const spotFrames = {
  bookTicker:
    '{"time":1671363004,"time_ms":1671363004235,"channel":"spot.book_ticker","event":"update","result":{"t":1671363004228,"u":9793320464,"s":"BTC_USDT","b":"16716.8","B":"0.0134","a":"16716.9","A":"0.0353"}}',
  /** Another order of the fields, without times of the envelope. */
  bareBookTicker:
    '{"time_ms":1780506001383,"channel":"spot.book_ticker","event":"update","result":{"s":"HYPE_USDT","b":"72.788","B":"4.06","a":"72.794","A":"0.95","u":1}}',
  bookUpdate:
    '{"time":1606294781,"time_ms":1606294781236,"channel":"spot.order_book_update","event":"update","result":{"t":1606294781123,"e":"depthUpdate","E":1606294781,"s":"BTC_USDT","U":48776301,"u":48776306,"l":"100","b":[["19137.74","0.0001"],["19088.37","0"]],"a":[["19137.75","0.6135"]]}}',
  accepted:
    '{"time":1786539952,"time_ms":1786539952316,"id":1,"conn_id":"bd28c87fec638061","trace_id":"22b0fa693a116c8afb1812a7b436b03a","channel":"spot.order_book_update","event":"subscribe","payload":["BTC_USDT","100ms"],"result":{"status":"success"},"requestId":"22b0fa693a116c8afb1812a7b436b03a"}',
  rejected:
    '{"time":1739853211,"time_ms":1739853211201,"id":4,"conn_id":"62f2c1dabbe186d7","trace_id":"cdb02a8c0b61086b2fe6f8fad2f98c54","channel":"spot.book_ticker","event":"subscribe","payload":["NOSUCH_USDT"],"error":{"code":2,"message":"unknown currency pair: NOSUCH_USDT"},"result":{"status":"fail"},"requestId":"cdb02a8c0b61086b2fe6f8fad2f98c54"}',
  pong:
    '{"time":1786539952,"time_ms":1786539952316,"channel":"spot.pong","event":"","error":null,"result":null}',
  trade:
    '{"time":1786539952,"time_ms":1786539952743,"channel":"spot.trades","event":"update","result":{"id":214976613,"id_market":214976613,"create_time":1786539952,"create_time_ms":"1786539952742.901000","side":"buy","currency_pair":"BTC_USDT","amount":"0.0803","price":"64028.2","range":"214976613-214976613"}}',
} as const;

/** Frames as they come on a connection for USDT perpetuals. */
export const futuresFrames = {
  bookTicker:
    '{"time":1615366379,"time_ms":1615366379123,"channel":"futures.book_ticker","event":"update","result":{"t":1615366379123,"u":2517661076,"s":"BTC_USDT","b":"54696.6","B":37000,"a":"54696.7","A":47061}}',
  /** An empty side has the price "" and the size 0. */
  oneSidedTicker:
    '{"time":1615366379,"time_ms":1615366379123,"channel":"futures.book_ticker","event":"update","result":{"t":1615366379123,"u":2517661077,"s":"BTC_USDT","b":"54696.6","B":37000,"a":"","A":0}}',
  bookUpdate:
    '{"time":1786540562,"time_ms":1786540562815,"channel":"futures.order_book_update","event":"update","result":{"t":1786540562811,"U":121506953481,"u":121506953514,"s":"BTC_USDT","a":[{"p":"64013.1","s":33783},{"p":"64018","s":0}],"b":[{"p":"64013","s":33565}],"l":"100"}}',
  fullBookUpdate:
    '{"time":1786540562,"time_ms":1786540562815,"channel":"futures.order_book_update","event":"update","result":{"t":1786540562811,"full":true,"u":121506953514,"s":"BTC_USDT","a":[],"b":[{"p":"64013","s":"33565.5"}],"l":"100"}}',
  snapshot:
    '{"time":1541500161,"time_ms":1541500161123,"channel":"futures.order_book","event":"all","result":{"t":1541500161123,"contract":"BTC_USDT","id":93973511,"asks":[{"p":"97.1","s":2245}],"bids":[{"p":"97","s":1000}],"l":"20"}}',
  accepted:
    '{"time":1786539952,"time_ms":1786539952316,"id":2,"conn_id":"bd28c87fec638061","trace_id":"22b0fa693a116c8afb1812a7b436b03a","channel":"futures.order_book_update","event":"subscribe","payload":["BTC_USDT","100ms","100"],"result":{"status":"success"}}',
  upgradeNotice:
    '{"time":1786539952,"channel":"futures.system","event":"update","result":{"type":"upgrade","msg":"The connection will soon be closed for a service upgrade. Please reconnect."}}',
} as const;

type Json = Readonly<Record<string, unknown>>;

/** What a codec must say about a frame, by `JSON.parse`. @throws {SyntaxError} when it is no JSON. */
export function expectGateio(
  text: string,
  market: MarketKind,
  ids: ReadonlyMap<string, number>,
): Expectation {
  const prefix = market === "spot" ? "spot" : "futures";
  const { channel = "", event = "", id, error, result } = JSON.parse(text) as Json;
  if (channel === `${prefix}.pong`) return { kind: "pong" };
  if (event === "subscribe" || event === "unsubscribe") {
    const failed = isObject(error) || (isObject(result) && result.status === "fail");
    const message = isObject(error) ? String(error.message ?? "") : "";
    return { kind: failed ? "rejected" : "accepted", id: Number(id ?? 0), channel: String(channel), message };
  }
  if (event !== "update" || result === undefined) return { kind: "other" };
  if (channel !== `${prefix}.book_ticker` && channel !== `${prefix}.order_book_update`) {
    return { kind: "other" };
  }
  if (!isObject(result)) return { kind: "error" };
  const instrument = ids.get(String(result.s));
  const isDepth = channel === `${prefix}.order_book_update`;
  if (isDepth && ![...levelsOf(result.b), ...levelsOf(result.a)].every(isWholeLevel)) {
    return { kind: "error" };
  }
  if (instrument === undefined) return { kind: "other" };
  const exchangeTime = Number(result.t ?? 0);
  if (!isDepth) {
    return {
      kind: "ticker",
      instrument,
      exchangeTime,
      updateId: Number(result.u ?? 0),
      bidPrice: numberOf(result.b),
      bidQuantity: numberOf(result.B),
      askPrice: numberOf(result.a),
      askQuantity: numberOf(result.A),
    };
  }
  return expectDepth(result, instrument, exchangeTime);
}

function expectDepth(result: Json, instrument: number, exchangeTime: number): Expectation {
  const full = result.full === true;
  const lastId = Number(result.u ?? 0);
  const content: DepthContent = {
    kind: "depth",
    instrument,
    exchangeTime,
    firstId: Number(result.U ?? 0) || (full ? lastId : 0),
    lastId,
    full,
    depthLimit: Number(result.l ?? 0),
    bids: levelsOf(result.b),
    asks: levelsOf(result.a),
  };
  return isVersionRange(content) ? content : { kind: "error" };
}

function levelsOf(levels: unknown): Level[] {
  if (!Array.isArray(levels)) return [];
  return levels.map((level) =>
    Array.isArray(level) ? [numberOf(level[0]), numberOf(level[1])] : [numberOf(level?.p), numberOf(level?.s)]
  );
}

function numberOf(value: unknown): number {
  return value === undefined || value === "" ? NaN : Number(value);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
