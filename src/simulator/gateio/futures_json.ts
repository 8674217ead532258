/**
 * Whole numbers in JSON that a double cannot hold.
 * @module
 */

/** What engines since 2023 offer and TypeScript's library does not list yet. */
interface RawJson {
  rawJSON(text: string): unknown;
}

/**
 * A value that `JSON.stringify` writes as this number, digit for digit: order ids are beyond 2^53.
 *
 * @param digits Decimal digits.
 */
export function bigJson(digits: string): unknown {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : (JSON as unknown as RawJson).rawJSON(digits);
}
