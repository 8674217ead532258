/**
 * Contract statistics of Gate.io futures. Turnover and prices are the simulation's; who holds what is invented.
 * @module
 */
import { type Candle, candleGrid, type CandleInterval } from "../market/candle.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { Liquidation } from "../trading/futures_contract.ts";
import type { GateCall } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { limitOf, required } from "./gate_query.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { wholeOf } from "./futures_query.ts";
import { type Size, sizeOf, type SizeStyle, sizeStyle } from "./futures_sizes.ts";

/** Intervals that REST and the channel take. */
export const statIntervals: ReadonlySet<string> = new Set(
  ["1m", "5m", "15m", "30m", "1h", "4h", "8h", "1d", "3d", "7d"] satisfies CandleInterval[],
);
const defaultRows = 30;
const maxRows = 100;

/** What one window of a contract is summed up from. */
export interface StatWindow {
  readonly market: FuturesMarket;
  readonly instrument: MarketInstrument;
  readonly candle: Candle;
  readonly style: SizeStyle;
}

interface Forced {
  readonly size: Size;
  readonly amount: number;
  readonly usd: number;
}

/** Positions of one side that were liquidated within a window. */
function forced({ market, instrument, candle, style }: StatWindow, sign: number): Forced {
  const own = (liquidation: Liquidation): boolean =>
    liquidation.instrument === instrument && Math.sign(liquidation.size) === sign &&
    liquidation.timeMs >= candle.openMs && liquidation.timeMs < candle.closeMs;
  const { tick, lot, contractSize } = instrument.spec;
  let [lots, usd] = [0, 0];
  for (const { size, fillTick } of (market.engine?.publicLiquidations ?? []).filter(own)) {
    lots += Math.abs(size);
    usd += Math.abs(size) * lot.size * contractSize.size * tick.value(fillTick);
  }
  return { size: sizeOf(instrument, lots, style), amount: lots * lot.size * contractSize.size, usd };
}

function ratio(value: number): number {
  return Number(value.toFixed(2));
}

/** Lots that takers bought and sold. How they share the turnover is invented. */
function takers({ market, instrument, candle }: StatWindow): { bought: number; sold: number } {
  const drawn = market.context.random.fork(`takers ${instrument.spec.exchangeSymbol} ${candle.openMs}`);
  const bought = Math.round(candle.lots * (0.3 + 0.4 * drawn.uniform()));
  return { bought, sold: candle.lots - bought };
}

/** The fields that the channel pushes. */
export function statFields(window: StatWindow): Record<string, unknown> {
  const { market, instrument, candle, style } = window;
  const { exchangeSymbol, tick, lot, contractSize } = instrument.spec;
  const drawn = market.context.random.fork(`stats ${exchangeSymbol} ${candle.openMs}`);
  const spread = (): number => ratio(Math.exp(0.2 * drawn.normal()));
  const open = market.openLots(instrument);
  const { bought, sold } = takers(window);
  const [long, short] = [forced(window, 1), forced(window, -1)];
  return {
    time: candle.openMs / 1000,
    lsr_taker: sold === 0 ? 0 : ratio(bought / sold),
    lsr_account: spread(),
    long_liq_size: long.size,
    long_liq_amount: long.amount,
    long_liq_usd: long.usd,
    short_liq_size: short.size,
    short_liq_amount: short.amount,
    short_liq_usd: short.usd,
    open_interest: sizeOf(instrument, open, style),
    open_interest_usd: ratio(open * lot.size * contractSize.size * tick.value(candle.closeTick)),
    top_lsr_account: spread(),
    top_lsr_size: spread(),
    mark_price: tick.value(candle.closeTick),
  };
}

/** What REST states besides {@link statFields}. UNCONFIRMED: the scale of the `top_` figures. */
function headCount(window: StatWindow): Record<string, unknown> {
  const { market, instrument, candle, style } = window;
  const drawn = market.context.random.fork(`heads ${instrument.spec.exchangeSymbol} ${candle.openMs}`);
  const { bought, sold } = takers(window);
  const heads = (most: number): number => 1 + Math.floor(drawn.uniform() * most);
  return {
    long_users: heads(400),
    short_users: heads(400),
    long_taker_size: sizeOf(instrument, bought, style),
    short_taker_size: sizeOf(instrument, sold, style),
    top_long_size: sizeOf(instrument, Math.floor(market.openLots(instrument) / 3), style),
    top_short_size: sizeOf(instrument, Math.floor(market.openLots(instrument) / 4), style),
    top_long_account: heads(100),
    top_short_account: heads(100),
  };
}

/** Answers `contract_stats`: rows from `from` on, else the latest; oldest first. */
export function contractStatRows(market: FuturesMarket, { query, headers, nowMs }: GateCall): unknown {
  const instrument = market.instrument(required(query, "contract"));
  const text = query.get("interval") ?? "5m";
  if (!statIntervals.has(text)) throw gateRestErrors.badParameter("interval", text);
  const interval = text as CandleInterval;
  const limit = limitOf(query, defaultRows, maxRows);
  const grid = candleGrid(interval);
  const from = wholeOf(query, "from");
  const fromMs = from === undefined ? grid.shift(grid.start(nowMs), 1 - limit) : from * 1000;
  return instrument.candles.range(interval, fromMs, nowMs, limit, nowMs).map((candle) => {
    const window = { market, instrument, candle, style: sizeStyle(headers) };
    return { ...statFields(window), ...headCount(window) };
  });
}
