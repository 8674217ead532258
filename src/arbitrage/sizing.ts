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
  const most = Math.min(limits.quantity, largestQuantity(route, books, view, settings, isExit));
  if (!(most > 0)) return undefined;
  let plan = found;
  if (plan === undefined || !isWithin(plan, books, most, maxNotional, minEdgeBps)) {
    plan = planAbove(route, books.buy, books.sell, most, { maxNotional, minEdgeBps });
    if (plan === undefined) return undefined;
  }
  const ask = deepestPrice(books.buy.asks, route.buy.baseFactor, plan.buyQuantity);
  const payable = Math.min(payableQuantity(route.buy, view, ask * slippage, isExit), maxNotional / ask);
  if (plan.buyQuantity <= payable) return plan;
  // A smaller trade goes no deeper. Where the fee is taken in the coin, a lot is left for rounding up.
  const smaller = route.grossFactor === 1 ? payable : (payable - route.buyLot.size) / route.grossFactor;
  return smaller > 0
    ? planAbove(route, books.buy, books.sell, smaller * strictly, { maxNotional, minEdgeBps })
    : undefined;
}

/**
 * Base units that the money pays for at a price, fee included. A futures order that only closes binds no money; any
 * other one is held at its whole value, without leverage.
 */
function payableQuantity(instrument: Instrument, view: StrategyView, price: number, isExit: boolean): number {
  if (isExit && instrument.market === "perpetual") return Infinity;
  const free = Math.max(0, view.free(instrument.exchange, instrument.quote));
  // A fee that is taken in the bought coin is bound here too, to be safe.
  return free * strictly / (price * (1 + Math.max(0, instrument.takerFee)));
}

/** Base units to sell that coins, margin and limits allow; what the buying side pays is only asked at its best price. */
function largestQuantity(
  route: Route,
  books: RouteBooks,
  view: StrategyView,
  settings: StrategySettings,
  isExit: boolean,
): number {
  const { buy, sell } = route;
  const ask = books.buy.asks.bestPrice, bid = books.sell.bids.bestPrice;
  const slippage = 1 + settings.slippageBps / 10_000;
  const sellable = sell.market === "spot" ? freeCoins(route, view) : payableQuantity(sell, view, bid, isExit);
  let most = Math.min(
    sellable,
    payableQuantity(buy, view, ask * slippage, isExit) / route.grossFactor,
    settings.maxNotional / bid,
  );
  // Bought on one spot venue and sold on another: the position in the coin stays as it is.
  if (!isExit && buy.market !== sell.market) {
    const largest = settings.maxPositionNotional / (Math.max(ask, bid) * slippage);
    most = Math.min(most, largest - view.position(buy).quantity, largest + view.position(sell).quantity);
  }
  return most;
}

/** Whole steps that are free: a balance is a sum of doubles, and a step that is only almost there cannot be sold. */
function freeCoins({ sell, quantityStep }: Route, view: StrategyView): number {
  const free = view.free(sell.exchange, sell.base);
  return free > 0 && Number.isFinite(free) ? quantityStep.value(quantityStep.floor(free)) : 0;
}

function isWithin(
  plan: EdgePlan,
  books: RouteBooks,
  most: number,
  maxNotional: number,
  minEdgeBps: number,
): boolean {
  if (plan.sellQuantity > most * (1 + roundingSlack) || plan.buyNotional > maxNotional) return false;
  const { route } = plan;
  const ask = deepestPrice(books.buy.asks, route.buy.baseFactor, plan.buyQuantity);
  const bid = deepestPrice(books.sell.bids, route.sell.baseFactor, plan.sellQuantity);
  return marginalRatio(plan, ask, bid, minEdgeBps) >= 1;
}
