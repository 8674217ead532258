/**
 * How much of a plan balances, positions and limits allow.
 * @module
 */
import type { Instrument } from "../core/instrument.ts";
import type { OrderBook } from "../market/order_book.ts";
import { type EdgePlan, planAbove } from "./edge.ts";
import { deepestPrice, marginalRatio } from "./leg_plans.ts";
import { roundingSlack, type Route } from "./route.ts";
import type { StrategySettings } from "./strategy_settings.ts";
import type { StrategyView } from "./strategy_view.ts";

/** What is taken off money, so that the slack of planned sizes never makes an order larger than what is free. */
const strictly = 1 - 10 * roundingSlack;

/** Both books of a route. */
export interface RouteBooks {
  readonly buy: OrderBook;
  readonly sell: OrderBook;
}

/** What a trade is to keep to. */
export interface FitLimits {
  /** Base units at most, beside what balances and positions allow. */
  readonly quantity: number;
  /** Least edge of every unit after fees, basis points; may be negative. */
  readonly minEdgeBps: number;
  /** Whether positions may not grow beyond their limit: not asked of what takes them off. */
  readonly isExit: boolean;
}

/**
 * The largest trade whose every unit has the least edge and that both accounts can pay for, fees included, even when
 * it is filled at the deepest level that it takes.
 *
 * @param found A plan for these books, which is returned when it is within everything already.
 * @returns undefined when there is no such trade that both venues would take.
 */
export function fitPlan(
  route: Route,
  found: EdgePlan | undefined,
  books: RouteBooks,
  view: StrategyView,
  settings: StrategySettings,
  limits: FitLimits,
): EdgePlan | undefined {
  const { minEdgeBps, isExit } = limits;
  const slippage = 1 + settings.slippageBps / 10_000;
  // What an order is worth at its cap is what counts against the limit of one order and what it binds of the money.
  const maxNotional = settings.maxNotional / slippage;
  const budget = Math.min(spendable(route.buy, view, isExit) / slippage, maxNotional * strictly);
  let most = Math.min(
    limits.quantity,
    sellableFor(route, budget / books.buy.asks.bestPrice),
    largestQuantity(route, books, view, settings, isExit),
  );
  if (found !== undefined) {
    const ask = deepestPrice(books.buy.asks, route.buy.baseFactor, found.buyQuantity);
    const bound = budget / ask;
    if (found.buyQuantity > bound) most = Math.min(most, sellableFor(route, bound));
    else if (found.sellQuantity <= most && isWorth(found, books, ask, minEdgeBps)) return found;
  }
  if (!(most > 0)) return undefined;
  const plan = planAbove(route, books.buy, books.sell, most, { maxNotional, minEdgeBps });
  if (plan === undefined) return undefined;
  const bound = budget / deepestPrice(books.buy.asks, route.buy.baseFactor, plan.buyQuantity);
  if (plan.buyQuantity <= bound) return plan;
  const smaller = sellableFor(route, bound);
  return smaller > 0
    ? planAbove(route, books.buy, books.sell, smaller, { maxNotional, minEdgeBps })
    : undefined;
}

/** What can be sold when so much may be bought. Where the fee is taken in the coin, a lot is left for rounding up. */
function sellableFor({ grossFactor, buyLot }: Route, bought: number): number {
  return grossFactor === 1 ? bought : (bought - buyLot.size) / grossFactor;
}

/**
 * Quote that the value of an order may have so that its fee can be paid beside it. A futures order that only closes binds
 * no money; any other one is held at its whole value, without leverage.
 */
function spendable(instrument: Instrument, view: StrategyView, isExit: boolean): number {
  if (isExit && instrument.market === "perpetual") return Infinity;
  const free = Math.max(0, view.free(instrument.exchange, instrument.quote));
  // A fee that is taken in the bought coin is bound here too, to be safe.
  return free * strictly / (1 + Math.max(0, instrument.takerFee));
}

/** Base units to sell that coins, margin and the limits of orders and positions allow. */
function largestQuantity(
  route: Route,
  books: RouteBooks,
  view: StrategyView,
  settings: StrategySettings,
  isExit: boolean,
): number {
  const { buy, sell } = route;
  const ask = books.buy.asks.bestPrice, bid = books.sell.bids.bestPrice;
  const sellable = sell.market === "spot" ? freeCoins(route, view) : spendable(sell, view, isExit) / bid;
  let most = Math.min(sellable, settings.maxNotional / bid);
  // Bought on one spot venue and sold on another: the position in the coin stays as it is.
  if (!isExit && buy.market !== sell.market) {
    const highest = Math.max(ask, bid) * (1 + settings.slippageBps / 10_000);
    const largest = settings.maxPositionNotional / highest;
    most = Math.min(most, largest - view.position(buy).quantity, largest + view.position(sell).quantity);
  }
  return most;
}

/** Whole steps that are free: a balance is a sum of doubles, and a step that is only almost there cannot be sold. */
function freeCoins({ sell, quantityStep }: Route, view: StrategyView): number {
  const free = view.free(sell.exchange, sell.base);
  return free > 0 && Number.isFinite(free) ? quantityStep.value(quantityStep.floor(free)) : 0;
}

/** Whether the last unit of a plan leaves the least edge. */
function isWorth(plan: EdgePlan, books: RouteBooks, ask: number, minEdgeBps: number): boolean {
  const bid = deepestPrice(books.sell.bids, plan.route.sell.baseFactor, plan.sellQuantity);
  return marginalRatio(plan, ask, bid, minEdgeBps) >= 1;
}
