import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { planTrade } from "../../../src/arbitrage/edge.ts";
import { expectedValue, nothingHeld } from "../../../src/arbitrage/expected_value.ts";
import { Holdings, stored, type StoredHolding } from "../../../src/arbitrage/holdings.ts";
import { legPair } from "../../../src/arbitrage/leg_plans.ts";
import type { Route } from "../../../src/arbitrage/route.ts";
import type { StrategyName, TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import { baseQuantity } from "../../../src/core/units.ts";
import { executed } from "../../support/executed.ts";
import { StrategyWorld } from "../../support/strategy_world.ts";

const world = new StrategyWorld();
world.quote("MEXC_SPOT", 99.9, 100);
world.quote("GATEIO_SPOT", 99.8, 100.1);
world.quote("GATEIO_FUTURES", 100.5, 100.6);
const mixed = world.universe.routes.filter(({ buy, sell }) => buy.market !== sell.market);
const onMexc = world.route("MEXC_SPOT", "GATEIO_FUTURES"),
  offMexc = world.route("GATEIO_FUTURES", "MEXC_SPOT");
const onGate = world.route("GATEIO_SPOT", "GATEIO_FUTURES"),
  offGate = world.route("GATEIO_FUTURES", "GATEIO_SPOT");

function intent(
  route: Route,
  quantity: number,
  purpose: "enter" | "exit",
  strategy: StrategyName = "basis",
): TradeIntent {
  const { buy, sell } = world.books(route)!;
  const plan = planTrade(route, buy, sell, quantity, Infinity)!;
  return {
    strategy,
    purpose,
    opportunity: 0,
    route,
    ...legPair(plan, buy, sell, { minEdgeBps: -Infinity, slippageBps: 5 }, purpose === "exit"),
    quantity: plan.sellQuantity,
    expected: expectedValue(plan, buy, sell, { probability: 0, costBps: 0 }, nothingHeld),
    reason: "",
    seenAt: 0,
  };
}

function total(holdings: Holdings): number {
  return [...holdings.all].reduce((sum, { quantity }) => sum + quantity, 0);
}

Deno.test("Executions of a strategy on a route add up; time and entry edge are their means by quantity", () => {
  const holdings = new Holdings(world.universe);
  executed(holdings, intent(onMexc, 10, "enter"), 2, 1_000, 2 * 0.4);
  const [kept] = executed(holdings, intent(onMexc, 10, "enter"), 6, 5_000, 6 * 0.8);
  executed(holdings, intent(onMexc, 10, "enter", "carry"), 1, 9_000, 0.1);
  const [basis, carry] = holdings.of(onMexc);
  assertEquals([basis!.strategy, basis!.quantity, basis!.openedAt], ["basis", 8, 4_000]);
  assertAlmostEquals(basis!.entryEdge, 0.7, 1e-12);
  assertEquals([carry!.strategy, carry!.quantity], ["carry", 1]);
  assertEquals(kept, stored(basis!));
});

Deno.test("A holding can be taken off by every route that trades its contract the other way, its own reverse first", () => {
  const holdings = new Holdings(world.universe);
  executed(holdings, intent(onMexc, 10, "enter"), 5, 0);
  const able = world.universe.routes.filter((route) => holdings.closableBy(route).length > 0);
  assertEquals(new Set(able), new Set([offMexc, offGate]));
  assertEquals(holdings.closingRoutes(onMexc), [offMexc, offGate]);
  const spot = world.route("MEXC_SPOT", "GATEIO_SPOT");
  assertEquals([holdings.closingRoutes(spot), holdings.of(spot)], [[], []]);
});

Deno.test("An exit takes from its own strategy and its own reverse first, then from others, and never holds anything itself", () => {
  const holdings = new Holdings(world.universe);
  executed(holdings, intent(onGate, 10, "enter"), 3, 0);
  executed(holdings, intent(onMexc, 10, "enter", "carry"), 4, 0);
  executed(holdings, intent(onMexc, 10, "enter"), 5, 0);
  const sizes = (): number[] =>
    [holdings.of(onMexc), holdings.of(onGate)].flat().map(({ quantity }) => quantity);
  executed(holdings, intent(offMexc, 10, "exit"), 6, 0);
  assertEquals(sizes(), [4, 2]);
  const changed = executed(holdings, intent(offMexc, 10, "exit"), 5, 0);
  assertEquals(sizes(), [1]);
  assertEquals(changed.map(({ quantity }) => quantity), [0, 1]);
  executed(holdings, intent(offMexc, 10, "exit"), 5, 0);
  assertEquals([...holdings.all], []);
});

Deno.test("An entry the other way first takes off what is held, and holds only what is left", () => {
  const holdings = new Holdings(world.universe);
  executed(holdings, intent(onMexc, 10, "enter"), 3, 0);
  executed(holdings, intent(offGate, 10, "enter"), 5, 7, 0.5);
  assertEquals([...holdings.all].map(stored), [{
    strategy: "basis",
    buy: { exchange: "GATEIO_FUTURES", symbol: "HYPE_USDT" },
    sell: { exchange: "GATEIO_SPOT", symbol: "HYPE_USDT" },
    quantity: 2,
    openedAt: 7,
    entryEdge: 0.1,
  }]);
});

Deno.test("Spot against spot, and what was not filled, holds nothing", () => {
  const holdings = new Holdings(world.universe);
  const spot = world.route("MEXC_SPOT", "GATEIO_SPOT");
  assertEquals(executed(holdings, intent(spot, 10, "enter", "inventory"), 10, 0), []);
  for (const quantity of [0, -1, NaN]) {
    assertEquals(executed(holdings, intent(onMexc, 10, "enter"), quantity, 0), []);
  }
  assertEquals([...holdings.all], []);
});

Deno.test("A rest that is rounding of doubles is no holding", () => {
  const holdings = new Holdings(world.universe);
  for (let i = 0; i < 3; i++) executed(holdings, intent(onMexc, 10, "enter"), 0.1, 0);
  const [left] = executed(holdings, intent(offMexc, 10, "exit"), 0.3, 0);
  assertEquals([left!.quantity, [...holdings.all].length], [0, 0]);
});

Deno.test("Holdings are restored from what was kept, in any number of records, and routes that are gone are told", () => {
  const holdings = new Holdings(world.universe);
  const kept: StoredHolding[] = [];
  kept.push(...executed(holdings, intent(onMexc, 10, "enter"), 3, 5));
  kept.push(...executed(holdings, intent(onGate, 10, "enter", "carry"), 2, 6));
  kept.push(...executed(holdings, intent(offMexc, 10, "exit"), 1, 7));
  kept.push(...executed(holdings, intent(offGate, 10, "exit", "carry"), 2, 8));
  const gone = { ...kept[0]!, buy: { exchange: "MEXC_SPOT", symbol: "OLDUSDT" } } as const;
  const restored = new Holdings(world.universe);
  assertEquals(restored.restore([...kept, gone, { ...gone, quantity: 0 }]), [gone]);
  assertEquals([...restored.all].map(stored), [...holdings.all].map(stored));
  assertEquals(restored.closableBy(offGate).length, 1);
});

Deno.test("However entries and exits follow one another, what is held is what a plain account says, and every index agrees", () => {
  const step = fc.record({
    route: fc.constantFrom(...mixed),
    strategy: fc.constantFrom("basis", "carry"),
    purpose: fc.constantFrom("enter", "exit"),
    quantity: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const holdings = new Holdings(world.universe);
      const kept: StoredHolding[] = [];
      // Contracts short of what was opened by selling them, and long of what was opened by buying them.
      let short = 0, long = 0;
      for (const { route, strategy, purpose, quantity } of steps) {
        const sellsContract = route.sell.market === "perpetual";
        const opposite = sellsContract ? long : short;
        const closed = Math.min(opposite, quantity);
        const opened = purpose === "enter" ? quantity - closed : 0;
        if (sellsContract) [long, short] = [long - closed, short + opened];
        else [short, long] = [short - closed, long + opened];
        const wanted = {
          ...intent(route, 100, purpose, strategy as StrategyName),
          quantity: baseQuantity(quantity),
        };
        kept.push(...executed(holdings, wanted, quantity, 0));
      }
      assertEquals(total(holdings), short + long);
      assert(short === 0 || long === 0, "held both ways");
      for (const route of world.universe.routes) {
        const closable = [...holdings.all].filter((each) =>
          holdings.closingRoutes(each.route).includes(route)
        );
        assertEquals(new Set(holdings.closableBy(route)), new Set(closable));
        assertEquals(
          new Set(holdings.of(route)),
          new Set([...holdings.all].filter((each) => each.route === route)),
        );
      }
      const restored = new Holdings(world.universe);
      assertEquals(restored.restore(kept), []);
      const sorted = (of: Holdings): string[] =>
        [...of.all].map((each) => JSON.stringify(stored(each))).sort();
      assertEquals(sorted(restored), sorted(holdings));
    }),
    { numRuns: 300 },
  );
});
