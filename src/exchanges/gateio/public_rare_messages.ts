/**
 * Gate.io's frames that come about once a second: tickers, candles, liquidations, statistics. Read by `JSON.parse`.
 * @module
 */
import * as v from "valibot";
import { ProtocolError } from "../../core/errors.ts";
import type { MarketKind } from "../../core/exchange.ts";
import type { InstrumentId } from "../../core/instrument.ts";
import type { Kline, KlineInterval } from "../../core/kline.ts";
import type { MarketMessage } from "../interfaces/public_codec.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { checkBody, decimalText } from "../wire_schema.ts";
import {
  anyAmount,
  anySeconds,
  contractStatsSchema,
  contractTickerSchema,
  gateioSpotIntervals,
  klineTimes,
  looseAmount,
  pushedLiquidationSchema,
  spotTickerSchema,
  toContractStats,
  toContractTicker,
  toPushedLiquidation,
  toSpotTicker,
} from "./public_rows.ts";

/** A candle of a stream: `n` is `<interval>_<symbol>`; on spot `v` is the turnover and `a` the volume. */
const candleFields = {
  t: anySeconds,
  o: decimalText,
  h: decimalText,
  l: decimalText,
  c: decimalText,
  n: v.string(),
  w: v.optional(v.boolean(), false),
};
/** In 2021 there was no `a`. */
const spotCandleSchema = v.object({ ...candleFields, v: anyAmount, a: looseAmount });
/** Candles of mark and index prices have no volume. */
const contractCandleSchema = v.object({
  ...candleFields,
  v: looseAmount,
  a: looseAmount,
});
const intervalNames = new Map(
  Object.entries(gateioSpotIntervals).map(([interval, name]) => [name, interval as KlineInterval]),
);

/** Reads the rows of a result; `timeMs` is the time of the frame in epoch milliseconds. */
type Reader = (result: unknown, timeMs: number) => MarketMessage[];

/** Decodes the slow channels of one market. */
export class GateioRareMessages {
  readonly #readers: ReadonlyMap<string, Reader>;

  constructor(private readonly symbols: SymbolIndex, market: MarketKind) {
    this.#readers = new Map(Object.entries<Reader>(
      market === "spot"
        ? {
          "spot.tickers": (result, timeMs) => this.#spotTickers(result, timeMs),
          "spot.candlesticks": (result) => this.#spotCandles(result),
        }
        : {
          "futures.tickers": (result) => this.#contractTickers(result),
          "futures.candlesticks": (result) => this.#contractCandles(result),
          "futures.public_liquidates": (result) => this.#liquidations(result),
          "futures.contract_stats": (result) => this.#statistics(result),
        },
    ));
  }

  /** The channels that are read here. */
  get channels(): string[] {
    return [...this.#readers.keys()];
  }

  /**
   * Reads a frame that is known to be JSON.
   *
   * @returns What it says about symbols that are known.
   * @throws {ProtocolError} when a row is not as the protocol has it.
   */
  read(channel: string, text: string): MarketMessage[] {
    const frame = JSON.parse(text) as { readonly result: unknown; readonly time_ms?: unknown };
    const isTime = Number.isSafeInteger(frame.time_ms) && Number(frame.time_ms) > 0;
    return this.#readers.get(channel)!(frame.result, isTime ? Number(frame.time_ms) : 0);
  }

  /** Rows of a result, which is one or a list of them, with the instruments of their symbols. */
  #rows<Row>(
    result: unknown,
    schema: v.GenericSchema<unknown, Row>,
    symbolOf: (row: Row) => string,
    what: string,
  ): { row: Row; instrument: InstrumentId }[] {
    const rows = Array.isArray(result) ? result : [result];
    return rows.flatMap((each) => {
      const row = checkBody(schema, each, `Gate.io ${what}`);
      const instrument = this.symbols.findText(symbolOf(row));
      return instrument === unknownInstrument ? [] : [{ row, instrument: instrument as InstrumentId }];
    });
  }

  #spotTickers(result: unknown, timeMs: number): MarketMessage[] {
    return this.#rows(result, spotTickerSchema, (row) => row.currency_pair, "spot.tickers")
      .map(({ row, instrument }) => ({ kind: "ticker", value: toSpotTicker(row, instrument, timeMs) }));
  }

  #contractTickers(result: unknown): MarketMessage[] {
    return this.#rows(result, contractTickerSchema, (row) => row.contract, "futures.tickers")
      .map(({ row, instrument }) => ({ kind: "ticker", value: toContractTicker(row, instrument) }));
  }

  #spotCandles(result: unknown): MarketMessage[] {
    return this.#rows(result, spotCandleSchema, symbolOfCandle, "spot.candlesticks")
      .map(({ row, instrument }) => ({ kind: "kline", value: toKline(row, instrument, row.a, row.v) }));
  }

  #contractCandles(result: unknown): MarketMessage[] {
    return this.#rows(result, contractCandleSchema, symbolOfCandle, "futures.candlesticks")
      .map(({ row, instrument }) => ({ kind: "kline", value: toKline(row, instrument, row.v, row.a) }));
  }

  #liquidations(result: unknown): MarketMessage[] {
    return this.#rows(result, pushedLiquidationSchema, (row) => row.contract, "futures.public_liquidates")
      .map(({ row, instrument }) => ({ kind: "liquidation", value: toPushedLiquidation(row, instrument) }));
  }

  #statistics(result: unknown): MarketMessage[] {
    const schema = v.object({ ...contractStatsSchema.entries, contract: v.string() });
    return this.#rows(result, schema, (row) => row.contract, "futures.contract_stats")
      .map(({ row, instrument }) => ({ kind: "contractStats", value: toContractStats(row, instrument) }));
  }
}

function symbolOfCandle({ n }: { readonly n: string }): string {
  return n.slice(n.indexOf("_") + 1);
}

function toKline(
  row: Omit<v.InferOutput<typeof spotCandleSchema>, "v" | "a">,
  instrument: InstrumentId,
  volume: number,
  quoteVolume: number,
): Kline {
  const name = row.n.slice(0, row.n.indexOf("_"));
  const interval = intervalNames.get(name);
  if (interval === undefined) throw new ProtocolError(`Gate.io sent a candle of the interval ${name}`);
  return {
    instrument,
    interval,
    ...klineTimes(interval, row.t),
    open: Number(row.o),
    high: Number(row.h),
    low: Number(row.l),
    close: Number(row.c),
    volume,
    quoteVolume,
    closed: row.w,
    receivedAt: 0,
  };
}
