/**
 * Tick and lot arithmetic. Prices and quantities are doubles inside; what goes to a venue is a whole number
 * of ticks or lots, formatted from that whole number, so no rounding artefact can leave the program.
 * @module
 */
import { ConfigError } from "./errors.ts";

const decimalPattern = /^(\d+)(?:\.(\d+))?$/;
/** Under this many steps, neighbouring counts are different doubles, so a search from one to the next ends. */
const maxCount = 2 ** 52;
const maxDecimals = 18;

/** A tick or lot size: `mantissa` · 10^-`decimals`, exact. */
export class DecimalStep {
  readonly #scale: number;

  private constructor(readonly mantissa: number, readonly decimals: number) {
    this.#scale = Number(`1e${decimals}`);
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
    if (mantissa <= 0 || mantissa >= 1e15 || fraction.length > maxDecimals) {
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
    if (!Number.isInteger(decimals) || decimals < 0 || decimals > maxDecimals) {
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

  /** The value of `count` whole steps: the double nearest to the exact decimal. */
  value(count: number): number {
    const units = count * this.mantissa;
    // One division of two exact numbers is rounded once; a product beyond 2^53 would be rounded twice.
    return Math.abs(units) > Number.MAX_SAFE_INTEGER ? Number(this.format(count)) : units / this.#scale;
  }

  /**
   * The largest number of steps whose value is not above `value`.
   *
   * @throws {RangeError} when `value` is not finite or is 2^52 steps or more, where doubles stop telling
   *   neighbouring counts apart.
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

  /**
   * Exact decimal text of `count` steps, without exponent and without superfluous zeros.
   *
   * @throws {RangeError} when `count` is not a whole number that a double holds exactly.
   */
  format(count: number): string {
    if (!Number.isSafeInteger(count)) {
      throw new RangeError(`Cannot write ${count} steps as a decimal: the count must be a whole number`);
    }
    const units = Math.abs(count) * this.mantissa;
    const exact = Number.isSafeInteger(units) ? units : BigInt(Math.abs(count)) * BigInt(this.mantissa);
    const digits = exact.toString().padStart(this.decimals + 1, "0");
    const whole = digits.slice(0, digits.length - this.decimals);
    const fraction = digits.slice(digits.length - this.decimals).replace(/0+$/, "");
    return (count < 0 ? "-" : "") + whole + (fraction === "" ? "" : "." + fraction);
  }

  /**
   * The finest step that is a multiple of both: a quantity on it is on both.
   *
   * @throws {RangeError} when it is too large to count with.
   */
  common(other: DecimalStep): DecimalStep {
    const decimals = Math.max(this.decimals, other.decimals);
    const a = BigInt(this.mantissa) * 10n ** BigInt(decimals - this.decimals);
    const b = BigInt(other.mantissa) * 10n ** BigInt(decimals - other.decimals);
    const step = DecimalStep.#reduced((a / greatestCommonDivisor(a, b)) * b, decimals);
    if (!Number.isSafeInteger(step.mantissa)) {
      throw new RangeError(
        `The steps ${this.format(1)} and ${other.format(1)} have no usable common multiple`,
      );
    }
    return step;
  }

  /**
   * The step of `factor` times this one in size, such as the base quantity of one lot of contracts.
   *
   * @throws {RangeError} when the product has more digits than a step can hold.
   */
  times(factor: DecimalStep): DecimalStep {
    const step = DecimalStep.#reduced(
      BigInt(this.mantissa) * BigInt(factor.mantissa),
      this.decimals + factor.decimals,
    );
    if (!Number.isSafeInteger(step.mantissa) || step.decimals > maxDecimals) {
      throw new RangeError(
        `The product of the steps ${this.format(1)} and ${factor.format(1)} has too many digits for a step`,
      );
    }
    return step;
  }

  /** The step with as few decimals as it needs; in BigInt, because 0.0001 · 10000 is 1 by way of larger numbers. */
  static #reduced(mantissa: bigint, decimals: number): DecimalStep {
    while (decimals > 0 && mantissa % 10n === 0n) {
      mantissa /= 10n;
      decimals -= 1;
    }
    return new DecimalStep(Number(mantissa), decimals);
  }

  #estimate(value: number): number {
    const count = Math.round((value * this.#scale) / this.mantissa) + 0; // + 0 turns -0 into 0
    if (!(Math.abs(count) < maxCount)) {
      throw new RangeError(`Cannot express ${value} in steps of ${this.format(1)}`);
    }
    return count;
  }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
