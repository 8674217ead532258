/**
 * Whether an order is sane, and whether what it is based on can be believed.
 * @module
 */
import type { LegPlan, TradeIntent } from "../../arbitrage/trade_intent.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Side } from "../../core/order.ts";
import { depthNotional, spreadBps } from "./book_quality.ts";
import {
  instrumentName,
  isWithin,
  overLimit,
  refused,
  type RiskLimits,
  type RiskRefusal,
} from "./risk_limits.ts";
import type { RiskView } from "./risk_view.ts";

/** An order whose parts do not fit each other was planned by a defect: its other figures prove nothing. */
export function insane(leg: LegPlan, expected: Side): RiskRefusal | undefined {
  const { instrument, side, lots, quantity, notional, capTicks } = leg;
  const base = instrument.lot.value(lots) * instrument.baseFactor;
  if (
    side === expected && isCount(lots) && isCount(capTicks) && notional > 0 && notional < Infinity &&
    Math.abs(base - quantity) <= base * 1e-9
  ) return undefined;
  const order = `${side} ${lots} lots, ${quantity} base units for ${notional} up to tick ${capTicks}`;
  return refused("order", `${order} on ${instrumentName(instrument)} makes no sense`);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

/** Whether an order's value is too large. */
export function tooLarge(
  { instrument }: LegPlan,
  value: number,
  { maxNotional }: RiskLimits,
): RiskRefusal | undefined {
  return isWithin(value, maxNotional)
    ? undefined
    : overLimit("maxNotional", `the value of the order on ${instrumentName(instrument)}`, value, maxNotional);
}

/** The pair at its limit prices: what it loses at worst when both legs are filled. */
export function tooCostly({ buy, sell }: TradeIntent, { maxSingleLoss }: RiskLimits):
  | RiskRefusal
  | undefined {
  const loss = (capOf(buy) - capOf(sell)) * Math.max(buy.quantity, sell.quantity);
  return isWithin(loss, maxSingleLoss)
    ? undefined
    : overLimit("maxSingleLoss", "the loss of the trade at its limit prices", loss, maxSingleLoss);
}

/** Whether the market is too wide, too thin or too wild to open something. */
export function unfitMarket(
  { instrument, side }: LegPlan,
  view: RiskView,
  limits: RiskLimits,
): RiskRefusal | undefined {
  const book = view.book(instrument);
  if (!book?.usable) return noBook(instrument);
  const { maxSpreadBps, minDepthNotional, maxVolatilityBps } = limits;
  const spread = spreadBps(book);
  if (!isWithin(spread, maxSpreadBps)) {
    return overLimit("maxSpreadBps", `the spread of ${instrumentName(instrument)}`, spread, maxSpreadBps);
  }
  const taken = side === "buy" ? book.asks : book.bids;
  const depth = depthNotional(taken, instrument.baseFactor, minDepthNotional);
  if (!(depth >= minDepthNotional)) {
    return overLimit(
      "minDepthNotional",
      `the depth of ${instrumentName(instrument)}`,
      depth,
      minDepthNotional,
    );
  }
  const volatility = view.volatilityBps(instrument);
  return isWithin(volatility, maxVolatilityBps) ? undefined : overLimit(
    "maxVolatilityBps",
    `the volatility of ${instrumentName(instrument)}`,
    volatility,
    maxVolatilityBps,
  );
}

/** Whether what an order is based on can be believed, and whether its limit price fits it. */
export function unfitOrder(leg: LegPlan, view: RiskView, limits: RiskLimits): RiskRefusal | undefined {
  const { exchange } = leg.instrument;
  const old = tooOld(leg.instrument, view, limits.maxBookAgeMs);
  if (old !== undefined) return old;
  const clockError = view.clockErrorMs(exchange);
  return isWithin(clockError, limits.maxClockErrorMs) ? unfitPrice(leg, view, limits) : overLimit(
    "maxClockErrorMs",
    `the error of the clock of ${exchange}`,
    clockError,
    limits.maxClockErrorMs,
  );
}

function unfitPrice(leg: LegPlan, view: RiskView, limits: RiskLimits): RiskRefusal | undefined {
  const { instrument, side, notional, quantity } = leg;
  const cap = capOf(leg);
  const slippage = (side === "buy" ? 1 : -1) * (cap * quantity / notional - 1) * 10_000;
  if (!isWithin(slippage, limits.maxSlippageBps)) {
    const what = `the limit price on ${instrumentName(instrument)} beyond the book's`;
    return overLimit("maxSlippageBps", what, slippage, limits.maxSlippageBps);
  }
  const deviation = Math.abs(cap / view.fairPrice(instrument) - 1) * 10_000;
  if (isWithin(deviation, limits.maxDeviationBps)) return undefined;
  const what = `the limit price on ${instrumentName(instrument)} away from the fair one`;
  return overLimit("maxDeviationBps", what, deviation, limits.maxDeviationBps);
}

/** Whether prices of an instrument are too old. @param most Milliseconds. */
export function tooOld(instrument: Instrument, view: RiskView, most: number): RiskRefusal | undefined {
  if (!view.book(instrument)?.usable) return noBook(instrument);
  const age = view.dataAgeMs(instrument);
  return isWithin(age, most)
    ? undefined
    : overLimit("maxBookAgeMs", `the age of the book of ${instrumentName(instrument)}`, age, most);
}

function noBook(instrument: Instrument): RiskRefusal {
  return refused("book", `${instrumentName(instrument)} has no usable book`);
}

function capOf({ instrument, capTicks }: LegPlan): number {
  return instrument.tick.value(capTicks);
}
