import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { InventorySignals } from "../../../src/arbitrage/inventory_signals.ts";
import { testRoute } from "../../support/routes.ts";

const route = testRoute("MEXC_SPOT", "GATEIO_SPOT");
const halfLifeMs = 3_600_000;
const start = 1_767_225_600_000;

Deno.test("A signal rate is the weighted number of signals over the weighted time that was watched", () => {
  const signals = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 7_200_000 }), quantity: fc.integer({ min: 1, max: 100 }) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(signals, fc.integer({ min: 1, max: 10_000_000 }), (given, rest) => {
      const tested = new InventorySignals(2, halfLifeMs);
      tested.start(start);
      let now = start;
      const seen = given.map(({ after, quantity }, index) => {
        tested.add(route, index, quantity, now += after);
        return { at: now, quantity };
      });
      now += rest;
      const weight = (at: number): number => Math.pow(0.5, (now - at) / halfLifeMs);
      // Integral of the weights over the time watched, by the trapezium rule.
      const steps = 2_000, width = (now - start) / steps;
      let watched = 0;
      for (let i = 0; i < steps; i++) {
        watched += width * (weight(start + i * width) + weight(start + (i + 1) * width)) / 2 / 3_600_000;
      }
      const { count, quantity } = tested.rate(route, now);
      const close = (a: number, b: number): void =>
        assert(Math.abs(a - b) <= 1e-4 * Math.max(1, b), `${a} is not ${b}`);
      close(count, seen.reduce((sum, { at }) => sum + weight(at), 0) / watched);
      close(quantity, seen.reduce((sum, each) => sum + weight(each.at) * each.quantity, 0) / watched);
    }),
    { numRuns: 200 },
  );
});

Deno.test("An even stream has its own rate, early and late", () => {
  for (const hours of [1, 5, 50]) {
    const tested = new InventorySignals(2, halfLifeMs);
    tested.start(start);
    for (let i = 0; i < hours * 60; i++) tested.add(route, i, 2, start + (i + 0.5) * 60_000);
    const { count, quantity } = tested.rate(route, start + hours * 3_600_000);
    assertAlmostEquals(count, 60, 0.1);
    assertAlmostEquals(quantity, 120, 0.2);
  }
});

Deno.test("The same opportunity counts once, and before anything could be seen the rate is 0", () => {
  const tested = new InventorySignals(2, halfLifeMs);
  assertEquals(tested.rate(route, start), { count: 0, quantity: 0 });
  tested.start(start);
  assertEquals(tested.rate(route, start), { count: 0, quantity: 0 });
  for (let i = 0; i < 9; i++) tested.add(route, 4, 1, start + i);
  const once = new InventorySignals(2, halfLifeMs);
  once.start(start);
  once.add(route, 4, 1, start);
  assertEquals(tested.rate(route, start + 1_000), once.rate(route, start + 1_000));
});
