import { assert, assertAlmostEquals } from "@std/assert";
import fc from "fast-check";
import { planTrade } from "../../../src/arbitrage/edge.ts";
import { expectedValue, holdingValue, nothingHeld } from "../../../src/arbitrage/expected_value.ts";
import { exchangeByKey } from "../../../src/core/exchange.ts";
import { Exact } from "../../support/exact.ts";
import { tradeOf } from "../../support/exact_trade.ts";
import { worldCases, worldOf } from "../../support/strategy_cases.ts";
import type { BookSide } from "../../../src/market/book_side.ts";
import type { Level } from "../../support/books.ts";

function levelsOf(side: BookSide): Level[] {
  return Array.from({ length: side.length }, (_, depth) => [side.price(depth), side.quantity(depth)]);
}

Deno.test("Where nothing is held and nothing goes missing the expected value is the cash flow of both trades", () => {
  let plans = 0;
  fc.assert(
    fc.property(
      worldCases,
      fc.nat(5),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (given, index, probability) => {
        const { world } = worldOf(given);
        const route = world.universe.routes[index]!, books = world.books(route)!;
        const plan = planTrade(route, books.buy, books.sell, Infinity, given.maxNotional);
        if (plan === undefined) return;
        plans += 1;
        const truth = tradeOf({
          buy: route.buy,
          sell: route.sell,
          feeInCoin: exchangeByKey(route.buy.exchange).buyFeeCoin === "base" && route.buy.takerFee > 0,
          asks: levelsOf(books.buy.asks),
          bids: levelsOf(books.sell.bids),
        }, Exact.of(plan.sellQuantity))!;
        const certain = expectedValue(
          plan,
          books.buy,
          books.sell,
          { probability: 0, costBps: 30 },
          nothingHeld,
        );
        assertAlmostEquals(certain.value, truth.profit.toNumber(), 1e-7);
        const risky = expectedValue(plan, books.buy, books.sell, { probability, costBps: 30 }, nothingHeld);
        assertAlmostEquals(certain.value - risky.value, probability * 0.003 * truth.cost.toNumber(), 1e-7);
        assert(certain.depthCost >= -1e-9 && certain.fees >= 0);
      },
    ),
    { numRuns: 1_500 },
  );
  assert(plans > 500, `only ${plans} plans`);
});

Deno.test("Taking off at the edge that the way back has now is worth what it would bring now", () => {
  let plans = 0;
  fc.assert(
    fc.property(worldCases, fc.nat(5), (given, index) => {
      const { world } = worldOf(given);
      const route = world.universe.routes[index]!, { buy, sell } = world.books(route)!;
      const plan = planTrade(route, buy, sell, Infinity, given.maxNotional);
      // A fee in the coin is rounded up to a lot when it is traded, which no forecast does.
      if (plan === undefined || route.grossFactor !== 1) return;
      plans += 1;
      const edge = sell.bids.bestPrice * route.proceedsFactor / (buy.asks.bestPrice * route.costFactor) - 1;
      const { fees, depthCost, exit } = holdingValue(route, buy, sell, plan.sellQuantity, edge * 10_000, 0);
      // Fees are reckoned at the best prices: the depth changes them by a fee of the depth.
      assertAlmostEquals(exit - fees - depthCost, plan.profit, 1e-7 + depthCost * 0.005);
    }),
    { numRuns: 1_000 },
  );
  assert(plans > 300, `only ${plans} plans`);
});

Deno.test("A way back that cannot take the quantity has no depth cost that is a number", () => {
  fc.assert(
    fc.property(worldCases, (given) => {
      const { world } = worldOf(given);
      const route = world.universe.routes[0]!, { buy, sell } = world.books(route)!;
      assert(Number.isNaN(holdingValue(route, buy, sell, 1e9, 0, 0).depthCost));
    }),
    { numRuns: 50 },
  );
});

Deno.test("What is held adds its exit and funding and takes off its fees and depth, field by field", () => {
  const amount = fc.double({ min: 0, max: 50, noNaN: true });
  fc.assert(
    fc.property(worldCases, amount, amount, amount, amount, (given, fees, depthCost, exit, funding) => {
      const { world } = worldOf(given);
      const route = world.universe.routes[2]!, { buy, sell } = world.books(route)!;
      const plan = planTrade(route, buy, sell, Infinity, given.maxNotional);
      if (plan === undefined) return;
      const missing = { probability: 0.1, costBps: 20 };
      const bare = expectedValue(plan, buy, sell, missing, nothingHeld);
      const held = expectedValue(plan, buy, sell, missing, { fees, depthCost, exit: -exit, funding });
      assertAlmostEquals(held.fees - bare.fees, fees, 1e-9);
      assertAlmostEquals(held.depthCost - bare.depthCost, depthCost, 1e-9);
      assertAlmostEquals(held.value - bare.value, funding - exit - fees - depthCost, 1e-9);
      assertAlmostEquals(held.exit, -exit, 1e-12);
      assertAlmostEquals(held.funding, funding, 1e-12);
    }),
    { numRuns: 300 },
  );
});
