/**
 * Opening a pair of a coin and a perpetual that is held for a while.
 * @module
 */
import type { FundingRateSnapshot } from "../core/funding.ts";
import { type EdgePlan, topEdgeBps } from "./edge.ts";
import { expectedValue, type HoldingValue, holdingValue } from "./expected_value.ts";
import { perpetualOf } from "./holdings.ts";
import { legPair } from "./leg_plans.ts";
import type { Route } from "./route.ts";
import { fitPlan, type RouteBooks } from "./sizing.ts";
import { passes, type StrategyContext } from "./strategy_context.ts";
import type { Decision, StrategyView } from "./strategy_view.ts";
import type { StrategyName } from "./trade_intent.ts";
import { fundingPerSettlement, settlementsBetween } from "./funding_value.ts";

/** What a strategy asks of a position that it opens. */
export interface HoldTerms {
  readonly strategy: StrategyName;
  /** Least expected value until the exit, basis points of what is bought. */
  readonly minValueBps: number;
  /** Time over which funding that is received is counted, milliseconds. */
  readonly receivedMs: number;
  /** Time over which funding that is paid is counted, milliseconds. */
  readonly paidMs: number;
}

/** What an entry is asked about. */
export interface HoldQuestion {
  readonly route: Route;
  /** A plan for these books if one is at hand. */
  readonly plan: EdgePlan | undefined;
  readonly books: RouteBooks;
  readonly opportunity: number;
  readonly seenAt: number;
}

/**
 * Funding per quote of position value until the horizon; positive when received.
 *
 * @param isShort Whether the contract is sold.
 */
export function fundingRatio(
  funding: FundingRateSnapshot,
  isShort: boolean,
  epochMs: number,
  { receivedMs, paidMs }: Pick<HoldTerms, "receivedMs" | "paidMs">,
): number {
  const each = fundingPerSettlement(funding, isShort);
  return each * settlementsBetween(funding, epochMs, epochMs + (each > 0 ? receivedMs : paidMs));
}

/**
 * Decides whether a position is opened: every unit must be worth it with its exit at the spread that the route back
 * has on average, with its funding until then, and with what a missing leg is expected to cost.
 */
export function enterHold(
  context: StrategyContext,
  { route, plan, books, opportunity, seenAt }: HoldQuestion,
  view: StrategyView,
  terms: HoldTerms,
): Decision {
  const { settings, holdings, statistics, universe } = context;
  if (holdings.closableBy(route).length > 0) return passes.otherWay;
  const exit = universe.routes[route.reverse]!;
  const exitEdgeBps = statistics.mean(exit.id);
  if (Number.isNaN(exitEdgeBps)) return passes.noStatistics;
  const contract = perpetualOf(route);
  const funding = view.funding(contract);
  if (funding === undefined) return passes.noFunding;
  const ratio = fundingRatio(funding, contract === route.sell, view.epochMs, terms);
  if (Number.isNaN(ratio)) return passes.noFunding;
  const ask = books.buy.asks.bestPrice;
  const price = contract === route.buy ? ask : books.sell.bids.bestPrice;
  const held = (quantity: number): HoldingValue =>
    holdingValue(exit, books.sell, books.buy, quantity, exitEdgeBps, ratio * quantity * price);
  const missing = context.missing.of(route);
  const sample = plan?.sellQuantity ?? settings.maxNotional / ask;
  const worthBps = netOf(held(sample)) / (sample * ask) * 10_000;
  if (Number.isNaN(worthBps)) return passes.thinExit;
  const minEdgeBps = terms.minValueBps + missing.probability * missing.costBps - worthBps;
  if (!(topEdgeBps(route, books.buy, books.sell) >= minEdgeBps)) return passes.profit;
  const limits = { quantity: Infinity, minEdgeBps, isExit: false };
  const fitted = fitPlan(route, plan, books, view, settings, limits);
  if (fitted === undefined) return passes.size;
  const expected = expectedValue(fitted, books.buy, books.sell, missing, held(fitted.sellQuantity));
  const least = Math.max(settings.minProfit, terms.minValueBps * fitted.buyNotional / 10_000);
  if (!(expected.value >= least)) return passes.profit;
  const legs = legPair(fitted, books.buy, books.sell, {
    minEdgeBps,
    slippageBps: settings.slippageBps,
  }, false);
  const edge = fitted.edgeBps.toFixed(1), worth = (expected.value / fitted.buyNotional * 10_000).toFixed(1);
  return {
    kind: "trade",
    intent: {
      strategy: terms.strategy,
      purpose: "enter",
      opportunity,
      route,
      ...legs,
      quantity: fitted.sellQuantity,
      expected,
      reason: `edge ${edge} bps, expected value ${worth} bps`,
      seenAt,
    },
  };
}

function netOf({ fees, depthCost, exit, funding }: HoldingValue): number {
  return exit + funding - fees - depthCost;
}
