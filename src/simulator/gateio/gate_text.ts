/**
 * Times and ratios as Gate.io writes them.
 * @module
 */

/** Unix seconds as text. @param timeMs Epoch milliseconds. */
export function secondsText(timeMs: number): string {
  return String(Math.floor(timeMs / 1000));
}

/** Epoch milliseconds with three decimals, as trades carry them. */
export function fractionText(timeMs: number): string {
  return timeMs.toFixed(3);
}

/** Plain decimal text of a fee or margin ratio, to twelve decimals. */
export function rateText(rate: number): string {
  const text = rate.toFixed(12).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}
