/**
 * The formulas of linear contracts, in exact amounts of the settlement coin.
 * @module
 */
import { applyRate, type Atoms, rateOf } from "../accounts/atoms.ts";
import { type ContractTerms, tierOf } from "./contract_terms.ts";

const rateOne = 10n ** 12n;
/** Decimals to which prices are divided out before they become doubles. */
const priceDecimals = 30;
const priceOne = 10n ** BigInt(priceDecimals);

/** Without sign. */
export function absolute(amount: Atoms): Atoms {
  return amount < 0n ? -amount : amount;
}

/** A value over base coins as a price in quote; 0 for no coins. */
export function priceOf(value: Atoms, base: Atoms): number {
  return base === 0n ? 0 : Number(`${value * priceOne / base}e-${priceDecimals}`);
}

/** value / leverage, cut off at 10^-18. @param value Without sign. */
export function initialMargin(value: Atoms, leverage: number): Atoms {
  return value * rateOne / rateOf(leverage);
}

/**
 * value × (maintenance rate + taker fee rate) − deduction of the value's tier, not under 0.
 *
 * @param value Without sign.
 */
export function maintenanceMargin(terms: ContractTerms, value: Atoms, takerFee: number): Atoms {
  const { maintenanceRate, deduction } = tierOf(terms, value);
  const margin = applyRate(value, rateOf(maintenanceRate) + rateOf(takerFee)) - deduction;
  return margin < 0n ? 0n : margin;
}

/** A position and the margin behind it. */
export interface Exposure {
  /** Signed value at entry. */
  readonly entryValue: Atoms;
  /** Signed base coins. */
  readonly base: Atoms;
  /** What may be lost: the margin of an isolated position, or what the account has for a cross one. */
  readonly margin: Atoms;
  /** Value without sign at the mark price: it decides the tier. */
  readonly value: Atoms;
}

/**
 * Price in quote at which margin + unrealised = maintenance margin, at the rates of the tier in which the position
 * is: (entry value − margin − deduction) / (base − |base| · (maintenance rate + taker fee rate)). 0 when flat, and
 * when no price above 0 does it.
 */
export function liquidationPrice(terms: ContractTerms, exposure: Exposure, takerFee: number): number {
  const { entryValue, base, margin, value } = exposure;
  const { maintenanceRate, deduction } = tierOf(terms, value);
  const rate = rateOf(maintenanceRate) + rateOf(takerFee);
  const scaled = base * rateOne - absolute(base) * rate;
  const price = priceOf((entryValue - margin - deduction) * rateOne, scaled);
  return price > 0 ? price : 0;
}

/**
 * Price in ticks at which a position loses no more than `loss` against `value`: the value of the position is
 * `value` − `loss` or up to a tick better. At least one tick.
 *
 * @param value Signed value against which the loss counts: at entry, or at the mark price.
 * @param size Signed lots, not 0.
 * @param tickLot Value of a lot at a price of one tick.
 */
export function takeoverTick(value: Atoms, loss: Atoms, size: number, tickLot: Atoms): number {
  const step = tickLot * BigInt(Math.abs(size));
  const left = value - loss;
  // A long must be worth at least `left`: up. A short must cost at most −left: down.
  const ticks = size > 0 ? (left + step - 1n) / step : -left / step;
  return Math.max(1, Number(ticks));
}
