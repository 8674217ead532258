/**
 * Figures that are sums of many products, as decimal texts.
 * @module
 */

/** Digits of a double that can be relied on. */
const reliableDigits = 15;

/** Plain decimal text of a double without superfluous zeros. @param decimals Most decimals that it has. */
export function decimalText(value: number, decimals: number): string {
  const whole = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1)));
  const text = value.toFixed(Math.max(0, Math.min(decimals, reliableDigits - whole)));
  const trimmed = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return trimmed === "-0" ? "0" : trimmed;
}
