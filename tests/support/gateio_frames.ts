/**
 * Gate.io frames in their current shape, and what they mean by way of `JSON.parse`.
 * @module
 */
import type { MarketKind } from "../../src/core/exchange.ts";
import {
  type DepthContent,
  type Expectation,
  isVersionRange,
  isWholeLevel,
  type TradeContent,
} from "./codec_content.ts";
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
  ticker:
    '{"time":1786539970,"time_ms":1786539970435,"channel":"spot.tickers","event":"update","result":{"currency_pair":"BTC_USDT","last":"64028.2","lowest_ask":"64028.3","highest_bid":"64028.2","change_percentage":"1.618","base_volume":"4643.1","quote_volume":"297000000.4","high_24h":"65000","low_24h":"63000"}}',
  candle:
    '{"time":1786539971,"time_ms":1786539971596,"channel":"spot.candlesticks","event":"update","result":{"t":"1786539960","v":"120920.0651408","c":"64044","h":"64044","l":"64026.5","o":"64035.1","n":"1m_BTC_USDT","a":"1.888203","w":false}}',
  /** Order book V2: the whole book first. It comes without `time`. */
  obuFull:
    '{"channel":"spot.obu","result":{"t":1786541318124,"full":true,"s":"ob.BTC_USDT.50","u":39106162812,"b":[["63915.2","0.011845"]],"a":[["63915.3","0.375206"]]},"time_ms":1786541318143,"event":"update"}',
  /** A side without changes is absent. */
  obuDelta:
    '{"channel":"spot.obu","result":{"t":1786541318151,"s":"ob.BTC_USDT.50","u":39106162816,"U":39106162813,"b":[["63915.2","0.022796"]]},"time_ms":1786541318151,"event":"update"}',
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
  trades:
    '{"time":1786540580,"time_ms":1786540580715,"channel":"futures.trades","event":"update","result":[{"id":807645690,"size":2,"create_time":1786540580,"create_time_ms":1786540580715,"price":"63994.5","contract":"BTC_USDT"},{"id":807645691,"size":-7,"create_time":1786540580,"create_time_ms":1786540580715,"price":"63994.4","contract":"BTC_USDT","is_internal":true}]}',
  ticker:
    '{"time":1786540580,"time_ms":1786540580100,"channel":"futures.tickers","event":"update","result":[{"contract":"BTC_USDT","last":"63994.5","change_percentage":"-0.4","change_price":"-256.1","total_size":"783779","volume_24h":"184040233","volume_24h_base":"18404","volume_24h_quote":"1184040233","volume_24h_settle":"1184040233","mark_price":"63994.6","funding_rate":"0.000031","funding_rate_indicative":"0.000031","funding_interval":28800,"funding_offset":0,"funding_next_apply":1786550400,"index_price":"64020.1","quanto_base_rate":"","low_24h":"63000","high_24h":"65000","price_type":"last","change_from":"24h","t":1786540580090}]}',
  candle:
    '{"time":1786540599,"time_ms":1786540599739,"channel":"futures.candlesticks","event":"update","result":[{"t":1786540560,"c":"63968.3","h":"64015.8","l":"63968.2","o":"64007.3","a":"682624.39971","n":"1m_BTC_USDT","w":false,"v":106665}]}',
  liquidation:
    '{"time":1786540600,"time_ms":1786540600123,"channel":"futures.public_liquidates","event":"update","result":[{"price":"63900.1","size":-124,"time":1786540600120,"contract":"BTC_USDT"}]}',
  statistics:
    '{"time":1742812872,"time_ms":1742812872995,"channel":"futures.contract_stats","event":"update","result":{"time":1742812860,"contract":"BTC_USDT","mark_price":87746.16,"lsr_taker":0,"lsr_account":1.97,"long_liq_size":0,"long_liq_amount":0,"long_liq_usd":0,"short_liq_size":0,"short_liq_amount":0,"short_liq_usd":0,"open_interest":22883730,"open_interest_usd":22883730,"top_lsr_account":1.19,"top_lsr_size":0.83}}',
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
  const frame = JSON.parse(text) as Json;
  if (channel === `${prefix}.system`) return { kind: "closing" };
  if (channel === `${prefix}.trades`) return expectTrades(result, market, ids);
  if (slowChannels[market].includes(String(channel))) {
    return expectRare(String(channel), result, timeOf(frame.time_ms), ids);
  }
  if (![`${prefix}.book_ticker`, `${prefix}.order_book_update`, `${prefix}.obu`].includes(String(channel))) {
    return { kind: "other" };
  }
  if (!isObject(result)) return { kind: "error" };
  const [, streamed = "", levels = ""] = /^ob\.(.*)\.(\d+)$/.exec(String(result.s)) ?? [];
  const isStream = channel === `${prefix}.obu`;
  const instrument = ids.get(isStream ? streamed : String(result.s));
  const isDepth = channel !== `${prefix}.book_ticker`;
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
  return expectDepth(isStream ? { ...result, l: levels } : result, instrument, exchangeTime);
}

/** A time of an envelope; 0 when it is none. */
function timeOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

const slowChannels: Readonly<Record<MarketKind, readonly string[]>> = {
  spot: ["spot.tickers", "spot.candlesticks"],
  perpetual: [
    "futures.tickers",
    "futures.candlesticks",
    "futures.public_liquidates",
    "futures.contract_stats",
  ],
};

function expectTrades(result: unknown, market: MarketKind, ids: ReadonlyMap<string, number>): Expectation {
  const rows = Array.isArray(result) ? result : [result];
  if (!rows.every(isObject)) return { kind: "error" };
  const spot = market === "spot";
  const sides: readonly unknown[] = ["buy", "sell"];
  const trades = rows.map((row): TradeContent => {
    const size = numberOf(spot ? row.amount : row.size);
    return {
      instrument: ids.get(String(spot ? row.currency_pair : row.contract)) ?? -1,
      id: Number(row.id ?? 0) === 0 ? "" : String(Number(row.id)),
      price: numberOf(row.price),
      quantity: spot ? size : Math.abs(size),
      takerSide: (spot ? row.side === "buy" : size > 0) ? "buy" : "sell",
      internal: row.is_internal === true,
      exchangeTime: numberOf(row.create_time_ms ?? 0),
    };
  });
  const whole = trades.every(({ price, quantity }) => price > 0 && quantity > 0) &&
    trades.every(({ exchangeTime: ms }) => ms >= 0 && ms <= Number.MAX_SAFE_INTEGER) &&
    (!spot || rows.every(({ side }) => sides.includes(side)));
  if (!whole) return { kind: "error" };
  const known = trades.filter(({ instrument }) => instrument !== -1);
  return known.length === 0 ? { kind: "other" } : { kind: "trades", trades: known };
}

/** Messages that come rarely, from rows that are as the protocol has them. */
function expectRare(
  channel: string,
  result: unknown,
  timeMs: number,
  ids: ReadonlyMap<string, number>,
): Expectation {
  const rows = (Array.isArray(result) ? result : [result]) as Json[];
  const messages = rows.flatMap((row) => {
    const symbol = String(
      row.currency_pair ?? row.contract ?? String(row.n).slice(String(row.n).indexOf("_") + 1),
    );
    const instrument = ids.get(symbol);
    return instrument === undefined ? [] : [rareMessage(channel, row, instrument, timeMs)];
  });
  return messages.length === 0 ? { kind: "other" } : { kind: "messages", messages };
}

type Message = {
  readonly kind: "ticker" | "kline" | "liquidation" | "contractStats";
  readonly value: object;
};

function rareMessage(channel: string, row: Json, instrument: number, timeMs: number): Message {
  const number = (key: string): number => numberOf(row[key] ?? "");
  const orZero = (value: number): number => Number.isNaN(value) ? 0 : value;
  if (channel.endsWith("tickers")) {
    const spot = channel.startsWith("spot");
    return {
      kind: "ticker",
      value: {
        instrument,
        lastPrice: number("last"),
        bidPrice: number("highest_bid"),
        askPrice: number("lowest_ask"),
        bidQuantity: number("highest_size"),
        askQuantity: number("lowest_size"),
        highPrice: number("high_24h"),
        lowPrice: number("low_24h"),
        change: number("change_percentage") / 100,
        volume: number(spot ? "base_volume" : "volume_24h"),
        quoteVolume: number(spot ? "quote_volume" : "volume_24h_quote"),
        exchangeTime: spot ? timeMs : orZero(number("t")),
        contract: spot ? undefined : {
          markPrice: number("mark_price"),
          indexPrice: number("index_price"),
          fundingRate: number("funding_rate"),
          nextFunding: orZero(number("funding_next_apply") * 1000),
          fundingInterval: orZero(number("funding_interval") * 1000),
          openInterest: number("total_size"),
        },
      },
    };
  }
  if (channel.endsWith("candlesticks")) return candleMessage(channel, row, instrument);
  if (channel.endsWith("public_liquidates")) {
    const size = number("size");
    const position = size < 0 ? "long" : "short";
    return {
      kind: "liquidation",
      value: {
        instrument,
        position,
        size: Math.abs(size),
        price: number("price"),
        exchangeTime: number("time"),
      },
    };
  }
  return {
    kind: "contractStats",
    value: {
      instrument,
      time: number("time") * 1000,
      markPrice: number("mark_price"),
      openInterest: number("open_interest"),
      openInterestUsd: number("open_interest_usd"),
      longLiquidated: number("long_liq_size"),
      longLiquidatedUsd: number("long_liq_usd"),
      shortLiquidated: number("short_liq_size"),
      shortLiquidatedUsd: number("short_liq_usd"),
      takerRatio: number("lsr_taker"),
      accountRatio: number("lsr_account"),
      topAccountRatio: number("top_lsr_account"),
      topSizeRatio: number("top_lsr_size"),
    },
  };
}

/** Lengths of the intervals that are not months. */
const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function candleMessage(channel: string, row: Json, instrument: number): Message {
  const name = String(row.n).slice(0, String(row.n).indexOf("_"));
  const openTime = Number(row.t) * 1000;
  const date = new Date(openTime);
  const closeTime = name === "30d"
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
    : openTime + parseInt(name) * seconds[name.at(-1)!]! * 1000;
  const spot = channel.startsWith("spot");
  return {
    kind: "kline",
    value: {
      instrument,
      interval: name === "7d" ? "1w" : name === "30d" ? "1M" : name,
      openTime,
      closeTime,
      open: Number(row.o),
      high: Number(row.h),
      low: Number(row.l),
      close: Number(row.c),
      volume: numberOf(spot ? row.a : row.v),
      quoteVolume: numberOf(spot ? row.v : row.a),
      closed: row.w === true,
    },
  };
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
  return value === undefined || value === null || value === "" ? NaN : Number(value);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
