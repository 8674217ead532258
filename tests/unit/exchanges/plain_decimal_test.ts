import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { plainDecimal } from "../../../src/exchanges/plain_decimal.ts";

Deno.test("A number with an exponent is written out, as Java's BigDecimal.toPlainString does", () => {
  const pairs = [
    ["1E-7", "0.0000001"],
    ["1.6E-7", "0.00000016"],
    ["-1.25e-8", "-0.0000000125"],
    ["0E-8", "0"],
    ["0.0E-10", "0"],
    ["1e5", "100000"],
    ["1.5E+3", "1500"],
    ["12.34e1", "123.4"],
    ["12.30e1", "123"],
  ] as const;
  for (const [text, plain] of pairs) assertEquals(plainDecimal(text), plain, text);
});

Deno.test("What has no exponent is left as it is, and a number becomes its text", () => {
  for (const text of ["0.50", "7", "", "x", "1e", "e5", "1e100", "1E-31"]) {
    assertEquals(plainDecimal(text), text);
  }
  assertEquals([plainDecimal(0.1), plainDecimal(1e-9), plainDecimal(1e21), plainDecimal(30_000)], [
    "0.1",
    "0.000000001",
    "1000000000000000000000",
    "30000",
  ]);
});

Deno.test("Every number keeps its value", () => {
  fc.assert(fc.property(fc.double({ min: -1e25, max: 1e25, noNaN: true }), (value) => {
    const plain = plainDecimal(value);
    return Math.abs(value) < 1e-30 || (Number(plain) === value && !/e/i.test(plain));
  }));
});
