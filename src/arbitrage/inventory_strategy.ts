/**
 * Spot against spot out of what is there: buy where a coin is cheap, sell as much where it is dear.
 * @module
 */
import { baseQuantity } from "../core/units.ts";
import { exchangeByKey } from "../core/exchange.ts";
import { type EdgePlan, topEdgeBps } from "./edge.ts";
import { expectedValue, nothingHeld } from "./expected_value.ts";
import { legPair } from "./leg_plans.ts";
import type { Route } from "./route.ts";
import { fitPlan } from "./sizing.ts";
import { pass, passes, type StrategyContext } from "./strategy_context.ts";
import type { Decision, StrategyView } from "./strategy_view.ts";

const thinEdge = pass("edge under the least one for where the coins lie");

/**
 * How far a direction takes the coins away from their shares: 1 where all lie on the buying side already, 0 at the
 * shares that are wanted, -1 where all lie on the selling side. Linear between them; 0 when there are no coins.
 *
 * @param targetShare Share of the coin that is wanted on the first of the two venues, in the order of their ids.
 */
export function inventorySkew(route: Route, view: StrategyView, targetShare: number): number {
  const { buy, sell } = route;
  const onBuySide = Math.max(0, view.free(buy.exchange, buy.base));
  const total = onBuySide + Math.max(0, view.free(sell.exchange, sell.base));
  if (!(total > 0)) return 0;
  const isFirst = exchangeByKey(buy.exchange).id < exchangeByKey(sell.exchange).id;
  const wanted = isFirst ? targetShare : 1 - targetShare;
  const beyond = onBuySide / total - wanted;
  return beyond > 0 ? beyond / (1 - wanted) : beyond === 0 ? 0 : beyond / wanted;
}

/**
 * Decides about an edge between two spot venues. The least edge of every unit is the usual one, more where the trade
 * makes the coins lie worse and less where it brings them back, but never a loss; on top of it comes what a missing
 * leg is expected to cost.
 */
export function enterInventory(
  context: StrategyContext,
  plan: EdgePlan,
  opportunity: number,
  view: StrategyView,
  seenAt: number,
): Decision {
  const { settings } = context;
  const { route } = plan;
  if (!settings.inventory.enabled) return passes.disabled;
  const books = view.books(route);
  if (books === undefined) return passes.unreadable;
  const missing = context.missing.of(route);
  const missingBps = missing.probability * missing.costBps;
  const topEdge = topEdgeBps(route, books.buy, books.sell);
  if (topEdge >= settings.minEdgeBps + missingBps) {
    context.signals.add(route, opportunity, plan.sellQuantity, view.epochMs);
  }
  const skew = inventorySkew(route, view, settings.inventory.targetShare);
  const minEdgeBps = Math.max(0, settings.minEdgeBps + settings.inventory.skewBps * skew) + missingBps;
  if (!(topEdge >= minEdgeBps)) return thinEdge;
  const limits = { quantity: Infinity, minEdgeBps, isExit: false };
  const fitted = fitPlan(route, plan, books, view, settings, limits);
  if (fitted === undefined) return passes.size;
  const expected = expectedValue(fitted, books.buy, books.sell, missing, nothingHeld);
  if (!(expected.value >= settings.minProfit)) return passes.profit;
  const legs = legPair(fitted, books.buy, books.sell, {
    minEdgeBps,
    slippageBps: settings.slippageBps,
  }, false);
  return {
    kind: "trade",
    intent: {
      strategy: "inventory",
      purpose: "enter",
      opportunity,
      route,
      ...legs,
      quantity: baseQuantity(fitted.sellQuantity),
      expected,
      reason: `edge ${fitted.edgeBps.toFixed(1)} bps, least ${minEdgeBps.toFixed(1)} bps, skew ${
        skew.toFixed(2)
      }`,
      seenAt,
    },
  };
}
