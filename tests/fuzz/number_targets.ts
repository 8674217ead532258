/**
 * Decimal texts, steps and units.
 * @module
 */
import { assert, assertStrictEquals } from "@std/assert";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { ConfigError, ProtocolError } from "../../src/core/errors.ts";
import { baseQuantity, baseToContracts, contracts, contractsToBase } from "../../src/core/units.ts";
import { decimalFromBytes, integerFromBytes } from "../../src/exchanges/decimal.ts";
import {
  decimalNumber,
  decimalQuotient,
  exactSteps,
  wholeSteps,
} from "../../src/exchanges/mexc/exact_decimal.ts";
import { plainDecimal } from "../../src/exchanges/plain_decimal.ts";
import { edgeTexts } from "../support/edge_values.ts";
import { Exact } from "../support/exact.ts";
import type { Mutator } from "../support/mutation.ts";
import { damageText } from "../support/wire_mutation.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const encoder = new TextEncoder();

/** A decimal of up to so many digits, or something that looks like one. */
function anyText(mutator: Mutator, longest = 20): string {
  const digits = Array.from({ length: 1 + mutator.below(longest) }, () => mutator.below(10)).join("");
  const point = mutator.below(digits.length + 1);
  const text = mutator.below(3) === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  if (mutator.below(4) > 0) return text;
  return damageText(
    mutator,
    mutator.below(2) === 0 ? text : mutator.pick(edgeTexts),
    mutator.pick(edgeTexts),
  );
}

/** Any decimal in bytes is what `Number` makes of it, anything else is NaN; what is around it does not matter. */
const bytesToNumber: FuzzTarget = {
  name: "decimal-bytes",
  run: (mutator, note) => {
    const text = anyText(mutator, 28).toWellFormed();
    note(text);
    const bytes = encoder.encode(text);
    const before = mutator.below(4);
    const around = Uint8Array.of(...[57, 46, 48].slice(0, before), ...bytes, 57, 46, 57);
    const start = Math.min(before, 3);
    const isDecimal = /^(?:\d+\.?\d*|\.\d+)$/.test(text);
    const value = decimalFromBytes(around, start, start + bytes.length);
    assert(Object.is(value, isDecimal ? Number(text) : NaN), `${value}`);
    const whole = integerFromBytes(around, start, start + bytes.length);
    assert(Object.is(whole, /^\d{1,15}$/.test(text) ? Number(text) : NaN), `${whole}`);
    return isDecimal ? "decimal" : "NaN";
  },
};

function protocolErrorOr<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

const decimalForm = /^\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const largestCount = Exact.ratio(BigInt(Number.MAX_SAFE_INTEGER), 1n);

/** Texts to whole steps and doubles, by fractions of whole numbers. */
const exactDecimals: FuzzTarget = {
  name: "exact-decimals",
  run: (mutator, note) => {
    const text = anyText(mutator);
    const divisor = anyText(mutator);
    const step = anyStep(mutator);
    note(`${text} / ${divisor} in steps of ${step.format(1)}`);
    const value = decimalForm.test(text) ? Exact.parse(text) : undefined;
    const size = Exact.ratio(BigInt(step.mantissa), 10n ** BigInt(step.decimals));
    const count = protocolErrorOr(() => wholeSteps(text, step, "A size"));
    const exact = protocolErrorOr(() => exactSteps(text, step, "A price"));
    const number = protocolErrorOr(() => decimalNumber(text, "A fee"));
    const quotient = protocolErrorOr(() => decimalQuotient(text, divisor, "An average"));
    if (value === undefined) {
      assert(count === undefined && exact === undefined && quotient === undefined, "no decimal, but taken");
      if (number !== undefined) assert(/^-/.test(text) && decimalForm.test(text.slice(1)));
      return "refused";
    }
    if (count !== undefined) {
      const rest = value.minus(size.times(Exact.ratio(BigInt(count), 1n)));
      assert(Number.isSafeInteger(count) && rest.compare(Exact.zero) >= 0 && rest.compare(size) < 0);
    } else assert(tooLong(text) || value.over(size).compare(largestCount) > 0, "a good size was refused");
    if (exact !== undefined) {
      assertStrictEquals(value.compare(size.times(Exact.ratio(BigInt(exact), 1n))), 0);
    } else assert(count === undefined || !value.isMultipleOf(size), "a price on its step was refused");
    if (number !== undefined) assertStrictEquals(number, Number(text));
    if (quotient !== undefined) assertQuotient(quotient, value, Exact.parse(divisor));
    return exact !== undefined ? "exact" : count !== undefined ? "whole" : "too large";
  },
};

/** More digits than any venue writes are refused. */
function tooLong(text: string): boolean {
  return /\d{31}/.test(plainDecimal(text)) || /[eE]/.test(plainDecimal(text));
}

function assertQuotient(quotient: number, dividend: Exact, divisor: Exact): void {
  if (divisor.compare(Exact.zero) === 0) return assertStrictEquals(quotient, 0);
  assert(quotient >= 0 && Number.isFinite(quotient));
  // Forty digits behind the point are kept, and a double is rounded once.
  const difference = Exact.of(quotient).minus(dividend.over(divisor));
  const limit = Exact.of(quotient).times(Exact.ratio(1n, 2n ** 52n)).plus(Exact.ratio(1n, 10n ** 39n));
  const distance = difference.compare(Exact.zero) < 0 ? Exact.zero.minus(difference) : difference;
  assert(distance.compare(limit) <= 0, `${quotient}`);
}

function anyStep(mutator: Mutator): DecimalStep {
  if (mutator.below(2) === 0) return DecimalStep.ofDecimals(mutator.below(13));
  return DecimalStep.parse(
    mutator.pick(["0.5", "0.0025", "10", "25", "0.00000001", "0.3", "7", "1234.5", "0.05"]),
  );
}

/** A plain text is the same number, without exponent. */
const plainDecimals: FuzzTarget = {
  name: "plain-decimal",
  run: (mutator, note) => {
    const isNumber = mutator.below(3) === 0;
    const text = anyText(mutator);
    const input = isNumber ? Number(text) : text;
    note(String(input));
    const plain = plainDecimal(input);
    if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/.test(String(input))) {
      assertStrictEquals(plain, String(input));
      return "left alone";
    }
    assertStrictEquals(Exact.parse(plain).compare(Exact.parse(String(input))), 0, plain);
    const shift = Number(/[eE](.*)$/.exec(String(input))?.[1] ?? 0);
    assert(Math.abs(shift) > 30 || /^-?\d+(?:\.\d+)?$/.test(plain), plain);
    return "plain";
  },
};

/** Steps read, written, counted and combined, by fractions. */
const stepArithmetic: FuzzTarget = {
  name: "decimal-steps",
  run: (mutator, note) => {
    const text = anyText(mutator, 16);
    note(text);
    let parsed: DecimalStep | undefined;
    try {
      parsed = DecimalStep.parse(text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const good = /^\d+(?:\.\d+)?$/.test(text) && /[1-9]/.test(text);
      const digits = text.replace(/(\.\d*?)0+$/, "$1").replace(".", "").replace(/^0+/, "");
      assert(!good || digits.length > 15 || (text.split(".")[1] ?? "").replace(/0+$/, "").length > 18);
    }
    if (parsed !== undefined) {
      assertStrictEquals(sizeOf(parsed).compare(Exact.parse(text)), 0);
      // Nothing is lost or invented when it is written again.
      assertStrictEquals(DecimalStep.parse(parsed.format(1)).format(1), parsed.format(1));
    }
    const step = parsed ?? anyStep(mutator);
    const count = mutator.below(2 ** 31) * mutator.pick([1, -1, 1, 2 ** 20]);
    const value = sizeOf(step).times(Exact.ratio(BigInt(count), 1n));
    const written = step.format(count);
    assert(/^-?\d+(?:\.\d*[1-9])?$/.test(written), written);
    assertStrictEquals(Exact.parse(written).compare(value), 0);
    assertStrictEquals(step.value(count), Number(written) + 0);
    assertRounding(step, step.value(count) * (1 + (mutator.below(3) - 1) * 2 ** -50));
    assertCombined(step, anyStep(mutator));
    return parsed === undefined ? "refused" : "parsed";
  },
};

function sizeOf({ mantissa, decimals }: DecimalStep): Exact {
  return Exact.ratio(BigInt(mantissa), 10n ** BigInt(decimals));
}

function rangeErrorOr<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function assertRounding(step: DecimalStep, value: number): void {
  const [floor, ceil, nearest] = [step.floor, step.ceil, step.nearest].map((round) =>
    rangeErrorOr(() => round.call(step, value))
  );
  if (floor === undefined || ceil === undefined || nearest === undefined) {
    assert(Math.abs(value / step.size) >= 2 ** 51, "a countable value was refused");
    return;
  }
  assert(step.value(floor) <= value && step.value(floor + 1) > value);
  assert(step.value(ceil) >= value && step.value(ceil - 1) < value);
  assert(nearest === floor || nearest === ceil || nearest === floor + 1);
}

function assertCombined(a: DecimalStep, b: DecimalStep): void {
  const product = rangeErrorOr(() => a.times(b));
  if (product !== undefined) assertStrictEquals(sizeOf(product).compare(sizeOf(a).times(sizeOf(b))), 0);
  const common = rangeErrorOr(() => a.common(b));
  if (common === undefined) return;
  assert(sizeOf(common).isMultipleOf(sizeOf(a)) && sizeOf(common).isMultipleOf(sizeOf(b)));
}

/** Contracts to base and back give the same whole contracts for every contract size. */
const contractConversion: FuzzTarget = {
  name: "contract-conversion",
  run: (mutator, note) => {
    const size = anyStep(mutator);
    const count = mutator.below(2 ** 31) * mutator.pick([1, -1]);
    note(`${count} of ${size.format(1)}`);
    const base = contractsToBase(contracts(count), size.size);
    const exact = sizeOf(size).times(Exact.ratio(BigInt(count), 1n)).toNumber();
    assert(Math.abs(base - exact) <= Math.abs(exact) * 2 ** -51, `${base} is not ${exact}`);
    const back = baseToContracts(base, size.size);
    const rounded = DecimalStep.ofDecimals(0).nearest(back);
    assertStrictEquals(rounded, count + 0);
    const odd = mutator.pick([0, -0, NaN, Infinity, -1]);
    assertStrictEquals(rangeErrorOr(() => baseToContracts(baseQuantity(1), odd)), undefined);
    return count < 0 ? "short" : "long";
  },
};

/** What numbers are read, written and converted with. */
export const numberTargets: readonly FuzzTarget[] = [
  bytesToNumber,
  exactDecimals,
  plainDecimals,
  stepArithmetic,
  contractConversion,
];
