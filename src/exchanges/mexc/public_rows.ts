/**
 * Rows of MEXC's public requests.
 * @module
 */
import * as v from "valibot";
import { DecimalStep } from "../../core/decimal_step.ts";
import { type Instrument, type InstrumentSpec, unitStep } from "../../core/instrument.ts";
import type { Kline, KlineInterval } from "../../core/kline.ts";
import type { MarketTicker } from "../../core/market_ticker.ts";
import type { TradeColumns } from "../../core/public_trade.ts";
import type { SymbolInfo } from "../../core/symbol_info.ts";
import { decimalText, signedDecimal, wholeNumber, wordIn } from "../wire_schema.ts";

/** A count of decimals. More than 18 are in no step: such a symbol is not readable. */
const decimalCount = v.pipe(wholeNumber, v.minValue(0), v.maxValue(18));
const word = v.pipe(v.union([v.string(), v.number()]), v.transform(String));

/** The fields of `exchangeInfo` that are used; protocols of the venue name more. */
export const symbolSchema = v.object({
  symbol: v.string(),
  status: word,
  baseAsset: v.string(),
  quoteAsset: v.string(),
  baseAssetPrecision: decimalCount,
  quoteAssetPrecision: decimalCount,
  baseSizePrecision: decimalText,
  quoteAmountPrecision: decimalText,
  isSpotTradingAllowed: v.boolean(),
  makerCommission: decimalText,
  takerCommission: decimalText,
  tradeSideType: v.nullish(word, "1"),
});

/** Text that may be empty or null: NaN then. */
const looseDecimal = v.pipe(
  v.nullish(v.union([v.literal(""), signedDecimal]), ""),
  v.transform((text) => text === "" ? NaN : Number(text)),
);

/** The same without a sign: a price or a size. */
const looseAmount = v.pipe(looseDecimal, v.check((value) => !(value < 0), "must not be negative"));

/** A row of `ticker/24hr`. `priceChangePercent` is a ratio. */
export const dayTickerSchema = v.object({
  symbol: v.string(),
  lastPrice: looseAmount,
  bidPrice: looseAmount,
  bidQty: looseAmount,
  askPrice: looseAmount,
  askQty: looseAmount,
  highPrice: looseAmount,
  lowPrice: looseAmount,
  priceChangePercent: looseDecimal,
  volume: looseAmount,
  quoteVolume: looseAmount,
  closeTime: v.nullish(wholeNumber, 0),
});

/** A row of `klines`: open time, open, high, low, close, volume, close time, turnover. */
export const klineSchema = v.looseTuple([
  wholeNumber,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  wholeNumber,
  decimalText,
]);

/** A row of `trades`; its id is always null. */
export const tradeSchema = v.object({
  price: decimalText,
  qty: decimalText,
  time: wholeNumber,
  isBuyerMaker: v.boolean(),
});

/** Names of the intervals in requests. */
export const mexcRequestIntervals: Readonly<Partial<Record<KlineInterval, string>>> = {
  "1m": "1m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "1h": "60m",
  "4h": "4h",
  "1d": "1d",
  "1w": "1W",
  "1M": "1M",
};

const sides: Readonly<Record<string, SymbolInfo["sides"]>> = { 1: "both", 2: "buy", 3: "sell", 4: "none" };

/**
 * A symbol with its marks.
 *
 * @param apiSymbols Symbols of `defaultSymbols`, which programs may trade.
 */
export function toSymbolInfo(
  symbol: v.InferOutput<typeof symbolSchema>,
  apiSymbols: ReadonlySet<string>,
): SymbolInfo {
  // Status "1" is online, "2" paused, "3" offline; older documents print "ENABLED".
  const online = symbol.status === "1" || symbol.status === "ENABLED";
  const apiOpen = symbol.isSpotTradingAllowed && apiSymbols.has(symbol.symbol);
  const side = wordIn(sides, symbol.tradeSideType) ?? "none";
  return {
    spec: toSpec(symbol, online && apiOpen && side === "both"),
    online,
    apiOpen,
    sides: side,
    delisting: symbol.status === "3",
    contract: undefined,
  };
}

function toSpec(symbol: v.InferOutput<typeof symbolSchema>, tradable: boolean): InstrumentSpec {
  return {
    exchange: "MEXC_SPOT",
    base: symbol.baseAsset,
    quote: symbol.quoteAsset,
    exchangeSymbol: symbol.symbol,
    tick: DecimalStep.ofDecimals(symbol.quoteAssetPrecision),
    lot: DecimalStep.ofDecimals(symbol.baseAssetPrecision),
    contractSize: unitStep,
    // Despite its name this is the smallest quantity.
    minQuantity: Number(symbol.baseSizePrecision),
    minNotional: Number(symbol.quoteAmountPrecision),
    makerFee: Number(symbol.makerCommission),
    takerFee: Number(symbol.takerCommission),
    tradable,
  };
}

/** A ticker. @param receivedAt Epoch milliseconds. */
export function toTicker(
  row: v.InferOutput<typeof dayTickerSchema>,
  { id }: Instrument,
  receivedAt: number,
): MarketTicker {
  return {
    instrument: id,
    lastPrice: row.lastPrice,
    bidPrice: row.bidPrice,
    askPrice: row.askPrice,
    bidQuantity: row.bidQty,
    askQuantity: row.askQty,
    highPrice: row.highPrice,
    lowPrice: row.lowPrice,
    change: row.priceChangePercent,
    volume: row.volume,
    quoteVolume: row.quoteVolume,
    exchangeTime: row.closeTime,
    receivedAt,
    contract: undefined,
  };
}

/** A candle. @param now Epoch milliseconds: a candle that has ended by then is closed. */
export function toKline(
  row: v.InferOutput<typeof klineSchema>,
  { id }: Instrument,
  interval: KlineInterval,
  now: number,
): Kline {
  const [openTime, open, high, low, close, volume, closeTime, quoteVolume] = row;
  return {
    instrument: id,
    interval,
    openTime,
    closeTime,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(volume),
    quoteVolume: Number(quoteVolume),
    closed: closeTime <= now,
    receivedAt: now,
  };
}

/** Appends a trade. */
export function addTrade(
  trades: TradeColumns,
  row: v.InferOutput<typeof tradeSchema>,
  { id }: Instrument,
): void {
  const index = trades.add();
  trades.instruments[index] = id;
  trades.prices[index] = Number(row.price);
  trades.quantities[index] = Number(row.qty);
  trades.sides[index] = row.isBuyerMaker ? -1 : 1;
  trades.times[index] = row.time;
}
