/**
 * MEXC's public spot requests.
 * @module
 */
import * as v from "valibot";
import type { Clock } from "../../core/clock.ts";
import { DepthUpdate } from "../../core/depth_update.ts";
import { VenueError } from "../../core/errors.ts";
import type { Instrument, InstrumentSpec } from "../../core/instrument.ts";
import { type HistoryRange, type Kline, type KlineInterval, klineLengthMs } from "../../core/kline.ts";
import type { MarketTicker } from "../../core/market_ticker.ts";
import { TradeColumns } from "../../core/public_trade.ts";
import type { SymbolListing } from "../../core/symbol_info.ts";
import type { QueryParameters, RestClient } from "../../net/rest_client.ts";
import type { AssetPair, PublicRest, TradeList, TradeQuery } from "../interfaces/public_rest.ts";
import { intervalName, klineParts, orderedRows } from "../public_history.ts";
import { checkBody, checkRows, levelPairs, pushLevels, sortRows, wholeNumber } from "../wire_schema.ts";
import {
  addTrade,
  dayTickerSchema,
  klineSchema,
  mexcRequestIntervals,
  symbolSchema,
  toKline,
  toSymbolInfo,
  toTicker,
  tradeSchema,
} from "./public_rows.ts";

const exchangeInfoSchema = v.object({ symbols: v.unknown() });
const defaultSymbolsSchema = v.object({ data: v.array(v.string()) });
const timeSchema = v.object({ serverTime: wholeNumber });
const depthSchema = v.object({ lastUpdateId: wholeNumber, bids: levelPairs, asks: levelPairs });
const errorSchema = v.object({ code: v.union([v.number(), v.string()]) });
/** Codes that stand beside content. */
const goodCodes: readonly string[] = ["", "0", "200"];
/** Trades in one answer. */
const mostTrades = 1000;
/** Candles in one answer: the documents say 1,000, the venue gives 500 (seen by ccxt). */
const mostKlines = 500;
const fewRows = 100;

/** Takes the code out of an error body `{"code":-1121,"msg":"…"}`. */
export function mexcErrorCode(body: unknown): string {
  const result = v.safeParse(errorSchema, body);
  return result.success ? String(result.output.code) : "";
}

/** Requests for public MEXC spot data. */
export class MexcPublicRest implements PublicRest {
  constructor(private readonly client: RestClient, private readonly clock: Clock) {}

  async fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]> {
    const wanted = new Set(pairs.map(({ base, quote }) => base + quote));
    const rows = checkRows(symbolSchema, await this.#exchangeInfo(), "symbol", wanted, "MEXC exchangeInfo");
    if (rows.length === 0) return [];
    const open = await this.#apiSymbols();
    return rows.map((row) => toSymbolInfo(row, open).spec);
  }

  async fetchSymbols(): Promise<SymbolListing> {
    const rows = sortRows(symbolSchema, await this.#exchangeInfo(), "symbol", "MEXC exchangeInfo");
    const open = await this.#apiSymbols();
    return {
      symbols: rows.readable.map((row) => toSymbolInfo(row, open)),
      unreadable: rows.unreadable,
    };
  }

  async fetchServerTime(): Promise<number> {
    return checkBody(timeSchema, await this.#get("/api/v3/time"), "MEXC time").serverTime;
  }

  async fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate> {
    const body = await this.#get("/api/v3/depth", { symbol: instrument.exchangeSymbol, limit: depth });
    const snapshot = checkBody(depthSchema, body, `MEXC depth of ${instrument.exchangeSymbol}`);
    const update = new DepthUpdate();
    update.instrument = instrument.id;
    update.firstId = update.lastId = snapshot.lastUpdateId;
    update.full = true;
    pushLevels(update.bids, snapshot.bids);
    pushLevels(update.asks, snapshot.asks);
    return update;
  }

  /** Trades have no ids here, so those of the same millisecond as the known one come too. */
  async fetchTrades(
    instrument: Instrument,
    { since, limit = fewRows }: TradeQuery = {},
  ): Promise<TradeList> {
    const query = { symbol: instrument.exchangeSymbol, limit: since === undefined ? limit : mostTrades };
    const body = await this.#get("/api/v3/trades", query);
    const rows = checkBody(v.array(tradeSchema), body, `MEXC trades of ${instrument.exchangeSymbol}`);
    const trades = new TradeColumns();
    trades.receivedAt = this.clock.epochMs();
    const wanted = since === undefined ? rows : rows.filter(({ time }) => time >= since.timeMs);
    // Newest first on the wire.
    for (const row of wanted.toReversed()) addTrade(trades, row, instrument);
    return { trades, complete: wanted.length < rows.length || rows.length < mostTrades };
  }

  async fetchTickers(instruments: readonly Instrument[]): Promise<MarketTicker[]> {
    if (instruments.length === 0) return [];
    const [only] = instruments;
    const query = instruments.length === 1 ? { symbol: only!.exchangeSymbol } : {};
    const body = await this.#get("/api/v3/ticker/24hr", query);
    const bySymbol = new Map(instruments.map((each) => [each.exchangeSymbol, each]));
    const rows = Array.isArray(body) ? body : [body];
    const now = this.clock.epochMs();
    return checkRows(dayTickerSchema, rows, "symbol", new Set(bySymbol.keys()), "MEXC ticker/24hr")
      .map((row) => toTicker(row, bySymbol.get(row.symbol)!, now));
  }

  async fetchKlines(
    instrument: Instrument,
    interval: KlineInterval,
    range: HistoryRange = {},
  ): Promise<Kline[]> {
    const base = {
      symbol: instrument.exchangeSymbol,
      interval: intervalName(mexcRequestIntervals, interval, "MEXC_SPOT"),
    };
    const { fromMs, toMs = this.clock.epochMs(), limit = fewRows } = range;
    if (fromMs === undefined && limit <= mostKlines) {
      return await this.#klines(instrument, interval, { ...base, limit });
    }
    const first = fromMs ?? toMs - limit * klineLengthMs[interval];
    const klines: Kline[] = [];
    // One candle less than an answer holds, because the end of a request may count or not (UNCONFIRMED: the documents
    // say that it does, ccxt has seen that it does not), so each asks for a millisecond more.
    for (const part of klineParts(interval, first, toMs, mostKlines - 1)) {
      const query = { ...base, startTime: part.fromMs, endTime: part.toMs + 1, limit: mostKlines };
      klines.push(...await this.#klines(instrument, interval, query));
    }
    const rows = orderedRows(klines, ({ openTime }) => openTime)
      .filter(({ openTime }) => openTime >= first && openTime <= toMs);
    return fromMs === undefined ? rows.slice(-limit) : rows;
  }

  async #klines(
    instrument: Instrument,
    interval: KlineInterval,
    query: Readonly<Record<string, string | number>>,
  ): Promise<Kline[]> {
    const body = await this.#get("/api/v3/klines", query);
    const rows = checkBody(v.array(klineSchema), body, `MEXC klines of ${instrument.exchangeSymbol}`);
    const now = this.clock.epochMs();
    return rows.map((row) => toKline(row, instrument, interval, now));
  }

  /** @throws {VenueError} also for an error that comes with a good status. */
  async #get(path: string, query: QueryParameters = {}): Promise<unknown> {
    const body = await this.client.get(path, query);
    const code = mexcErrorCode(body);
    if (goodCodes.includes(code)) return body;
    throw new VenueError(`GET ${path} failed: ${JSON.stringify(body).slice(0, 200)}`, 200, code);
  }

  async #exchangeInfo(): Promise<unknown> {
    return checkBody(exchangeInfoSchema, await this.#get("/api/v3/exchangeInfo"), "MEXC exchangeInfo")
      .symbols;
  }

  /** Symbols that programs may trade. */
  async #apiSymbols(): Promise<Set<string>> {
    const body = await this.#get("/api/v3/defaultSymbols");
    return new Set(checkBody(defaultSymbolsSchema, body, "MEXC defaultSymbols").data);
  }
}
