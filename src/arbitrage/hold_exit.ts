/**
 * Taking a pair of a coin and a perpetual off again.
 * @module
 */
import { baseQuantity } from "../core/units.ts";
import { basisStop } from "./basis_strategy.ts";
import { carryBps } from "./carry_strategy.ts";
import type { EdgePlan } from "./edge.ts";
import { expectedValue, nothingHeld } from "./expected_value.ts";
import type { Holding } from "./holdings.ts";
import { legPair } from "./leg_plans.ts";
import type { Route } from "./route.ts";
import { fitPlan, type RouteBooks } from "./sizing.ts";
import { pass, passes, type StrategyContext } from "./strategy_context.ts";
import type { Decision, StrategyView } from "./strategy_view.ts";
import type { TradeIntent } from "./trade_intent.ts";

const notConverged = pass("round trip not yet worth it");
const noPosition = pass("no futures position to take off");

/**
 * Decides whether a holding is taken off by a route because its round trip brings enough: what opening it brought,
 * what taking it off brings, all fees, and what a missing leg is expected to cost. One that is held for funding must
 * bring more than the funding that it gives up.
 */
export function exitOnProfit(
  context: StrategyContext,
  holding: Holding,
  route: Route,
  view: StrategyView,
  seenAt: number,
): Decision {
  const { settings } = context;
  const books = view.books(route);
  if (books === undefined) return passes.unreadable;
  const ask = books.buy.asks.bestPrice, bid = books.sell.bids.bestPrice;
  // What the first unit brings bounds what any brings: the cheap question first.
  const unitProfit = bid * route.proceedsFactor - ask * route.costFactor + holding.entryEdge;
  if (!(unitProfit > ask * settings.exitProfitBps / 10_000)) return notConverged;
  const givenUpBps = holding.strategy === "carry" ? carryBps(holding, settings.carry, view) : 0;
  if (Number.isNaN(givenUpBps)) return passes.noFunding;
  const leastBps = settings.exitProfitBps + Math.max(0, givenUpBps);
  const missing = context.missing.of(route);
  const wantedBps = leastBps + missing.probability * missing.costBps;
  // Per unit: bid · proceedsFactor - ask · costFactor >= wanted · ask - entry edge.
  const minEdgeBps = (wantedBps - holding.entryEdge / ask * 10_000) / route.costFactor;
  const plan = closingPlan(context, holding, route, books, view, minEdgeBps);
  if (typeof plan === "string") return plan === "position" ? noPosition : passes.size;
  const intent = exitIntent(context, holding, plan, books, minEdgeBps, seenAt, "converged");
  const profit = intent.expected.value + plan.sellQuantity * holding.entryEdge;
  return profit >= plan.buyNotional * leastBps / 10_000 ? { kind: "trade", intent } : notConverged;
}

/**
 * The trade that takes a holding off whatever it brings, where its strategy does not want it any more: time limit,
 * stop loss, or funding that has turned.
 */
export function exitOnStop(
  context: StrategyContext,
  holding: Holding,
  view: StrategyView,
): TradeIntent | undefined {
  const { settings, holdings } = context;
  let best: { plan: EdgePlan; books: RouteBooks } | undefined;
  for (const route of holdings.closingRoutes(holding.route)) {
    const books = view.books(route);
    if (books === undefined) continue;
    const plan = closingPlan(context, holding, route, books, view, -Infinity);
    if (typeof plan === "string") continue;
    if (best === undefined || isBetter(plan, best.plan)) best = { plan, books };
  }
  if (best === undefined) return undefined;
  const { plan, books } = best;
  const roundTrip = plan.profit + plan.sellQuantity * holding.entryEdge;
  const why = holding.strategy === "carry"
    ? (carryBps(holding, settings.carry, view) < 0 ? "funding has turned" : undefined)
    : basisStop(holding, settings.basis, roundTrip / plan.buyNotional * 10_000, view.epochMs);
  if (why === undefined) return undefined;
  return exitIntent(context, holding, plan, books, -Infinity, view.epochMs, why);
}

/** What can be taken off now, or what is missing for it. */
function closingPlan(
  { settings }: StrategyContext,
  holding: Holding,
  route: Route,
  books: RouteBooks,
  view: StrategyView,
  minEdgeBps: number,
): EdgePlan | "position" | "size" {
  const { buy, sell } = route;
  // Never more than the contract's position: what closes must not open the other way.
  const open = buy.market === "perpetual" ? -view.position(buy).quantity : view.position(sell).quantity;
  const quantity = Math.min(holding.quantity, open);
  if (!(quantity > 0)) return "position";
  const limits = { quantity, minEdgeBps, isExit: true };
  return fitPlan(route, undefined, books, view, settings, limits) ?? "size";
}

function exitIntent(
  context: StrategyContext,
  holding: Holding,
  plan: EdgePlan,
  books: RouteBooks,
  minEdgeBps: number,
  seenAt: number,
  why: string,
): TradeIntent {
  const { route, sellQuantity, buyNotional } = plan;
  const expected = expectedValue(plan, books.buy, books.sell, context.missing.of(route), nothingHeld);
  const roundTrip = plan.profit + sellQuantity * holding.entryEdge;
  const legs = legPair(plan, books.buy, books.sell, {
    minEdgeBps,
    slippageBps: context.settings.slippageBps,
  }, true);
  return {
    strategy: holding.strategy,
    purpose: "exit",
    opportunity: 0,
    route,
    ...legs,
    quantity: baseQuantity(sellQuantity),
    expected,
    reason: `${why}, round trip ${(roundTrip / buyNotional * 10_000).toFixed(1)} bps`,
    seenAt,
  };
}

/** The larger one, and of equal ones the one that brings more. */
function isBetter(plan: EdgePlan, than: EdgePlan): boolean {
  return plan.sellQuantity === than.sellQuantity
    ? plan.profit > than.profit
    : plan.sellQuantity > than.sellQuantity;
}
