/**
 * Gate.io's public spot requests.
 * @module
 */
import * as v from "valibot";
import type { Clock } from "../../core/clock.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";
import type { Instrument, InstrumentSpec } from "../../core/instrument.ts";
import type { HistoryRange, Kline, KlineInterval } from "../../core/kline.ts";
import type { MarketTicker } from "../../core/market_ticker.ts";
import type { SymbolListing } from "../../core/symbol_info.ts";
import type { RestClient } from "../../net/rest_client.ts";
import type { AssetPair, PublicRest, TradeList, TradeQuery } from "../interfaces/public_rest.ts";
import { intervalName, klineParts, orderedRows } from "../public_history.ts";
import {
  checkBody,
  checkRows,
  decimalText,
  levelPairs,
  pushLevels,
  sortRows,
  wholeNumber,
} from "../wire_schema.ts";
import { currencyPairSchema, toSpotInfo } from "./public_listing.ts";
import {
  emptySnapshot,
  fetchGateioTime,
  fetchGateioTrades,
  type GateioTrade,
  seconds,
  wantedSymbols,
} from "./public_request.ts";
import {
  anyMs,
  anySeconds,
  gateioSpotIntervals,
  klineTimes,
  spotTickerSchema,
  toSpotTicker,
} from "./public_rows.ts";

const bookSchema = v.object({ id: wholeNumber, bids: levelPairs, asks: levelPairs });
const tradeSchema = v.object({
  id: wholeNumber,
  create_time_ms: anyMs,
  side: v.picklist(["buy", "sell"]),
  amount: decimalText,
  price: decimalText,
});
/** Open time in seconds, turnover, close, high, low, open, volume, whether it is closed. */
const candleSchema = v.looseTuple([
  anySeconds,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
]);
/** One answer has 1,000 candles; both ends of a range are inclusive. */
const mostCandles = 999;
const fewCandles = 100;

/** Requests for public Gate.io spot data. */
export class GateioSpotPublicRest implements PublicRest {
  constructor(private readonly client: RestClient, private readonly clock: Clock) {}

  async fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]> {
    const body = await this.client.get("/spot/currency_pairs");
    return checkRows(currencyPairSchema, body, "id", wantedSymbols(pairs), "Gate.io currency_pairs")
      .map((pair) => toSpotInfo(pair).spec);
  }

  async fetchSymbols(): Promise<SymbolListing> {
    const body = await this.client.get("/spot/currency_pairs");
    const { readable, unreadable } = sortRows(currencyPairSchema, body, "id", "Gate.io currency_pairs");
    return { symbols: readable.map(toSpotInfo), unreadable };
  }

  fetchServerTime(): Promise<number> {
    return fetchGateioTime(this.client);
  }

  async fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate> {
    const query = { currency_pair: instrument.exchangeSymbol, limit: depth, with_id: true };
    const body = await this.client.get("/spot/order_book", query);
    const book = checkBody(bookSchema, body, `Gate.io order_book of ${instrument.exchangeSymbol}`);
    const update = emptySnapshot(instrument, book.id);
    pushLevels(update.bids, book.bids);
    pushLevels(update.asks, book.asks);
    return update;
  }

  fetchTrades(instrument: Instrument, query: TradeQuery = {}): Promise<TradeList> {
    const { since } = query;
    // With `last_id` those after it come; without an id the time has to do.
    const from = since === undefined
      ? {}
      : since.id > 0
      ? { last_id: since.id }
      : { from: seconds(since.timeMs) };
    return fetchGateioTrades(instrument, query, this.clock.epochMs(), async (index, limit) => {
      const parameters = { currency_pair: instrument.exchangeSymbol, limit, page: index + 1, ...from };
      const body = await this.client.get("/spot/trades", parameters);
      return checkBody(v.array(tradeSchema), body, `Gate.io trades of ${instrument.exchangeSymbol}`)
        .map((row): GateioTrade => ({
          id: row.id,
          price: Number(row.price),
          quantity: Number(row.amount),
          side: row.side === "buy" ? 1 : -1,
          internal: false,
          time: row.create_time_ms,
        }));
    });
  }

  async fetchTickers(instruments: readonly Instrument[]): Promise<MarketTicker[]> {
    if (instruments.length === 0) return [];
    const query = instruments.length === 1 ? { currency_pair: instruments[0]!.exchangeSymbol } : {};
    const body = await this.client.get("/spot/tickers", query);
    const ids = new Map(instruments.map(({ exchangeSymbol, id }) => [exchangeSymbol, id]));
    const receivedAt = this.clock.epochMs();
    return checkRows(spotTickerSchema, body, "currency_pair", new Set(ids.keys()), "Gate.io tickers")
      .map((row) => ({ ...toSpotTicker(row, ids.get(row.currency_pair)!, 0), receivedAt }));
  }

  async fetchKlines(
    instrument: Instrument,
    interval: KlineInterval,
    range: HistoryRange = {},
  ): Promise<Kline[]> {
    const base = {
      currency_pair: instrument.exchangeSymbol,
      interval: intervalName(gateioSpotIntervals, interval, "GATEIO_SPOT"),
    };
    const { fromMs, toMs = this.clock.epochMs(), limit = fewCandles } = range;
    if (fromMs === undefined) return await this.#klines(instrument, interval, { ...base, limit });
    const klines: Kline[] = [];
    for (const part of klineParts(interval, fromMs, toMs, mostCandles)) {
      const query = { ...base, from: seconds(part.fromMs), to: seconds(part.toMs) };
      klines.push(...await this.#klines(instrument, interval, query));
    }
    return orderedRows(klines, ({ openTime }) => openTime);
  }

  async #klines(
    instrument: Instrument,
    interval: KlineInterval,
    query: Readonly<Record<string, string | number>>,
  ): Promise<Kline[]> {
    const body = await this.client.get("/spot/candlesticks", query);
    const rows = checkBody(
      v.array(candleSchema),
      body,
      `Gate.io candlesticks of ${instrument.exchangeSymbol}`,
    );
    const receivedAt = this.clock.epochMs();
    return rows.map(([time, turnover, close, high, low, open, volume, closed]): Kline => {
      const times = klineTimes(interval, time);
      return {
        instrument: instrument.id,
        interval,
        ...times,
        open: Number(open),
        high: Number(high),
        low: Number(low),
        close: Number(close),
        volume: Number(volume),
        quoteVolume: Number(turnover),
        // Rows of old have seven values.
        closed: closed === undefined ? times.closeTime <= receivedAt : String(closed) === "true",
        receivedAt,
      };
    });
  }
}
