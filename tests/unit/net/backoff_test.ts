import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { SeededRandom } from "../../../src/core/random.ts";
import { Backoff } from "../../../src/net/backoff.ts";

const settings = fc.record({
  seed: fc.integer(),
  baseMs: fc.integer({ min: 1, max: 5000 }),
  capMs: fc.integer({ min: 1, max: 60_000 }),
});

Deno.test("Backoff waits between half and all of the smaller of base · 2^n and the cap", () => {
  fc.assert(fc.property(settings, fc.integer({ min: 1, max: 100 }), ({ seed, baseMs, capMs }, attempts) => {
    const backoff = new Backoff(new SeededRandom(seed), { baseMs, capMs });
    let longest = Math.min(baseMs, capMs);
    for (let attempt = 0; attempt < attempts; attempt++) {
      assertStrictEquals(backoff.attempt, attempt);
      const wait = backoff.next();
      assert(wait >= longest / 2 && wait <= longest, `${wait} of ${longest}`);
      longest = Math.min(2 * longest, capMs);
    }
  }));
});

Deno.test("Backoff starts over after a success", () => {
  const backoff = new Backoff(new SeededRandom(1), { baseMs: 100 });
  for (let i = 0; i < 8; i++) backoff.next();
  backoff.reset();
  assertStrictEquals(backoff.attempt, 0);
  assert(backoff.next() <= 100);
});

Deno.test("Backoff raised to a wait never waits less, unless its cap is in the way", () => {
  fc.assert(
    fc.property(
      settings,
      fc.integer({ min: 1, max: 90_000 }),
      fc.nat(20),
      ({ seed, baseMs, capMs }, ms, before) => {
        const backoff = new Backoff(new SeededRandom(seed), { baseMs, capMs });
        for (let i = 0; i < before; i++) backoff.next();
        backoff.raiseTo(ms);
        for (let i = 0; i < 3; i++) {
          const wait = backoff.next();
          assert(wait >= Math.min(ms, capMs / 2), `${wait} for ${ms}`);
          assert(wait <= capMs);
        }
      },
    ),
  );
});

Deno.test("Backoff is never lowered by raising it", () => {
  const backoff = new Backoff(new SeededRandom(1), { baseMs: 100, capMs: 100_000 });
  for (let i = 0; i < 7; i++) backoff.next();
  backoff.raiseTo(200);
  assert(backoff.next() >= 6400);
});

Deno.test("Backoff jitters by its own random stream, so the same seed waits the same", () => {
  const waits = (seed: number): number[] => {
    const backoff = new Backoff(new SeededRandom(seed));
    return Array.from({ length: 6 }, () => backoff.next());
  };
  assertEquals(waits(5), waits(5));
  assert(waits(5)[0] !== waits(6)[0]);
});
