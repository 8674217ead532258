import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { writeNumber } from "../../../src/logging/number_text.ts";

const bytes = new Uint8Array(64);

function text(value: number): string {
  return new TextDecoder().decode(bytes.subarray(0, writeNumber(bytes, 0, value)));
}

Deno.test("A number in a log line has the digits that String gives it", () => {
  const decimals = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 12 }))
    .map(([digits, places]) => Number(`${digits}e-${places}`));
  const large = fc.maxSafeInteger();
  fc.assert(
    fc.property(fc.oneof(decimals, fc.double(), large, fc.float()), (value) => {
      assertEquals(text(value), String(value));
    }),
    { numRuns: 20_000 },
  );
  for (
    const value of [
      0,
      -0,
      1e-6,
      9.9e-7,
      1e15,
      999_999_999_999_999,
      1e21,
      NaN,
      Infinity,
      -Infinity,
      0.1 + 0.2,
      5e-324,
    ]
  ) assertEquals(text(value), String(value));
});
