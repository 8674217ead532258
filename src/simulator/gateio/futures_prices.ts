/**
 * Texts of prices and rates of Gate.io futures.
 * @module
 */
import { DecimalStep } from "../../core/decimal_step.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";

const tenth = DecimalStep.ofDecimals(1);
/** A double holds 15 decimal digits for certain. */
const certainDigits = 15;
const maxDecimals = 20;
const markSteps = new WeakMap<MarketInstrument, DecimalStep>();

/** `mark_price_round`: ten steps of it are one of the order price, so the middle of two prices is on it. */
export function markStep(instrument: MarketInstrument): DecimalStep {
  let step = markSteps.get(instrument);
  if (step === undefined) {
    step = instrument.spec.tick.times(tenth);
    markSteps.set(instrument, step);
  }
  return step;
}

/** Text of a mark or index price in quote, rounded to {@link markStep}. */
export function markText(instrument: MarketInstrument, price: number): string {
  const step = markStep(instrument);
  return step.format(step.nearest(price));
}

/** Plain decimal text of a double, without exponent: 15 digits from the first one on, 20 decimals at most. */
export function plainText(value: number): string {
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(maxDecimals, Math.max(0, certainDigits - 1 - exponent));
  const text = value.toFixed(decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Seconds with milliseconds as a JSON number. */
export function floatSeconds(epochMs: number): number {
  return epochMs / 1000;
}

/** Whole Unix seconds. */
export function wholeSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}
