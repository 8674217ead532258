/**
 * What a trade makes of positions, and whether they may become so large.
 * @module
 */
import type { TradeIntent } from "../../arbitrage/trade_intent.ts";
import type { Instrument } from "../../core/instrument.ts";
import { instrumentName, isWithin, overLimit, type RiskLimits, type RiskRefusal } from "./risk_limits.ts";
import type { RiskView } from "./risk_view.ts";

/** What one leg does to the position of its instrument. Reused from trade to trade: the hot path allocates nothing. */
export interface LegChange {
  /** Value of the order, quote, positive. */
  value: number;
  /** Value of the position before it, signed; NaN when it is not known. */
  position: number;
  /** By how much the position becomes larger, quote; 0 when it does not, NaN when that is not known. */
  growth: number;
  /** Whether the order only takes a position off. */
  isReduction: boolean;
}

/**
 * An order may be so much larger than the position that it takes off: fees in the coin make the one larger, and the two
 * may be valued at prices of different venues.
 */
const reductionSlack = 0.1;

/** Works out what an order does. @param sign 1 for a buy, -1 for a sell. */
export function setLegChange(change: LegChange, value: number, sign: 1 | -1, position: number): void {
  change.value = value;
  change.position = position;
  change.growth = Math.max(0, Math.abs(position + sign * value) - Math.abs(position));
  change.isReduction = sign * position < 0 && value <= Math.abs(position) * (1 + reductionSlack);
}

/** Positions after the trade, and what is unhedged when only its larger leg is filled. */
export function tooMuchHeld(
  intent: TradeIntent,
  buy: LegChange,
  sell: LegChange,
  view: RiskView,
  limits: RiskLimits,
): RiskRefusal | undefined {
  const bought = intent.buy.instrument, sold = intent.sell.instrument;
  // Bought on one spot venue and sold on another: the position in the coin stays as it is.
  const isOneCoin = bought.market === "spot" && sold.market === "spot";
  return tooExposed(bought.base, Math.max(buy.value, sell.value), view, limits) ??
    (isOneCoin ? undefined : tooMuchOfOne(bought, buy, limits) ?? tooMuchOfOne(sold, sell, limits)) ??
    tooMuchOnVenue(bought, buy, view, limits) ?? tooMuchOnVenue(sold, sell, view, limits) ??
    (isOneCoin ? undefined : tooMuchInAll(buy.growth + sell.growth, view, limits));
}

function tooExposed(
  base: string,
  value: number,
  view: RiskView,
  { maxExposure }: RiskLimits,
): RiskRefusal | undefined {
  const exposure = Math.abs(view.exposureNotional(base)) + value;
  return isWithin(exposure, maxExposure)
    ? undefined
    : overLimit("maxExposure", `the unhedged value of ${base} if a leg is missing`, exposure, maxExposure);
}

function tooMuchOnVenue(
  { exchange, market }: Instrument,
  change: LegChange,
  view: RiskView,
  { maxExchangeNotional }: RiskLimits,
): RiskRefusal | undefined {
  // A coin is one position on all spot venues: sold on one it may have been bought on another, and grows here all the same.
  const growth = market === "spot" ? change.value : change.growth;
  if (growth === 0) return undefined;
  const value = view.exchangeNotional(exchange) + growth;
  return isWithin(value, maxExchangeNotional) ? undefined : overLimit(
    "maxExchangeNotional",
    `the value of all positions on ${exchange}`,
    value,
    maxExchangeNotional,
  );
}

function tooMuchOfOne(
  instrument: Instrument,
  { growth, position }: LegChange,
  { maxPositionNotional }: RiskLimits,
): RiskRefusal | undefined {
  if (growth === 0) return undefined;
  const value = Math.abs(position) + growth;
  return isWithin(value, maxPositionNotional) ? undefined : overLimit(
    "maxPositionNotional",
    `the value of the position in ${instrumentName(instrument)}`,
    value,
    maxPositionNotional,
  );
}

function tooMuchInAll(growth: number, view: RiskView, { maxTotalNotional }: RiskLimits):
  | RiskRefusal
  | undefined {
  if (growth === 0) return undefined;
  const value = view.totalNotional + growth;
  return isWithin(value, maxTotalNotional)
    ? undefined
    : overLimit("maxTotalNotional", "the value of all positions", value, maxTotalNotional);
}
