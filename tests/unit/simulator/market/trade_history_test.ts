import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type PublicTrade, TradeHistory } from "../../../../src/simulator/market/trade_history.ts";

Deno.test("The trade history gives the latest trades, newest first, and forgets the oldest", () => {
  const trade = fc.record({
    takerSide: fc.constantFrom<PublicTrade["takerSide"]>("buy", "sell"),
    tick: fc.integer({ min: 1, max: 2 ** 40 }),
    lots: fc.integer({ min: 1, max: 2 ** 50 }),
    timeMs: fc.integer({ min: 1, max: 2e12 }),
  });
  fc.assert(
    fc.property(
      fc.array(trade, { maxLength: 120 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 60 }),
      (drawn, capacity, limit) => {
        const all = drawn.map((one, index) => ({ id: 842_235_619 + index, ...one }));
        const history = new TradeHistory(capacity);
        for (const one of all) history.add(one);
        assertEquals(history.latest(limit), all.slice(-capacity).reverse().slice(0, limit));
        assertEquals(history.size, Math.min(capacity, all.length));
      },
    ),
  );
});
