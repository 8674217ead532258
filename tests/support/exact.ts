/**
 * Exact arithmetic for tests: fractions of whole numbers of any length.
 * @module
 */

/** A fraction in lowest terms with a positive denominator. */
export class Exact {
  static readonly zero = new Exact(0n, 1n);
  static readonly one = new Exact(1n, 1n);

  private constructor(readonly numerator: bigint, readonly denominator: bigint) {}

  /** The fraction `numerator` / `denominator`. */
  static ratio(numerator: bigint, denominator: bigint): Exact {
    let a = numerator < 0n ? -numerator : numerator, b = denominator < 0n ? -denominator : denominator;
    while (b > 0n) [a, b] = [b, a % b];
    const divisor = denominator < 0n ? -a : a;
    return new Exact(numerator / divisor, denominator / divisor);
  }

  /** The value of a decimal text, with or without sign and exponent. */
  static parse(text: string): Exact {
    const match = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
    if (match === null) throw new RangeError(`"${text}" is not a decimal`);
    const [, sign, whole, fraction = "", exponent = "0"] = match;
    const digits = BigInt(`${sign}${whole}${fraction}`);
    const power = Number(exponent) - fraction.length;
    return power < 0
      ? Exact.ratio(digits, 10n ** BigInt(-power))
      : Exact.ratio(digits * 10n ** BigInt(power), 1n);
  }

  /** What a person means with this number: its shortest decimal text, so that 0.1 is one tenth. */
  static of(value: number): Exact {
    return Exact.parse(String(value));
  }

  plus(other: Exact): Exact {
    return Exact.ratio(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  minus(other: Exact): Exact {
    return this.plus(Exact.ratio(-other.numerator, other.denominator));
  }

  times(other: Exact): Exact {
    return Exact.ratio(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  over(other: Exact): Exact {
    return Exact.ratio(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  /** Negative when this is less, 0 when they are equal, positive when this is more. */
  compare(other: Exact): number {
    const difference = this.numerator * other.denominator - other.numerator * this.denominator;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** The smallest multiple of `step` that is not under this. */
  ceilTo(step: Exact): Exact {
    const { numerator, denominator } = this.over(step);
    const down = numerator / denominator;
    const up = down * denominator < numerator ? down + 1n : down;
    return step.times(Exact.ratio(up, 1n));
  }

  /** Whether this is a whole number of steps. */
  isMultipleOf(step: Exact): boolean {
    return this.over(step).denominator === 1n;
  }

  /** The nearest double, or one beside it. */
  toNumber(): number {
    return Number(`${(this.numerator * 10n ** 40n) / this.denominator}e-40`);
  }
}
