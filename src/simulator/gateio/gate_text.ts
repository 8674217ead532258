/**
 * Times as Gate.io spot writes them.
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
