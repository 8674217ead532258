import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { ConfigError } from "../../../src/core/errors.ts";

const countLimit = 2 ** 52;

/** Steps of real markets, and awkward ones: `mantissa` · 10^-`decimals` in the second and third column. */
const knownSteps: readonly (readonly [text: string, mantissa: bigint, decimals: number])[] = [
  ["0.00000001", 1n, 8],
  ["0.0001", 1n, 4],
  ["0.01", 1n, 2],
  ["0.05", 5n, 2],
  ["0.25", 25n, 2],
  ["0.5", 5n, 1],
  ["1", 1n, 0],
  ["5", 5n, 0],
  ["10", 10n, 0],
  ["100000", 100000n, 0],
  ["0.000000000000000001", 1n, 18],
  ["123.456", 123456n, 3],
  ["999999999.99999", 99999999999999n, 5],
];

interface StepCase {
  readonly step: DecimalStep;
  readonly mantissa: bigint;
  readonly decimals: number;
}

const anyStep: fc.Arbitrary<StepCase> = fc.oneof(
  fc.constantFrom(...knownSteps).map(([, mantissa, decimals]) => ({ mantissa, decimals })),
  fc.record({ mantissa: fc.bigInt({ min: 1n, max: 99999999n }), decimals: fc.integer({ min: 0, max: 18 }) }),
).map(({ mantissa, decimals }) => ({
  step: DecimalStep.parse(decimalText(mantissa, decimals)),
  mantissa,
  decimals,
}));

const anyCount: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.maxSafeInteger().map((count) => Math.trunc(count / 2.1)),
  fc.integer({ min: 2, max: 1000 }).map((below) => countLimit - below),
);

/** Plain decimal text of `units` · 10^-`decimals`, made without the class under test. */
function decimalText(units: bigint, decimals: number): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  return sign + (decimals === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`);
}

/** As {@link decimalText}, without zeros that say nothing. */
function shortDecimalText(units: bigint, decimals: number): string {
  const text = decimalText(units, decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A double as an exact fraction with a power of two below the line. */
function fraction(value: number): { numerator: bigint; denominator: bigint } {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!;
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const power = Math.max(exponent, 1) - 1075;
  const signed = bits >> 63n === 1n ? -mantissa : mantissa;
  return power >= 0
    ? { numerator: signed << BigInt(power), denominator: 1n }
    : { numerator: signed, denominator: 1n << BigInt(-power) };
}

/** floor(value / step) over exact fractions. */
function exactFloor(value: number, { mantissa, decimals }: StepCase): bigint {
  const { numerator, denominator } = fraction(value);
  const above = numerator * 10n ** BigInt(decimals);
  const below = denominator * mantissa;
  const quotient = above / below;
  return above % below < 0n ? quotient - 1n : quotient;
}

/** The next double in the direction of +∞ or -∞. */
function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = bits[0]! + BigInt(value > 0 ? direction : -direction);
  return new Float64Array(bits.buffer)[0]!;
}

/** Values for a step: on it, next to it, between two, and far from all. */
function valuesOf({ step }: StepCase): fc.Arbitrary<number> {
  const onStep = anyCount.map((count) => step.value(count));
  return fc.oneof(
    onStep,
    onStep.map((value) => neighbour(value, 1)),
    onStep.map((value) => neighbour(value, -1)),
    fc.tuple(anyCount, fc.double({ min: 0, max: 1, noNaN: true })).map(([count, part]) =>
      step.value(count) + part * step.size
    ),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((count) => count * step.size),
  );
}

const stepAndValue: fc.Arbitrary<readonly [StepCase, number]> = anyStep.chain((stepCase) =>
  fc.tuple(fc.constant(stepCase), valuesOf(stepCase))
).filter(([{ step }, value]) => Math.abs(value / step.size) < countLimit - 4);

Deno.test("DecimalStep.parse keeps the exact digits of its text", () => {
  for (const [text, mantissa, decimals] of knownSteps) {
    const step = DecimalStep.parse(text);
    assertStrictEquals(BigInt(step.mantissa), mantissa, text);
    assertStrictEquals(step.decimals, decimals, text);
    assertStrictEquals(step.size, Number(text), text);
    assertStrictEquals(step.format(1), text, text);
  }
});

Deno.test("DecimalStep.parse reads the same step with superfluous zeros", () => {
  for (const text of ["0.1", "0.10", "0.1000", "00.1"]) {
    const step = DecimalStep.parse(text);
    assertEquals([step.mantissa, step.decimals], [1, 1], text);
  }
});

Deno.test("DecimalStep.parse refuses whatever is not a positive plain decimal, and names it", () => {
  const refused = [
    "",
    "0",
    "0.000",
    "-0.1",
    "+0.1",
    "1e-8",
    ".5",
    "5.",
    " 1",
    "1 ",
    "1,5",
    "NaN",
    "Infinity",
    "0x10",
    "0.1.0",
    "1000000000000000",
    "1234567890123456.7",
    "0.0000000000000000001",
  ];
  for (const text of refused) {
    assertThrows(() => DecimalStep.parse(text), ConfigError, `Cannot read the step "${text}"`);
  }
});

Deno.test("DecimalStep.ofDecimals is the step of that many decimals", () => {
  for (let decimals = 0; decimals <= 18; decimals++) {
    assertStrictEquals(DecimalStep.ofDecimals(decimals).size, Number(`1e-${decimals}`));
  }
  for (const decimals of [-1, 19, 1.5, NaN, Infinity]) {
    assertThrows(() => DecimalStep.ofDecimals(decimals), ConfigError, `of ${decimals} decimals`);
  }
});

Deno.test("DecimalStep.value is the double nearest to the exact decimal", () => {
  fc.assert(
    fc.property(anyStep, anyCount, ({ step, mantissa, decimals }, count) => {
      assertStrictEquals(step.value(count) + 0, Number(decimalText(BigInt(count) * mantissa, decimals)) + 0);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("DecimalStep.value stays exact where count times mantissa leaves the safe integers", () => {
  const step = DecimalStep.parse("999999999.99999");
  assertStrictEquals(step.value(1_234_567_891), Number("1234567890999987654.32109"));
});

Deno.test("DecimalStep.format writes the exact decimal of every count", () => {
  fc.assert(
    fc.property(anyStep, fc.oneof(anyCount, fc.maxSafeInteger()), (stepCase, count) => {
      const expected = shortDecimalText(BigInt(count) * stepCase.mantissa, stepCase.decimals);
      assertStrictEquals(stepCase.step.format(count), expected);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("DecimalStep.format never uses an exponent or ends in a superfluous zero", () => {
  const cases: [string, number, string][] = [
    ["0.00000001", 3536, "0.00003536"],
    ["0.00000001", 1, "0.00000001"],
    ["0.00000001", 100000000, "1"],
    ["0.00000001", -3536, "-0.00003536"],
    ["0.5", 3, "1.5"],
    ["0.5", 4, "2"],
    ["0.05", -1, "-0.05"],
    ["5", 7, "35"],
    ["10", -12, "-120"],
    ["10", 0, "0"],
    ["0.01", -0, "0"],
    ["100000", Number.MAX_SAFE_INTEGER, "900719925474099100000"],
    ["0.000000000000000001", Number.MAX_SAFE_INTEGER, "0.009007199254740991"],
  ];
  for (const [text, count, expected] of cases) {
    assertStrictEquals(DecimalStep.parse(text).format(count), expected);
  }
});

Deno.test("DecimalStep.format refuses a count that is not a whole number", () => {
  for (const count of [0.5, NaN, Infinity, -Infinity, 2 ** 53]) {
    assertThrows(() => DecimalStep.parse("0.1").format(count), RangeError, `Cannot write ${count} steps`);
  }
});

Deno.test("DecimalStep.floor never exceeds the value, and one step more does", () => {
  fc.assert(
    fc.property(stepAndValue, ([{ step }, value]) => {
      const count = step.floor(value);
      assert(Number.isSafeInteger(count));
      assert(step.value(count) <= value, `${step.value(count)} is above ${value}`);
      assert(step.value(count + 1) > value, `${step.value(count + 1)} is not above ${value}`);
    }),
    { numRuns: 10_000 },
  );
});

Deno.test("DecimalStep.floor is the exact quotient, or the count whose decimal reads as that very double", () => {
  fc.assert(
    fc.property(stepAndValue, ([stepCase, value]) => {
      const exact = exactFloor(value, stepCase);
      const count = BigInt(stepCase.step.floor(value));
      const readsAsValue = Number(decimalText(count * stepCase.mantissa, stepCase.decimals)) === value;
      // A decimal just above the double rounds to it (0.3 in steps of 0.1), and one just below may as well.
      assert(count === exact || (readsAsValue && (count === exact + 1n)), `${count} instead of ${exact}`);
    }),
    { numRuns: 10_000 },
  );
});

Deno.test("DecimalStep.ceil is never under the value, and one step less is", () => {
  fc.assert(
    fc.property(stepAndValue, ([{ step }, value]) => {
      const count = step.ceil(value);
      assert(step.value(count) >= value, `${step.value(count)} is under ${value}`);
      assert(step.value(count - 1) < value, `${step.value(count - 1)} is not under ${value}`);
    }),
    { numRuns: 10_000 },
  );
});

Deno.test("DecimalStep.ceil mirrors floor at zero", () => {
  fc.assert(
    fc.property(stepAndValue, ([{ step }, value]) => {
      assertStrictEquals(step.ceil(value), 0 - step.floor(-value));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("DecimalStep.nearest has no closer neighbour, and takes the greater of two equally near", () => {
  fc.assert(
    fc.property(stepAndValue, ([{ step }, value]) => {
      const count = step.nearest(value);
      const at = exactDistance(step.value(count), value);
      assert(compare(at, exactDistance(step.value(count - 1), value)) <= 0, "the step below is closer");
      assert(compare(at, exactDistance(step.value(count + 1), value)) < 0, "the step above is as close");
    }),
    { numRuns: 10_000 },
  );
});

Deno.test("DecimalStep counts a value on a step as that step in all three directions", () => {
  fc.assert(
    fc.property(anyStep, anyCount, ({ step }, count) => {
      const value = step.value(count);
      assertEquals([step.floor(value), step.ceil(value), step.nearest(value)], [
        count + 0,
        count + 0,
        count + 0,
      ]);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("DecimalStep tells the doubles beside a step from the step", () => {
  fc.assert(
    fc.property(anyStep, fc.integer({ min: -1e9, max: 1e9 }), ({ step }, count) => {
      const below = neighbour(step.value(count), -1);
      const above = neighbour(step.value(count), 1);
      assertEquals([step.floor(below), step.ceil(below), step.nearest(below)], [count - 1, count, count]);
      assertEquals([step.floor(above), step.ceil(above), step.nearest(above)], [count, count + 1, count]);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("DecimalStep rounds prices as people read them", () => {
  const cases: [step: string, value: number, floor: number, ceil: number, nearest: number][] = [
    ["0.00000001", 0.00003536, 3536, 3536, 3536],
    ["0.00000001", 0.000035369, 3536, 3537, 3537],
    ["0.1", 0.1 + 0.2, 3, 4, 3], // 0.30000000000000004
    ["0.1", 0.3, 3, 3, 3], // a double just under 3/10
    ["0.01", 1.15, 115, 115, 115],
    ["0.01", 1.005, 100, 101, 100], // a double just under 1.005
    ["0.01", 4.35, 435, 435, 435], // 4.35 * 100 is 434.99999999999994
    ["0.5", 100.25, 200, 201, 201],
    ["0.5", -100.25, -201, -200, -200],
    ["0.05", 0.07, 1, 2, 1],
    ["5", 12.5, 2, 3, 3],
    ["5", -12.5, -3, -2, -2],
    ["10", 9.999999, 0, 1, 1],
    ["10", -0.1, -1, 0, 0],
    ["0.01", 93387.29, 9338729, 9338729, 9338729],
    ["0.00000001", 21_000_000, 2_100_000_000_000_000, 2_100_000_000_000_000, 2_100_000_000_000_000],
  ];
  for (const [text, value, floor, ceil, nearest] of cases) {
    const step = DecimalStep.parse(text);
    assertEquals([step.floor(value), step.ceil(value), step.nearest(value)], [floor, ceil, nearest], text);
  }
});

Deno.test("DecimalStep never returns a negative zero", () => {
  for (const value of [0, -0, -1e-12, 1e-12]) {
    const step = DecimalStep.parse("0.01");
    const counts = [step.floor(value), step.ceil(value), step.nearest(value)];
    assert(!counts.some((count) => Object.is(count, -0)), `${value} gave ${counts}`);
  }
});

Deno.test("DecimalStep refuses values that it cannot count, and names value and step", () => {
  const step = DecimalStep.parse("0.01");
  for (const value of [NaN, Infinity, -Infinity, 1e14, -1e14, Number.MAX_VALUE, -Number.MAX_VALUE]) {
    const message = `Cannot express ${value} in steps of 0.01`;
    assertThrows(() => step.floor(value), RangeError, message);
    assertThrows(() => step.ceil(value), RangeError, message);
    assertThrows(() => step.nearest(value), RangeError, message);
  }
});

Deno.test("DecimalStep counts to 2^52 and always ends its search close to it", () => {
  for (const text of ["0.1", "0.3", "1", "7", "0.00000001", "0.999999"]) {
    const step = DecimalStep.parse(text);
    for (let below = 1; below <= 200; below++) {
      const count = countLimit - below - 1;
      assertStrictEquals(step.floor(step.value(count)), count, text);
      assertStrictEquals(step.ceil(step.value(count)), count, text);
    }
    assertThrows(() => step.floor(step.value(countLimit + 8)), RangeError);
    assertThrows(() => step.floor(step.value(Number.MAX_SAFE_INTEGER)), RangeError);
  }
});

Deno.test("DecimalStep.common is the least common multiple", () => {
  fc.assert(
    fc.property(anyStep, anyStep, (a, b) => {
      const decimals = Math.max(a.decimals, b.decimals);
      const left = a.mantissa * 10n ** BigInt(decimals - a.decimals);
      const right = b.mantissa * 10n ** BigInt(decimals - b.decimals);
      const expected = (left / gcd(left, right)) * right;
      const text = shortDecimalText(expected, decimals);
      if (BigInt(text.replace(".", "")) > BigInt(Number.MAX_SAFE_INTEGER)) {
        assertThrows(() => a.step.common(b.step), RangeError, "no usable common multiple");
        return;
      }
      const common = a.step.common(b.step);
      assertStrictEquals(common.format(1), text);
      assertStrictEquals(b.step.common(a.step).format(1), common.format(1));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("DecimalStep.common of market steps", () => {
  const cases: [string, string, string][] = [
    ["0.01", "0.0001", "0.01"],
    ["0.5", "0.2", "1"],
    ["0.05", "0.02", "0.1"],
    ["5", "10", "10"],
    ["0.25", "0.1", "0.5"],
    ["1", "0.00000001", "1"],
    ["6", "4", "12"],
  ];
  for (const [a, b, expected] of cases) {
    assertStrictEquals(
      DecimalStep.parse(a).common(DecimalStep.parse(b)).format(1),
      expected,
      `${a} and ${b}`,
    );
  }
});

Deno.test("DecimalStep.common needs no more decimals than its size", () => {
  const common = DecimalStep.parse("0.5").common(DecimalStep.parse("0.2"));
  assertEquals([common.mantissa, common.decimals], [1, 0]);
});

Deno.test("DecimalStep.times is the exact product or an error, never a rounded one", () => {
  fc.assert(
    fc.property(anyStep, anyStep, (a, b) => {
      const product = shortDecimalText(a.mantissa * b.mantissa, a.decimals + b.decimals);
      const [whole, decimals = ""] = product.split(".");
      if (BigInt(whole! + decimals) > BigInt(Number.MAX_SAFE_INTEGER) || decimals.length > 18) {
        assertThrows(() => a.step.times(b.step), RangeError, "too many digits");
      } else {
        assertStrictEquals(a.step.times(b.step).format(1), product);
      }
    }),
    { numRuns: 5000 },
  );
});

Deno.test("DecimalStep.times gives the base quantity of a lot of contracts", () => {
  const cases: [string, string, string][] = [
    ["1", "0.0001", "0.0001"],
    ["10", "0.1", "1"],
    ["0.1", "10000", "1000"],
    ["0.00000001", "100000000", "1"],
    ["5", "0.2", "1"],
  ];
  for (const [lot, contractSize, expected] of cases) {
    const product = DecimalStep.parse(lot).times(DecimalStep.parse(contractSize));
    assertStrictEquals(product.format(1), expected);
    assertStrictEquals(product.size, Number(expected));
  }
});

Deno.test("DecimalStep.times says which product is too long", () => {
  const long = DecimalStep.parse("123456789.1234");
  assertThrows(
    () => long.times(long),
    RangeError,
    "The product of the steps 123456789.1234 and 123456789.1234 has too many digits for a step",
  );
  const fine = DecimalStep.ofDecimals(18);
  assertThrows(() => fine.times(DecimalStep.parse("0.1")), RangeError, "too many digits");
});

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** |a - b| as an exact fraction. */
function exactDistance(a: number, b: number): { numerator: bigint; denominator: bigint } {
  const left = fraction(a);
  const right = fraction(b);
  const numerator = left.numerator * right.denominator - right.numerator * left.denominator;
  return {
    numerator: numerator < 0n ? -numerator : numerator,
    denominator: left.denominator * right.denominator,
  };
}

function compare(
  a: { numerator: bigint; denominator: bigint },
  b: { numerator: bigint; denominator: bigint },
): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
