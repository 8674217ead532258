import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DecimalsSeen, TapeSteps } from "../../../src/engine/tape_steps.ts";

/** Digits behind the point of a text, trailing zeros left out. */
function decimalsOf(text: string): number {
  return (text.split(".")[1] ?? "").replace(/0+$/, "").length;
}

Deno.test("DecimalsSeen finds the most decimals of the numbers that it was shown", () => {
  const number = fc.tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 }))
    .map(([digits, decimals]) => (digits / 10 ** decimals).toFixed(decimals));
  fc.assert(fc.property(fc.array(number), (texts) => {
    const seen = new DecimalsSeen();
    for (const text of texts) seen.add(Number(text));
    const most = Math.max(0, ...texts.map(decimalsOf));
    assertEquals([seen.step.mantissa, seen.step.decimals], [1, most]);
  }));
});

Deno.test("TapeSteps keeps prices and sizes apart, and leaves empty sides out", () => {
  const steps = new TapeSteps();
  steps.onQuote(0.00003536, 91, NaN, 12.25);
  steps.onQuote(NaN, NaN, 0.0000354, 450460);
  assertEquals([steps.tick.format(1), steps.lot.format(1)], ["0.00000001", "0.01"]);
});
