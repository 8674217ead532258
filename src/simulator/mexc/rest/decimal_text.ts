/**
 * Decimal texts: those that clients send, and figures that are sums of many products.
 * @module
 */
import { type Atoms, parseAtoms } from "../../accounts/atoms.ts";

/** Digits of a double that can be relied on. */
const reliableDigits = 15;
/** More than any amount needs: a longer text is none, and is not even looked at. */
const longestAmount = 64;

/** Reads an amount in plain decimal text; undefined when it is anything else. */
export function readDecimal(text: string): Atoms | undefined {
  return text.length > longestAmount ? undefined : parseAtoms(text);
}

/** Plain decimal text of a double without superfluous zeros. @param decimals Most decimals that it has. */
export function decimalText(value: number, decimals: number): string {
  const whole = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1)));
  const text = value.toFixed(Math.max(0, Math.min(decimals, reliableDigits - whole)));
  const trimmed = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return trimmed === "-0" ? "0" : trimmed;
}
