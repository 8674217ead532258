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
/** Orders of a pair that differ by no more than this share are equal but for fees and lots. */
const differenceSlack = 0.01;

/** Works out what an order does. @param sign 1 for a buy, -1 for a sell. */
export function setLegChange(change: LegChange, value: number, sign: 1 | -1, position: number): void {
  change.value = value;
  change.position = position;
  change.growth = growthBy(sign * value, position);
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
  // Bought on one spot venue and sold on another: only the difference changes the position in the coin.
  const isOneCoin = bought.market === "spot" && sold.market === "spot";
  const growth = isOneCoin ? netGrowth(buy, sell) : buy.growth + sell.growth;
  return tooExposed(bought.base, Math.max(buy.value, sell.value), view, limits) ??
    (isOneCoin
      ? tooMuchOfOne(bought, buy.position, growth, limits)
      : tooMuchOfOne(bought, buy.position, buy.growth, limits) ??
        tooMuchOfOne(sold, sell.position, sell.growth, limits)) ??
    tooMuchOnVenue(bought, buy.value, view, limits) ?? tooMuchOnVenue(sold, -sell.value, view, limits) ??
    tooMuchInAll(growth, view, limits);
}

/** By how much a trade of one coin makes its position larger. A fee in the coin makes the orders differ, not what is held. */
function netGrowth(buy: LegChange, sell: LegChange): number {
  const net = buy.value - sell.value;
  if (Math.abs(net) <= buy.value * differenceSlack) return 0;
  return growthBy(net, buy.position);
}

/** By how much a signed change makes a signed position larger; 0 when it does not, NaN when that is not known. */
function growthBy(change: number, position: number): number {
  return Math.max(0, Math.abs(position + change) - Math.abs(position));
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

/** @param change Value of the order, positive for a buy. */
function tooMuchOnVenue(
  instrument: Instrument,
  change: number,
  view: RiskView,
  { maxExchangeNotional }: RiskLimits,
): RiskRefusal | undefined {
  const { exchange } = instrument;
  const growth = growthBy(change, view.venueNotional(instrument));
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
  position: number,
  growth: number,
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
