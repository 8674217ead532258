import { assertEquals } from "@std/assert";
import type { OpenOpportunity } from "../../../src/arbitrage/detector.ts";
import { type EdgePlan, planTrade } from "../../../src/arbitrage/edge.ts";
import {
  entryObstacle,
  hedgedQuantity,
  type PolicySettings,
  shouldExit,
} from "../../../src/arbitrage/policy.ts";
import { afterTrade, flatPosition, type Position } from "../../../src/core/position.ts";
import { baseQuantity } from "../../../src/core/units.ts";
import { bookOf } from "../../support/books.ts";
import { testRoute } from "../../support/routes.ts";

const settings: PolicySettings = { minProfit: 1, maxPositionNotional: 2_000, exitProfitBps: 2 };
const spotToFutures = testRoute("MEXC_SPOT", "GATEIO_FUTURES");
const spotToSpot = testRoute("MEXC_SPOT", "GATEIO_SPOT");
const futuresToSpot = testRoute("GATEIO_FUTURES", "MEXC_SPOT");

function planOf(route: typeof spotToFutures, ask: number, bid: number, quantity: number): EdgePlan {
  const buyBook = bookOf(route.buy.id, [], [[ask, 1e6]]), sellBook = bookOf(route.sell.id, [[bid, 1e6]], []);
  return planTrade(route, buyBook, sellBook, quantity, Infinity)!;
}

function fresh(plan: EdgePlan): OpenOpportunity {
  const state = { peakSpreadBps: 0, decision: "", rejectedBy: "", attempts: 0, executions: 0 };
  return { id: 1, route: plan.route, startedAt: 0, peak: plan, ...state };
}

function held(quantity: number, price = 100, fee = 0): Position {
  return afterTrade(flatPosition, baseQuantity(quantity), price, fee);
}

Deno.test("An opportunity is entered once, whatever became of the attempt", () => {
  const plan = planOf(spotToFutures, 100, 102, 10);
  const opportunity = fresh(plan);
  assertEquals(entryObstacle(opportunity, plan, flatPosition, flatPosition, settings), undefined);
  opportunity.attempts = 1;
  assertEquals(entryObstacle(opportunity, plan, flatPosition, flatPosition, settings), "tried before");
});

Deno.test("An edge is entered from the least profit on", () => {
  const plan = planOf(spotToFutures, 100, 102, 10);
  const at = (minProfit: number): string | undefined =>
    entryObstacle(fresh(plan), plan, flatPosition, flatPosition, { ...settings, minProfit });
  assertEquals([at(plan.profit), at(plan.profit + 1e-9)], [undefined, "too little profit"]);
});

Deno.test("Neither side's position grows beyond the limit, and one that a trade makes smaller is no obstacle", () => {
  const plan = planOf(spotToFutures, 100, 102, 10);
  const enter = (buySide: number, sellSide: number): string | undefined =>
    entryObstacle(fresh(plan), plan, held(buySide), held(sellSide), settings);
  const limit = "position limit";
  assertEquals([enter(10, -10), enter(10.1, -10), enter(10, -10.1)], [undefined, limit, limit]);
  assertEquals([enter(-30, 30), enter(-30.1, 30), enter(-15, 30.1)], [undefined, limit, limit]);
});

Deno.test("Two spot venues leave the position as it is, so the position limit does not bind them", () => {
  const plan = planOf(spotToSpot, 100, 102, 10);
  assertEquals(entryObstacle(fresh(plan), plan, held(1_000), held(1_000), settings), undefined);
});

Deno.test("Hedged is what is long where a route sells and short where it buys", () => {
  assertEquals(hedgedQuantity(held(-5), held(7)), 5);
  assertEquals(hedgedQuantity(held(-7), held(5)), 5);
  for (const [buySide, sellSide] of [[5, 7], [-5, -7], [5, -7], [0, 7], [-5, 0]] as const) {
    assertEquals(hedgedQuantity(held(buySide), held(sellSide)), 0);
  }
});

Deno.test("A hedged position is taken off from the least profit of the whole round trip on", () => {
  // Long 10 at 100 and short 10 at 102, 0.5 and 0.51 of fees paid; off again at 100.50 and 100.30.
  const long = held(10, 100, 0.5), short = held(-10, 102, 0.51);
  const plan = planOf(futuresToSpot, 100.5, 100.3, 10);
  const gained = 10 * (100.3 - 100) + 10 * (102 - 100.5) - 0.5 - 0.51 - 0.0005 * 1_003 - 0.0005 * 1_005;
  const at = (exitProfitBps: number): boolean =>
    shouldExit(plan, short, long, { ...settings, exitProfitBps });
  const bps = (gained / 1_005) * 10_000;
  assertEquals([at(bps - 1e-6), at(bps + 1e-6)], [true, false]);
});
