import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findEdge } from "../../../src/arbitrage/edge.ts";
import { Holdings } from "../../../src/arbitrage/holdings.ts";
import { inventorySkew } from "../../../src/arbitrage/inventory_strategy.ts";
import { MissingLegs } from "../../../src/arbitrage/missing_legs.ts";
import { StrategySet } from "../../../src/arbitrage/strategy_set.ts";
import { leastEdgeBps, type StrategySettings } from "../../../src/arbitrage/strategy_settings.ts";
import type { Decision } from "../../../src/arbitrage/strategy_view.ts";
import type { TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import {
  assertCaps,
  assertLegsMatch,
  assertOrderLimit,
  assertPayable,
  assertValueAdds,
  worldCases,
  worldOf,
} from "../../support/strategy_cases.ts";
import { easySettings, StrategyWorld } from "../../support/strategy_world.ts";

const certain = { probability: 0, costBps: 0, weight: 1, memory: 1 };

function strategies(
  world: StrategyWorld,
  settings: StrategySettings,
  missing = new MissingLegs(),
): StrategySet {
  return new StrategySet({
    universe: world.universe,
    settings,
    missing,
    holdings: new Holdings(world.universe),
  });
}

/** What is decided about the edge from one spot venue to the other; undefined where there is none. */
function decide(
  world: StrategyWorld,
  settings: StrategySettings,
  set = strategies(world, settings),
  ends: readonly ["MEXC_SPOT", "GATEIO_SPOT"] | readonly ["GATEIO_SPOT", "MEXC_SPOT"] = [
    "MEXC_SPOT",
    "GATEIO_SPOT",
  ],
): Decision | undefined {
  const route = world.route(ends[0], ends[1]);
  const books = world.books(route)!;
  const limits = { maxNotional: settings.maxNotional, minEdgeBps: leastEdgeBps(settings) };
  const plan = findEdge(route, books.buy, books.sell, limits);
  return plan === undefined ? undefined : set.enter(plan, 7, world, world.epochMs - 3);
}

function intentOf(decision: Decision | undefined): TradeIntent {
  if (decision?.kind !== "trade") throw new Error(`Passed: ${decision?.reason}`);
  return decision.intent;
}

Deno.test("An inventory trade matches within a lot, is payable at its caps, keeps every limit, and is worth what it says", () => {
  let trades = 0;
  fc.assert(
    fc.property(worldCases, fc.boolean(), (given, isForward) => {
      const { world, settings } = worldOf(given);
      const missing = new MissingLegs();
      const decision = decide(
        world,
        settings,
        strategies(world, settings, missing),
        isForward ? ["MEXC_SPOT", "GATEIO_SPOT"] : ["GATEIO_SPOT", "MEXC_SPOT"],
      );
      if (decision?.kind !== "trade") return;
      trades += 1;
      const { intent } = decision;
      assertLegsMatch(intent);
      assertValueAdds(intent);
      assertPayable(intent, world);
      assertOrderLimit(intent, settings.maxNotional);
      const skew = inventorySkew(intent.route, world, 0.5);
      const least = Math.max(0, settings.minEdgeBps + settings.inventory.skewBps * skew);
      assertCaps(intent, world, settings.slippageBps, least + 1);
      assert(
        intent.expected.value >= intent.buy.notional * least / 10_000 - 1e-9,
        "less than the least edge",
      );
      assertEquals([intent.expected.exit, intent.expected.funding], [0, 0]);
      assert(!intent.buy.reduceOnly && !intent.sell.reduceOnly);
    }),
    { numRuns: 4_000 },
  );
  assert(trades > 100, `only ${trades} trades`);
});

Deno.test("The skew is -1 with all coins where they are sold, 0 at the target, 1 with all where they are bought, and rises without a jump", () => {
  const world = new StrategyWorld();
  const route = world.route("MEXC_SPOT", "GATEIO_SPOT"), back = world.route("GATEIO_SPOT", "MEXC_SPOT");
  const at = (share: number, target: number, of = route): number => {
    world.setFree("MEXC_SPOT", "HYPE", 1_000 * share);
    world.setFree("GATEIO_SPOT", "HYPE", 1_000 * (1 - share));
    return inventorySkew(of, world, target);
  };
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (target) => {
      assertEquals([at(0, target), at(1, target)], [-1, 1]);
      assertAlmostEquals(at(target, target), 0, 1e-9);
      let last = -1;
      for (let i = 1; i <= 200; i++) {
        const skew = at(i / 200, target);
        const steepest = 1 / Math.min(target, 1 - target) / 200;
        assert(skew > last && skew - last <= steepest + 1e-9, `from ${last} to ${skew}`);
        assert(at(i / 200, target, back) * skew <= 1e-9, "both directions make it worse");
        last = skew;
      }
    }),
    { numRuns: 50 },
  );
  world.setFreeEverywhere(0, 0);
  assertEquals(inventorySkew(route, world, 0.5), 0);
});

Deno.test("The least edge falls for the direction that brings coins back and rises for the other", () => {
  const world = new StrategyWorld();
  const settings = {
    ...easySettings,
    minEdgeBps: 5,
    inventory: { enabled: true, skewBps: 4, targetShare: 0.5 },
  };
  const set = strategies(world, settings, new MissingLegs(certain));
  world.setFreeEverywhere(1e6, 0);
  // Bought at 100 with 5 bps and sold with 20 bps of fees: this leaves 3.5 bps.
  const bid = 100 * 1.0005 * 1.00035 / 0.998;
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", bid, bid + 1);
  const withShares = (mexc: number, gate: number): Decision => {
    world.setFree("MEXC_SPOT", "HYPE", mexc);
    world.setFree("GATEIO_SPOT", "HYPE", gate);
    return decide(world, settings, set)!;
  };
  assertEquals(withShares(0, 100).kind, "trade");
  assertEquals(withShares(25, 75).kind, "trade");
  const refused = withShares(50, 50);
  assert(refused.kind === "pass" && refused.reason.includes("least one"));
  assertEquals(withShares(100, 100).kind, "pass");
  assertEquals(withShares(90, 10).kind, "pass");
});

Deno.test("No skew lets a unit be traded at a loss", () => {
  const world = new StrategyWorld();
  const settings = {
    ...easySettings,
    minEdgeBps: 1,
    inventory: { enabled: true, skewBps: 50, targetShare: 0.5 },
  };
  world.setFreeEverywhere(1e6, 1_000);
  world.setFree("MEXC_SPOT", "HYPE", 0);
  // The first 2 coins bring 10 bps, all further ones lose.
  const bid = 100 * 1.0005 * 1.001 / 0.998;
  world.quote("MEXC_SPOT", 99, 100);
  world.book("GATEIO_SPOT", [[bid, 2], [100.2, 1_000]], [[102, 10]]);
  const intent = intentOf(decide(world, settings, strategies(world, settings, new MissingLegs(certain))));
  assertEquals(intent.quantity, 2);
});

Deno.test("Every unit pays for what a missing leg is expected to cost", () => {
  const world = new StrategyWorld();
  world.setFreeEverywhere(1e6, 1_000);
  const bid = 100 * 1.0005 * 1.0008 / 0.998;
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", bid, bid + 1);
  const withRisk = (probability: number): Decision =>
    decide(
      world,
      easySettings,
      strategies(world, easySettings, new MissingLegs({ ...certain, probability, costBps: 50 })),
    )!;
  const { expected, buy } = intentOf(withRisk(0.1));
  assertAlmostEquals(expected.missing, buy.notional * 0.1 * 50 / 10_000, 1e-9);
  assertEquals(withRisk(0.119).kind, "trade");
  assertEquals(withRisk(0.121).kind, "pass");
});

Deno.test("What is not switched on, readable, payable or worth the least profit is passed with its reason", () => {
  const world = new StrategyWorld();
  world.setFreeEverywhere(1e6, 1_000);
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", 102, 103);
  const reason = (settings: StrategySettings): string => {
    const decision = decide(world, settings)!;
    return decision.kind === "pass" ? decision.reason : "traded";
  };
  assertEquals(reason(easySettings), "traded");
  assertEquals(
    reason({ ...easySettings, inventory: { ...easySettings.inventory, enabled: false } }),
    "strategy switched off",
  );
  assertEquals(reason({ ...easySettings, minProfit: 1e6 }), "too little profit");
  world.setFree("GATEIO_SPOT", "HYPE", 0.001);
  assertEquals(reason(easySettings), "under the smallest order within balances and limits");
});

Deno.test("An opportunity counts as one signal however often it is told", () => {
  const world = new StrategyWorld();
  world.setFreeEverywhere(0, 0);
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", 102, 103);
  const set = strategies(world, easySettings);
  set.sample(world);
  world.epochMs += 3_600_000;
  for (let i = 0; i < 5; i++) decide(world, easySettings, set);
  const { count } = set.signals.rate(world.route("MEXC_SPOT", "GATEIO_SPOT"), world.epochMs);
  assertAlmostEquals(count, Math.LN2 / 0.5, 1e-9);
});
