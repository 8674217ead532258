import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { DecisionHash } from "../../../src/telemetry/decision_hash.ts";

type Decision = readonly (string | number)[];

function digestOf(decisions: readonly Decision[]): string {
  const hash = new DecisionHash();
  for (const decision of decisions) hash.add(...decision);
  return hash.digest();
}

Deno.test("DecisionHash is SHA-256 over the decisions, one line each", async () => {
  const bytes = new TextEncoder().encode("enter 1 0.1\nexit 2 -3\n");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const expected = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assertEquals(digestOf([["enter", 1, 0.1], ["exit", 2, -3]]), expected);
});

Deno.test("DecisionHash tells decisions apart by their order, their number and their last digit", () => {
  const part = fc.oneof(fc.stringMatching(/^[a-z]{1,5}$/), fc.double({ noNaN: true }));
  const decision = fc.array(part, { minLength: 1, maxLength: 4 });
  const text = (decisions: readonly Decision[]): string =>
    JSON.stringify(decisions.map((each) => each.map(String)));
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 6 }), fc.array(decision, { maxLength: 6 }), (a, b) => {
      assertEquals(digestOf(a), digestOf([...a]));
      if (text(a) !== text(b)) assertNotEquals(digestOf(a), digestOf(b));
      const reversed = a.toReversed();
      if (text(a) !== text(reversed)) assertNotEquals(digestOf(a), digestOf(reversed));
    }),
  );
  assertNotEquals(digestOf([["enter", 0.1 + 0.2]]), digestOf([["enter", 0.3]]));
});

Deno.test("DecisionHash can be read in between without changing the end", () => {
  const hash = new DecisionHash();
  hash.add("a");
  const first = hash.digest();
  assertEquals(hash.digest(), first);
  hash.add("b");
  assertEquals(hash.digest(), digestOf([["a"], ["b"]]));
});
