/**
 * Public REST endpoints of Gate.io spot.
 * @module
 */
import type { TickLevel } from "../market/book_side.ts";
import { candleGrid, type CandleInterval } from "../market/candle.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { publicAnswer } from "./gate_answer.ts";
import type { GateEndpoint } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";
import { pageOf, spanOf } from "./gate_pages.ts";
import { candleRow, currency, currencyPair, percentText, publicTrade, spotTicker } from "./spot_documents.ts";
import type { SpotMarket } from "./spot_market.ts";
import { stepsOf } from "./spot_order_input.ts";

const defaultDepth = 10;
/** UNCONFIRMED: the ceiling that connectors use. */
const maxDepth = 1000;
const maxCandles = 1000;
/** How many windows ago a candle may be asked for. */
const oldestCandle = 10_000;
/** The last trade that pages can reach. */
const maxTradeIndex = 100_000;
const tradeDays = 30;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Names of the intervals; `2h` is not documented, but connectors send it. */
const intervals: Readonly<Record<string, CandleInterval>> = {
  "1s": "1s",
  "10s": "10s",
  "1m": "1m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "1h": "1h",
  "2h": "2h",
  "4h": "4h",
  "8h": "8h",
  "1d": "1d",
  "7d": "7d",
  "30d": "1M",
};

/** Coins, pairs, books, trades, candles. */
export function spotPublicEndpoints(market: SpotMarket): GateEndpoint[] {
  return [
    publicAnswer("GET /spot/time", () => ({ server_time: market.nowMs })),
    publicAnswer("GET /spot/currencies", () => market.coins.map(currency)),
    publicAnswer("GET /spot/currencies/{currency}", (fields) => {
      return currency(market.coin(fields.required("currency"))!);
    }),
    publicAnswer("GET /spot/currency_pairs", () => market.listed.map(currencyPair)),
    publicAnswer("GET /spot/currency_pairs/{currency_pair}", (fields) => {
      return currencyPair(market.instrument(fields.required("currency_pair")));
    }),
    publicAnswer("GET /spot/tickers", (fields) => tickers(market, fields)),
    publicAnswer("GET /spot/order_book", (fields) => orderBook(market, fields)),
    publicAnswer("GET /spot/trades", (fields) => trades(market, fields)),
    publicAnswer("GET /spot/candlesticks", (fields) => candles(market, fields)),
  ];
}

function tickers(market: SpotMarket, fields: GateFields): unknown {
  const pair = fields.optional("currency_pair");
  const zone = fields.optional("timezone");
  if (zone !== undefined) fields.choice("timezone", ["utc0", "utc8", "all"]);
  return (pair === undefined ? market.listed : [market.instrument(pair)]).map((instrument) => {
    instrument.statistics.roll(market.nowMs);
    return {
      ...spotTicker(instrument),
      ...(zone === "utc0" || zone === "all" ? { change_utc0: changeSince(instrument, market.nowMs, 0) } : {}),
      ...(zone === "utc8" || zone === "all" ? { change_utc8: changeSince(instrument, market.nowMs, 8) } : {}),
    };
  });
}

/** Change in percent since midnight in a time zone that is `hours` ahead of UTC: 0 or 8. */
function changeSince(instrument: MarketInstrument, nowMs: number, hours: number): string {
  const midnight = Math.floor((nowMs + hours * hourMs) / dayMs) * dayMs - hours * hourMs;
  const [first] = instrument.candles.range("8h", midnight, midnight, 1, nowMs);
  const { lastTick } = instrument.statistics;
  return percentText(lastTick / (first?.openTick ?? lastTick) - 1);
}

function orderBook(market: SpotMarket, fields: GateFields): unknown {
  const instrument = market.instrument(fields.required("currency_pair"));
  const limit = fields.whole("limit", defaultDepth, 1, maxDepth);
  const interval = fields.optional("interval") ?? "0";
  const step = interval === "0" ? 1 : stepsOf("interval", interval, instrument.spec.tick);
  const { book } = instrument;
  return {
    ...(fields.optional("with_id") === "true" ? { id: book.version } : {}),
    current: market.nowMs,
    update: instrument.changedAtMs,
    asks: instrument.pairs(aggregated(instrument, "ask", step, limit)),
    bids: instrument.pairs(aggregated(instrument, "bid", step, limit)),
  };
}

/** Levels of `step` ticks each, rounded away from the middle. UNCONFIRMED: which way. */
function aggregated(
  { book }: MarketInstrument,
  name: "bid" | "ask",
  step: number,
  limit: number,
): TickLevel[] {
  const side = book.side(name);
  if (step === 1) return side.top(limit);
  const levels: { tick: number; lots: number }[] = [];
  for (let rank = 0; rank < side.size; rank++) {
    const ratio = side.tickAt(rank) / step;
    const tick = (name === "bid" ? Math.floor(ratio) : Math.ceil(ratio)) * step;
    const last = levels.at(-1);
    if (last?.tick === tick) last.lots += side.lotsAt(rank);
    else if (levels.length === limit) break;
    else levels.push({ tick, lots: side.lotsAt(rank) });
  }
  return levels;
}

function trades(market: SpotMarket, fields: GateFields): unknown {
  const instrument = market.instrument(fields.required("currency_pair"));
  const limit = fields.whole("limit", 100, 1, 1000);
  const page = fields.whole("page", 1, 1);
  if (page * limit > maxTradeIndex) throw gateRestErrors.badParameter("page", String(page));
  const lastId = fields.optional("last_id") === undefined ? undefined : fields.whole("last_id", 0, 0);
  const back = fields.optional("reverse") === "true";
  const inSpan = spanOf(fields, market.nowMs, tradeDays);
  const chosen = instrument.trades.latest(Infinity).filter(({ id, timeMs }) =>
    (lastId === undefined || (back ? id < lastId : id > lastId)) && inSpan(timeMs)
  );
  return pageOf(chosen, fields).rows.map((trade) => publicTrade(instrument, trade));
}

function candles(market: SpotMarket, fields: GateFields): unknown {
  const instrument = market.instrument(fields.required("currency_pair"));
  const interval = intervals[fields.choice("interval", Object.keys(intervals), "30m")]!;
  const { nowMs } = market;
  const isRange = fields.optional("from") !== undefined || fields.optional("to") !== undefined;
  const limit = fields.whole("limit", 100, 1, maxCandles);
  const row = (candle: Parameters<typeof candleRow>[1]): string[] => candleRow(instrument, candle, nowMs);
  if (!isRange) return instrument.candles.latest(interval, limit, nowMs).map(row);
  // UNCONFIRMED wording of the next two refusals.
  if (fields.optional("limit") !== undefined) throw gateRestErrors.badParameter("limit", String(limit));
  const grid = candleGrid(interval);
  const toMs = fields.whole("to", Math.floor(nowMs / 1000), 0) * 1000;
  const firstMs = grid.shift(grid.start(toMs), 1 - limit);
  const fromMs = fields.whole("from", Math.max(0, Math.floor(firstMs / 1000)), 0) * 1000;
  if (fromMs > toMs || grid.shift(grid.start(fromMs), maxCandles) <= toMs) {
    throw new GateRestError(400, "INVALID_PARAM_VALUE", `Too many data points: at most ${maxCandles}`);
  }
  if (fromMs < grid.shift(grid.start(nowMs), -oldestCandle)) {
    throw new GateRestError(
      400,
      "INVALID_PARAM_VALUE",
      `Candlestick too long ago. Maximum ${oldestCandle} points ago are allowed`,
    );
  }
  return instrument.candles.range(interval, fromMs, toMs, maxCandles, nowMs).map(row);
}
