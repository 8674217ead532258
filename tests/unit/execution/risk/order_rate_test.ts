import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { OrderRate } from "../../../../src/execution/risk/order_rate.ts";

Deno.test("OrderRate counts the orders of the last second, whatever comes when", () => {
  const step = fc.record({ wait: fc.constantFrom(0, 0.5, 1, 200, 999.5, 1_000, 1_000.5), count: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const rate = new OrderRate(2_000), sent: number[] = [];
      let now = 0;
      for (const { wait, count } of steps) {
        now += wait;
        assertEquals(rate.within(now), sent.filter((at) => now - at <= 1_000).length);
        rate.add(count, now);
        for (let each = 0; each < count; each++) sent.push(now);
        assertEquals(rate.within(now), sent.filter((at) => now - at <= 1_000).length);
      }
    }),
  );
});

Deno.test("OrderRate that is full counts as many as it holds, the newest ones", () => {
  const rate = new OrderRate(10);
  rate.add(8, 0);
  rate.add(8, 500);
  assertEquals(rate.within(500), 10);
  assertEquals(rate.within(1_001), 8);
  rate.add(1_000, 1_100);
  assertEquals([rate.within(1_600), rate.within(2_101)], [10, 0]);
});
