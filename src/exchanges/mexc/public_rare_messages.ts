/**
 * MEXC's candles and small tickers, which come about once a second and are read by protobufjs.
 * @module
 */
import * as v from "valibot";
import { ProtocolError } from "../../core/errors.ts";
import type { InstrumentId } from "../../core/instrument.ts";
import type { Kline, KlineInterval } from "../../core/kline.ts";
import type { MarketTicker } from "../../core/market_ticker.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { decimalText, signedDecimal } from "../wire_schema.ts";
import { decodeMexcMessage } from "./push_schema.ts";

/** Names of the intervals on the wire. `8h` exists in the stream only. */
export const mexcStreamIntervals: Readonly<Partial<Record<KlineInterval, string>>> = {
  "1m": "Min1",
  "5m": "Min5",
  "15m": "Min15",
  "30m": "Min30",
  "1h": "Min60",
  "4h": "Hour4",
  "8h": "Hour8",
  "1d": "Day1",
  "1w": "Week1",
  "1M": "Month1",
};

const intervalNames = new Map(
  Object.entries(mexcStreamIntervals).map(([interval, name]) => [name, interval as KlineInterval]),
);

const klineFields = v.object({
  interval: v.string(),
  windowStart: v.number(),
  windowEnd: v.number(),
  openingPrice: decimalText,
  closingPrice: decimalText,
  highestPrice: decimalText,
  lowestPrice: decimalText,
  volume: decimalText,
  amount: decimalText,
});

const tickerFields = v.object({
  symbol: v.string(),
  price: decimalText,
  zonedRate: signedDecimal,
  high: decimalText,
  low: decimalText,
  volume: decimalText,
  quantity: decimalText,
});
const tickersFields = v.object({ items: v.array(tickerFields) });

/**
 * Reads a `PublicSpotKlineV3Api`.
 *
 * @param createdMs Epoch milliseconds at which the frame was made: a candle whose window has ended by then is closed
 *   (UNCONFIRMED: the message itself does not say).
 * @throws {ProtocolError} when it is none, or of an interval that nobody knows.
 */
export function readMexcKline(bytes: Uint8Array, instrument: InstrumentId, createdMs: number): Kline {
  const kline = decodeMexcMessage("PublicSpotKlineV3Api", bytes, klineFields);
  const interval = intervalNames.get(kline.interval);
  if (interval === undefined) throw new ProtocolError(`MEXC sent a candle of the interval ${kline.interval}`);
  const closeTime = kline.windowEnd * 1000;
  return {
    instrument,
    interval,
    openTime: kline.windowStart * 1000,
    closeTime,
    open: Number(kline.openingPrice),
    high: Number(kline.highestPrice),
    low: Number(kline.lowestPrice),
    close: Number(kline.closingPrice),
    volume: Number(kline.volume),
    quoteVolume: Number(kline.amount),
    closed: createdMs >= closeTime,
    receivedAt: 0,
  };
}

/** Reads a `PublicMiniTickerV3Api`. @throws {ProtocolError} when it is none. */
export function readMexcMiniTicker(
  bytes: Uint8Array,
  symbols: SymbolIndex,
  sendTime: number,
): MarketTicker[] {
  const item = decodeMexcMessage("PublicMiniTickerV3Api", bytes, tickerFields);
  return toTickers([item], symbols, sendTime);
}

/** Reads a `PublicMiniTickersV3Api`; symbols that are not in the index are left out. @throws {ProtocolError} */
export function readMexcMiniTickers(
  bytes: Uint8Array,
  symbols: SymbolIndex,
  sendTime: number,
): MarketTicker[] {
  const { items } = decodeMexcMessage("PublicMiniTickersV3Api", bytes, tickersFields);
  return toTickers(items, symbols, sendTime);
}

/** `volume` is the turnover and `quantity` the volume; `zonedRate` is the change in the subscribed zone. */
function toTickers(
  items: readonly v.InferOutput<typeof tickerFields>[],
  symbols: SymbolIndex,
  sendTime: number,
): MarketTicker[] {
  return items.flatMap((item): MarketTicker[] => {
    const instrument = symbols.findText(item.symbol);
    if (instrument === unknownInstrument) return [];
    return [{
      instrument: instrument as InstrumentId,
      lastPrice: Number(item.price),
      bidPrice: NaN,
      askPrice: NaN,
      bidQuantity: NaN,
      askQuantity: NaN,
      highPrice: Number(item.high),
      lowPrice: Number(item.low),
      change: Number(item.zonedRate),
      volume: Number(item.quantity),
      quoteVolume: Number(item.volume),
      exchangeTime: sendTime,
      receivedAt: 0,
      contract: undefined,
    }];
  });
}
