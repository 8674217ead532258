/**
 * Decimal texts of a venue as whole steps, without a double in between.
 * @module
 */
import type { DecimalStep } from "../../core/decimal_step.ts";
import { ProtocolError } from "../../core/errors.ts";
import { plainDecimal } from "../plain_decimal.ts";

const decimalPattern = /^(\d{1,30})(?:\.(\d{1,30}))?$/;

interface Decimal {
  /** All digits. */
  readonly digits: bigint;
  /** How many of them stand behind the point. */
  readonly decimals: number;
}

function readDecimal(text: string, what: string): Decimal {
  const match = decimalPattern.exec(plainDecimal(text));
  if (match === null) throw new ProtocolError(`${what} is not a decimal number: "${text.slice(0, 60)}"`);
  const [, whole, fraction = ""] = match;
  return { digits: BigInt(whole + fraction), decimals: fraction.length };
}

/** Whole steps in a decimal, and whether something is left. */
function divide(text: string, step: DecimalStep, what: string): { count: number; exact: boolean } {
  const { digits, decimals } = readDecimal(text, what);
  const amount = digits * 10n ** BigInt(step.decimals);
  const unit = BigInt(step.mantissa) * 10n ** BigInt(decimals);
  const count = Number(amount / unit);
  if (!Number.isSafeInteger(count)) throw new ProtocolError(`${what} is too large: ${text}`);
  return { count, exact: amount % unit === 0n };
}

/**
 * The number of steps that a decimal text is.
 *
 * @param what What the text is, for the error.
 * @throws {ProtocolError} when it is not a whole number of steps, or no decimal number.
 */
export function exactSteps(text: string, step: DecimalStep, what: string): number {
  const { count, exact } = divide(text, step, what);
  if (!exact) throw new ProtocolError(`${what} is ${text}, which is not on the step ${step.format(1)}`);
  return count;
}

/**
 * The number of ticks that the price of an order is: as {@link exactSteps}, and more than 0.
 *
 * @throws {ProtocolError} also when it is 0, which is the price of no order that has one.
 */
export function priceSteps(text: string, tick: DecimalStep, what: string): number {
  const count = exactSteps(text, tick, what);
  if (count === 0) throw new ProtocolError(`${what} is 0`);
  return count;
}

/**
 * The number of whole steps in a decimal text; what is left under one step is dust that no order can move.
 *
 * @throws {ProtocolError} when it is no decimal number.
 */
export function wholeSteps(text: string, step: DecimalStep, what: string): number {
  return divide(text, step, what).count;
}

/**
 * The double nearest to a decimal text, with or without sign.
 *
 * @throws {ProtocolError} when it is no decimal number.
 */
export function decimalNumber(text: string, what: string): number {
  readDecimal(text.startsWith("-") ? text.slice(1) : text, what);
  return Number(text);
}

/**
 * The double nearest to a price, size or balance, which has no sign.
 *
 * @throws {ProtocolError} when it is no decimal number or a negative one.
 */
export function unsignedNumber(text: string, what: string): number {
  readDecimal(text, what);
  return Number(text);
}

/** Digits behind the point of a quotient: more than a double tells apart. */
const quotientDecimals = 40;

/**
 * The double nearest to the quotient of two decimal texts: dividing two doubles would round three times.
 *
 * @returns 0 when the divisor is 0.
 * @throws {ProtocolError} when one is no decimal number.
 */
export function decimalQuotient(dividend: string, divisor: string, what: string): number {
  const a = readDecimal(dividend, what);
  const b = readDecimal(divisor, what);
  if (b.digits === 0n) return 0;
  const quotient = (a.digits * 10n ** BigInt(b.decimals + quotientDecimals)) /
    (b.digits * 10n ** BigInt(a.decimals));
  return Number(`${quotient}e-${quotientDecimals}`);
}
