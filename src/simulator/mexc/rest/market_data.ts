/**
 * Public market data.
 * @module
 */
import type { Candle, CandleInterval } from "../../market/candle.ts";
import type { MarketInstrument } from "../../market/market_instrument.ts";
import { snapshotOf } from "../../publish/snapshot_collector.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import { decimalText } from "./decimal_text.ts";
import type { PublicCall, PublicEndpoint } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";
import {
  aggregateTradeDocument,
  bookTickerDocument,
  candleDocument,
  dayTickerDocument,
  priceTickerDocument,
  tradeDocument,
} from "./market_documents.ts";
import type { Parameters } from "./parameters.ts";
import { exchangeInfoSymbol } from "./symbol_rules.ts";

const depthRange = { max: 5000, initial: 100 };
const listRange = { max: 1000, initial: 500 };
const keptTrades = 1000;
const averageMinutes = 5;

const intervals: Readonly<Record<string, CandleInterval>> = {
  "1m": "1m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "60m": "1h",
  "4h": "4h",
  "1d": "1d",
  "1W": "1w",
  "1M": "1M",
};

type Document = (instrument: MarketInstrument) => unknown;

/** The endpoints for everybody. */
export class MarketData {
  readonly #venue: MexcVenue;

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /** The lines of the table. */
  get endpoints(): PublicEndpoint[] {
    const line = { access: "public", method: "GET", weight: 1 } as const;
    const dayTicker: Document = (instrument) => dayTickerDocument(instrument, this.#venue.nowMs);
    return [
      { ...line, path: "/api/v3/ping", answer: () => ({}) },
      { ...line, path: "/api/v3/time", answer: () => ({ serverTime: this.#venue.nowMs }) },
      { ...line, path: "/api/v3/defaultSymbols", answer: () => this.#defaultSymbols() },
      { ...line, path: "/api/v3/exchangeInfo", weight: 10, answer: (call) => this.#exchangeInfo(call) },
      { ...line, path: "/api/v3/depth", answer: (call) => this.#depth(call) },
      { ...line, path: "/api/v3/trades", weight: 5, answer: (call) => this.#trades(call) },
      { ...line, path: "/api/v3/historicalTrades", answer: (call) => this.#trades(call) },
      { ...line, path: "/api/v3/aggTrades", answer: (call) => this.#aggregateTrades(call) },
      { ...line, path: "/api/v3/klines", answer: (call) => this.#klines(call) },
      { ...line, path: "/api/v3/avgPrice", answer: (call) => this.#averagePrice(call) },
      {
        ...line,
        path: "/api/v3/ticker/24hr",
        weight: weightOfAll(40),
        answer: (call) => this.#tickers(call, dayTicker),
      },
      {
        ...line,
        path: "/api/v3/ticker/price",
        weight: weightOfAll(2),
        answer: (call) => this.#tickers(call, priceTickerDocument),
      },
      {
        ...line,
        path: "/api/v3/ticker/bookTicker",
        answer: (call) => this.#tickers(call, bookTickerDocument),
      },
    ];
  }

  #defaultSymbols(): unknown {
    const tradable = this.#venue.instruments.filter(({ spec, listing }) => spec.tradable && listing.open);
    const data = tradable.map(({ spec }) => spec.exchangeSymbol);
    return { data, code: 200, msg: "success", timestamp: this.#venue.nowMs };
  }

  #exchangeInfo({ parameters }: PublicCall): unknown {
    const one = parameters.text("symbol");
    const several = parameters.text("symbols");
    if (one !== undefined && several !== undefined) throw mexcErrors.badCombination();
    const names = one !== undefined ? [one] : several?.split(",");
    const instruments = names?.map((name) => this.#venue.instrument(name)) ?? this.#venue.instruments;
    return {
      timezone: "CST",
      serverTime: this.#venue.nowMs,
      rateLimits: [],
      exchangeFilters: [],
      symbols: instruments.map(exchangeInfoSymbol),
    };
  }

  #depth({ parameters }: PublicCall): unknown {
    const instrument = this.#instrument(parameters);
    const snapshot = snapshotOf(instrument, parameters.count("limit", depthRange));
    return {
      lastUpdateId: snapshot.version,
      bids: instrument.pairs(snapshot.bids),
      asks: instrument.pairs(snapshot.asks),
      timestamp: this.#venue.nowMs,
    };
  }

  /** Newest first. There is no range of time here. */
  #trades({ parameters }: PublicCall): unknown {
    const instrument = this.#instrument(parameters);
    return instrument.trades.latest(parameters.count("limit", listRange))
      .map((trade) => tradeDocument(instrument, trade));
  }

  /** Newest first. Both ends of a range have to be given together. UNCONFIRMED: the order with a range. */
  #aggregateTrades({ parameters }: PublicCall): unknown {
    const instrument = this.#instrument(parameters);
    const limit = parameters.count("limit", listRange);
    const { startMs, endMs } = parameters.timeRange();
    if ((startMs === undefined) !== (endMs === undefined)) throw mexcErrors.badCombination();
    const [from, to] = [startMs ?? -Infinity, endMs ?? Infinity];
    return instrument.trades.latest(keptTrades)
      .filter(({ timeMs }) => timeMs >= from && timeMs <= to)
      .slice(0, limit).map((trade) => aggregateTradeDocument(instrument, trade));
  }

  #klines({ parameters }: PublicCall): unknown {
    const instrument = this.#instrument(parameters);
    const name = parameters.required("interval");
    if (!Object.hasOwn(intervals, name)) throw mexcErrors.badParameter("interval");
    return this.#candles(instrument, intervals[name]!, parameters)
      .map((candle) => candleDocument(instrument, candle));
  }

  /** Oldest first. UNCONFIRMED: from which end a limit counts when only one end of the range is given. */
  #candles({ candles }: MarketInstrument, interval: CandleInterval, parameters: Parameters): Candle[] {
    const limit = parameters.count("limit", listRange);
    const { startMs, endMs } = parameters.timeRange();
    const { nowMs } = this.#venue;
    if (startMs !== undefined) return candles.range(interval, startMs, endMs ?? nowMs, limit, nowMs);
    return candles.latest(interval, limit, Math.min(endMs ?? nowMs, nowMs));
  }

  /** Turnover over volume of the last minutes; the last price without any. UNCONFIRMED: its decimals. */
  #averagePrice({ parameters }: PublicCall): unknown {
    const { candles, spec, statistics } = this.#instrument(parameters);
    const rows = candles.latest("1m", averageMinutes, this.#venue.nowMs);
    const lots = rows.reduce((sum, row) => sum + row.lots, 0);
    const quote = rows.reduce((sum, row) => sum + row.quote, 0);
    const price = lots === 0
      ? spec.tick.format(statistics.lastTick)
      : decimalText(quote / spec.lot.value(lots), spec.tick.decimals);
    return { mins: averageMinutes, price };
  }

  #tickers({ parameters }: PublicCall, document: Document): unknown {
    const symbol = parameters.text("symbol");
    return symbol === undefined
      ? this.#venue.instruments.map(document)
      : document(this.#venue.instrument(symbol));
  }

  #instrument(parameters: Parameters): MarketInstrument {
    return this.#venue.instrument(parameters.required("symbol"));
  }
}

/** Weight 1 with a symbol, more for all of them. */
function weightOfAll(weight: number): (parameters: Parameters) => number {
  return (parameters) => parameters.text("symbol") === undefined ? weight : 1;
}
