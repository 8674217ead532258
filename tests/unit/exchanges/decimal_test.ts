import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { asciiText, decimalFromBytes } from "../../../src/exchanges/decimal.ts";
import { Mutator } from "../../support/mutation.ts";

const encoder = new TextEncoder();

/** Reads a text that stands between other digits, so that a read over its ends is seen. */
function read(text: string): number {
  const bytes = encoder.encode(`97.${text}.53`);
  return decimalFromBytes(bytes, 3, bytes.length - 3);
}

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength });

Deno.test("decimalFromBytes gives what Number gives, for any digits before and behind the point", () => {
  const text = fc.tuple(digits(25), fc.boolean(), digits(25)).map(([whole, point, fraction]) =>
    point ? `${whole}.${fraction}` : whole
  ).filter((each) => each !== "" && each !== ".");
  fc.assert(
    fc.property(text, (each) => assertStrictEquals(read(each), Number(each), each)),
    { numRuns: 5000 },
  );
});

Deno.test("decimalFromBytes gives what Number gives for numbers as venues send them", () => {
  const random = new Mutator(1);
  for (let i = 0; i < 50_000; i++) {
    const decimals = random.below(13);
    const whole = String(random.below(10 ** random.below(9)));
    const text = decimals === 0
      ? whole
      : `${whole}.${String(random.below(10 ** decimals)).padStart(decimals, "0")}`;
    if (read(text) !== Number(text)) assertStrictEquals(read(text), Number(text), text);
  }
});

Deno.test("decimalFromBytes gives what Number gives at the limits of its short ways", () => {
  const texts = [
    "0",
    "00",
    "0.0",
    "1.",
    ".5",
    "000000000000000000000.5",
    "999999999",
    "9999999999",
    "2147483648",
    "4294967296.000000001",
    "999999999.999999",
    "999999999.9999999",
    "123456789.123456789",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9007199254740993.5",
    "0.1234567890123456789",
    "0.000000000000000000000001",
    "0.00000000000000000000001",
    "100000000000000000000000000",
    "179769313486231570000000000000000000000.5",
    "0.30000000000000004",
    "117145.49",
    "0.0000354",
    "43296363236",
  ];
  for (const text of texts) assertStrictEquals(read(text), Number(text), text);
  const long = "1" + "0".repeat(320);
  assertStrictEquals(read(long), Infinity);
  assertStrictEquals(read("0." + "0".repeat(400) + "1"), 0);
});

Deno.test("decimalFromBytes takes nothing but digits with at most one point", () => {
  const wrong = [
    "",
    ".",
    "..",
    "1..2",
    "1.2.3",
    "-1",
    "+1",
    "1e5",
    "1E5",
    " 1",
    "1 ",
    "1,5",
    "0x10",
    "NaN",
    "Infinity",
    "١",
    "1\0",
  ];
  for (const text of wrong) assertEquals(read(text), NaN, JSON.stringify(text));
});

Deno.test("decimalFromBytes of any text is NaN or what Number gives", () => {
  const text = fc.string({ unit: fc.constantFrom(..."0123456789.-+eE x/:"), maxLength: 24 });
  let read1 = 0;
  fc.assert(
    fc.property(text, (each) => {
      const value = read(each);
      const plain = /^(\d+\.?\d*|\.\d+)$/.test(each);
      assertStrictEquals(value, plain ? Number(each) : NaN, JSON.stringify(each));
      if (plain) read1 += 1;
    }),
    { numRuns: 3000 },
  );
  assert(read1 > 50);
});

Deno.test("asciiText gives the characters between two bounds", () => {
  assertStrictEquals(asciiText(encoder.encode("spot.pong"), 5, 9), "pong");
  assertStrictEquals(asciiText(encoder.encode("spot.pong"), 5, 5), "");
});
