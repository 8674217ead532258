import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TakenLiquidity } from "../../../../src/execution/paper/taken_liquidity.ts";

Deno.test("what was taken stays taken until the level changes, and what is added is free", () => {
  const taken = new TakenLiquidity();
  taken.take(100, 10, 4);
  assertEquals(taken.free(100, 10), 6);
  taken.refresh(() => 10);
  assertEquals(taken.free(100, 10), 6);
  assertEquals(taken.free(100, 15), 11);
});

Deno.test("lots that leave a level were taken ones in proportion, and a level that was gone is new", () => {
  const taken = new TakenLiquidity();
  taken.take(100, 10, 4);
  taken.refresh(() => 5);
  assertEquals(taken.free(100, 5), 3);
  taken.refresh(() => 0);
  assert(taken.isEmpty);
  assertEquals(taken.free(100, 7), 7);
});

Deno.test("a level never gives more than it shows, nor more over time than it showed and was added to it", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), steps, (first, changes) => {
      const taken = new TakenLiquidity();
      let shown = first;
      let offered = first;
      let got = 0;
      for (const [next, wanted] of changes) {
        const free = taken.free(100, shown);
        assert(free >= 0 && free <= shown);
        const lots = Math.min(free, wanted);
        if (lots > 0) taken.take(100, shown, lots);
        got += lots;
        assert(got <= offered);
        taken.refresh(() => next);
        offered += Math.max(0, next - shown);
        shown = next;
      }
    }),
    { numRuns: 2000 },
  );
});
