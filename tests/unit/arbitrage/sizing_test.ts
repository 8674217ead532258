import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type EdgePlan, planAbove } from "../../../src/arbitrage/edge.ts";
import { deepestPrice } from "../../../src/arbitrage/leg_plans.ts";
import { fitPlan } from "../../../src/arbitrage/sizing.ts";
import { Exact } from "../../support/exact.ts";
import { worldCases, worldOf } from "../../support/strategy_cases.ts";

/** Sevenths and the like, so that hardly any amount is on a lot or a cent. */
const amount = fc.integer({ min: 0, max: 20_000 }).map((n) => n / 7);
const coinAmount = fc.integer({ min: 0, max: 2_000 }).map((n) => n / 70);
const accounts = fc.record({
  quote: fc.tuple(amount, amount, amount),
  coins: fc.tuple(coinAmount, coinAmount),
  spot: fc.integer({ min: -150, max: 150 }).map((n) => n / 10),
  perpetual: fc.integer({ min: -150, max: 150 }).map((n) => n / 10),
  route: fc.nat(5),
  minEdgeBps: fc.integer({ min: -150, max: 150 }),
  isExit: fc.boolean(),
  quantity: fc.oneof(fc.constant(Infinity), coinAmount),
  found: fc.boolean(),
});

/** What both orders need when the buying one is filled at its deepest level plus the slippage. */
function need(plan: EdgePlan, ask: number, bid: number, slippageBps: number): { buy: number; sell: number } {
  const { route, buyQuantity, sellQuantity } = plan;
  const price = Exact.of(ask).times(Exact.one.plus(Exact.of(slippageBps).over(Exact.of(10_000))));
  const value = Exact.of(buyQuantity).times(price).times(Exact.one.plus(Exact.of(route.buy.takerFee)));
  const proceeds = Exact.of(sellQuantity).times(Exact.of(bid)).times(
    Exact.one.plus(Exact.of(route.sell.takerFee)),
  );
  return { buy: value.toNumber(), sell: proceeds.toNumber() };
}

Deno.test("A fitted plan keeps to money with fees, coins, margin, positions, the limit of an order and the least edge of every unit", () => {
  const seen = { plans: 0, cut: 0 };
  fc.assert(
    fc.property(worldCases, accounts, (given, account) => {
      const { world, settings } = worldOf({
        ...given,
        lots: ["0.01", "0.01"],
        contractSize: "0.01",
        quote: account.quote,
        coins: account.coins,
        levels: given.levels.map((side) => side.map(({ step, lots }) => ({ step, lots: lots * 40 }))),
      });
      world.setPosition("spot", account.spot);
      world.setPosition("perpetual", account.perpetual);
      const route = world.universe.routes[account.route]!, books = world.books(route)!;
      const { minEdgeBps, isExit, quantity } = account;
      const any = { maxNotional: 1e9, minEdgeBps: minEdgeBps - 100 };
      const found = account.found ? planAbove(route, books.buy, books.sell, quantity, any) : undefined;
      const plan = fitPlan(route, found, books, world, settings, { quantity, minEdgeBps, isExit });
      if (plan === undefined) return;
      seen.plans += 1;
      if (found !== undefined && plan !== found) seen.cut += 1;
      const { buy, sell } = route;
      const ask = deepestPrice(books.buy.asks, buy.baseFactor, plan.buyQuantity);
      const deepestBid = deepestPrice(books.sell.bids, sell.baseFactor, plan.sellQuantity);
      const needed = need(plan, ask, books.sell.bids.bestPrice, settings.slippageBps);
      if (!isExit || buy.market === "spot") {
        assert(needed.buy <= world.free(buy.exchange, "USDT"), `${needed.buy} to buy`);
      }
      if (sell.market === "spot") {
        assert(plan.sellQuantity <= world.free(sell.exchange, "HYPE"), "too few coins");
      } else if (!isExit) assert(needed.sell <= world.free(sell.exchange, "USDT"), `${needed.sell} to sell`);
      const most = settings.maxNotional * (1 + 1e-12);
      assert(
        plan.buyQuantity * ask * (1 + settings.slippageBps / 10_000) <= most,
        "over the limit of an order",
      );
      assert(plan.sellNotional <= most, "over the limit of an order");
      assert(plan.sellQuantity <= quantity * (1 + 1e-9));
      if (!isExit && buy.market !== sell.market) {
        const largest = settings.maxPositionNotional * (1 + 1e-9);
        const bought = world.position(buy).quantity + plan.sellQuantity;
        const sold = world.position(sell).quantity - plan.sellQuantity;
        assert(Math.max(bought, -sold) * ask <= largest, "over the limit of a position");
      }
      // A lot that is filled up for the fee in the coin may come from a level further; the plan as a whole is worth it.
      const needAsk = deepestPrice(books.buy.asks, buy.baseFactor, plan.sellQuantity * route.grossFactor);
      const last = deepestBid * route.proceedsFactor / (needAsk * route.costFactor) - 1;
      assert(last * 10_000 >= minEdgeBps - 1e-6, `the last unit has ${last * 10_000}, least ${minEdgeBps}`);
    }),
    { numRuns: 3_000 },
  );
  assert(seen.plans > 500 && seen.cut > 100, JSON.stringify(seen));
});

Deno.test("A plan that is within everything is left as it is, and one that nothing allows is none", () => {
  fc.assert(
    fc.property(worldCases, fc.nat(5), (given, index) => {
      const { world, settings } = worldOf({ ...given, maxNotional: 1e9, maxPosition: 1e9 });
      world.setFreeEverywhere(1e9, 1e6);
      const route = world.universe.routes[index]!, books = world.books(route)!;
      const found = planAbove(route, books.buy, books.sell, Infinity, { maxNotional: 1e6, minEdgeBps: -500 });
      if (found === undefined) return;
      const limits = { quantity: Infinity, minEdgeBps: -5_000, isExit: false };
      assertEquals(fitPlan(route, found, books, world, settings, limits), found);
      assertEquals(fitPlan(route, found, books, world, settings, { ...limits, quantity: 0 }), undefined);
      world.setFreeEverywhere(0, 0);
      assertEquals(fitPlan(route, found, books, world, settings, limits), undefined);
    }),
    { numRuns: 300 },
  );
});

Deno.test("What is fitted is as much as the money pays for, but for a lot and what the deepest level may cost more", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 50, max: 900, noNaN: true }),
      fc.constantFrom(0, 5, 40),
      (money, slippageBps) => {
        const { world, settings } = worldOf({
          ...fc.sample(worldCases, { numRuns: 1, seed: 1 })[0]!,
          lots: ["0.01", "0.01"],
          slippageBps,
          maxNotional: 1e6,
        });
        world.quote("MEXC_SPOT", 99, 100);
        world.quote("GATEIO_SPOT", 103, 104);
        world.setFreeEverywhere(money, 1e6);
        const route = world.route("MEXC_SPOT", "GATEIO_SPOT"), books = world.books(route)!;
        const plan = fitPlan(route, undefined, books, world, settings, {
          quantity: Infinity,
          minEdgeBps: 0,
          isExit: false,
        });
        const perUnit = 100 * (1 + slippageBps / 10_000) * (1 + route.buy.takerFee);
        const naive = Math.floor(money / perUnit * 100) / 100;
        assert(Math.abs(plan!.buyQuantity - naive) <= 0.01 + 1e-9, `${plan!.buyQuantity} of ${naive}`);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("Money that is a trillionth short of a lot does not pay for it", () => {
  const [given] = fc.sample(worldCases, { numRuns: 1, seed: 1 });
  const { world, settings } = worldOf({
    ...given!,
    lots: ["0.01", "0.01"],
    fees: [0, 0, 0],
    slippageBps: 0,
    maxNotional: 1e6,
  });
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", 103, 104);
  const route = world.route("MEXC_SPOT", "GATEIO_SPOT"), books = world.books(route)!;
  const bought = (money: number): number => {
    world.setFreeEverywhere(money, 1e6);
    const limits = { quantity: Infinity, minEdgeBps: 0, isExit: false };
    return fitPlan(route, undefined, books, world, settings, limits)!.buyQuantity;
  };
  assertEquals([bought(1_000.001), bought(1_000 * (1 - 5e-13))], [10, 9.99]);
});
