import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { ProtocolError } from "../../../src/core/errors.ts";
import {
  decimalNumber,
  decimalQuotient,
  exactSteps,
  wholeSteps,
} from "../../../src/exchanges/mexc/exact_decimal.ts";

const steps = ["1", "0.5", "0.01", "0.00000001", "10", "0.000000000000000001"].map((text) =>
  DecimalStep.parse(text)
);

Deno.test("What a step formats is read back to the same count, with any zeros added", () => {
  fc.assert(fc.property(
    fc.constantFrom(...steps),
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ min: 0, max: 8 }),
    (step, count, zeros) => {
      const text = step.format(count);
      const padded = "0".repeat(zeros) + text + (text.includes(".") ? "" : ".0") + "0".repeat(zeros);
      assertEquals([exactSteps(text, step, "x"), exactSteps(padded, step, "x")], [count, count]);
    },
  ));
});

Deno.test("What is between two steps is refused as a price and cut off as a size", () => {
  const step = DecimalStep.parse("0.01");
  assertThrows(() => exactSteps("12.345", step, "the price"), ProtocolError, "the price is 12.345");
  assertEquals(wholeSteps("12.345", step, "x"), 1234);
  assertEquals(wholeSteps("0.009999999999999999999", step, "x"), 0);
});

Deno.test("Anything but a plain decimal number is refused", () => {
  const [step] = steps;
  for (
    const text of [
      "",
      "-1",
      "1e",
      "1e31",
      "NaN",
      "0x1",
      " 1",
      "1.",
      ".5",
      "1,5",
      "9".repeat(31),
      "9".repeat(20),
    ]
  ) {
    assertThrows(() => exactSteps(text, step!, "x"), ProtocolError, undefined, text);
  }
  for (const text of ["", "--1", "1e100", "Infinity"]) {
    assertThrows(() => decimalNumber(text, "x"), ProtocolError);
  }
  assertEquals([decimalNumber("-0.0123", "x"), decimalNumber("7", "x")], [-0.0123, 7]);
  assertEquals([decimalNumber("-1.6E-7", "x"), decimalNumber("1e5", "x")], [-0.00000016, 100_000]);
});

Deno.test("A quotient is the nearest double: what was multiplied comes back", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 2 ** 40 }),
    fc.integer({ min: 1, max: 2 ** 40 }),
    (ticks, lots) => {
      const value = BigInt(ticks) * BigInt(lots);
      const text = value.toString().padStart(12, "0");
      const decimal = `${text.slice(0, -10)}.${text.slice(-10)}`;
      const [tick, lot] = [DecimalStep.parse("0.01"), DecimalStep.parse("0.00000001")];
      assertEquals(decimalQuotient(decimal, lot.format(lots), "x"), tick.value(ticks));
    },
  ));
  assertEquals(decimalQuotient("5", "0.000", "x"), 0);
  assertEquals(decimalQuotient("1", "3", "x"), 1 / 3);
  assert(decimalQuotient("370.37", "0.0123456789", "x") < 29_999.971);
});
