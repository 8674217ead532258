/**
 * Tick and lot arithmetic. Prices and quantities are doubles inside; what goes to a venue is a whole number
 * of ticks or lots, formatted from that whole number, so no rounding artefact can leave the program.
 * @module
 */
import { ConfigError } from "./errors.ts";

const decimalPattern = /^(\d+)(?:\.(\d+))?$/;
const maxCount = Number.MAX_SAFE_INTEGER;

/** A tick or lot size: `mantissa` · 10^-`decimals`, exact. */
export class DecimalStep {
  readonly #scale: number;

  private constructor(readonly mantissa: number, readonly decimals: number) {
    this.#scale = 10 ** decimals;
  }

  /**
   * Reads a step from plain decimal text such as `0.0001`, `0.5` or `10`.
   *
   * @throws {ConfigError} when the text is not a positive decimal number of at most 15 digits and 18 decimals.
   */
  static parse(text: string): DecimalStep {
    const match = decimalPattern.exec(text);
    const fraction = (match?.[2] ?? "").replace(/0+$/, "");
    const mantissa = match === null ? 0 : Number(match[1] + fraction);
    if (mantissa <= 0 || mantissa > 1e15 || fraction.length > 18) {
      throw new ConfigError(
        `Cannot read the step "${text}": it must be a positive decimal number such as 0.001`,
      );
    }
    return new DecimalStep(mantissa, fraction.length);
  }

  /**
   * The step 10^-`decimals`: how MEXC and Gate.io spot state precision.
   *
   * @throws {ConfigError} when the count is not a whole number from 0 to 18.
   */
  static ofDecimals(decimals: number): DecimalStep {
    if (!Number.isInteger(decimals) || decimals < 0 || decimals > 18) {
      throw new ConfigError(
        `Cannot make a step of ${decimals} decimals: it must be a whole number from 0 to 18`,
      );
    }
    return new DecimalStep(1, decimals);
  }

  /** Size of one step. */
  get size(): number {
    return this.mantissa / this.#scale;
  }

  /** The value of `count` steps: the double nearest to the exact decimal. */
  value(count: number): number {
    return (count * this.mantissa) / this.#scale;
  }

  /**
   * The largest number of steps whose value is not above `value`.
   *
   * @throws {RangeError} when `value` is not finite or is more steps than a whole number can count.
   */
  floor(value: number): number {
    let count = this.#estimate(value);
    while (this.value(count) > value) count -= 1;
    while (this.value(count + 1) <= value) count += 1;
    return count;
  }

  /** The smallest number of steps whose value is not under `value`. Errors as {@link DecimalStep.floor}. */
  ceil(value: number): number {
    let count = this.#estimate(value);
    while (this.value(count) < value) count += 1;
    while (this.value(count - 1) >= value) count -= 1;
    return count;
  }

  /** The number of steps nearest to `value`, the greater one of two equally near. Errors as {@link DecimalStep.floor}. */
  nearest(value: number): number {
    const below = this.floor(value);
    return value - this.value(below) < this.value(below + 1) - value ? below : below + 1;
  }

  /** Exact decimal text of `count` steps, without exponent and without superfluous zeros. */
  format(count: number): string {
    const digits = (BigInt(Math.abs(count)) * BigInt(this.mantissa)).toString().padStart(
      this.decimals + 1,
      "0",
    );
    const whole = digits.slice(0, digits.length - this.decimals);
    const fraction = digits.slice(digits.length - this.decimals).replace(/0+$/, "");
    return (count < 0 ? "-" : "") + whole + (fraction === "" ? "" : "." + fraction);
  }

  /** The coarsest step of which both are divisors: a quantity on it is on both. */
  common(other: DecimalStep): DecimalStep {
    const decimals = Math.max(this.decimals, other.decimals);
    const a = this.mantissa * 10 ** (decimals - this.decimals);
    const b = other.mantissa * 10 ** (decimals - other.decimals);
    const multiple = (a / greatestCommonDivisor(a, b)) * b;
    if (!Number.isSafeInteger(multiple)) {
      throw new RangeError(
        `The steps ${this.format(1)} and ${other.format(1)} have no usable common multiple`,
      );
    }
    return new DecimalStep(multiple, decimals);
  }

  /** The step of `factor` times this one in size, such as the base quantity of one lot of contracts. */
  times(factor: DecimalStep): DecimalStep {
    return new DecimalStep(this.mantissa * factor.mantissa, this.decimals + factor.decimals);
  }

  #estimate(value: number): number {
    const count = Math.round((value * this.#scale) / this.mantissa);
    if (!(Math.abs(count) < maxCount)) {
      throw new RangeError(`Cannot express ${value} in steps of ${this.format(1)}`);
    }
    return count;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
