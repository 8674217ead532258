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
  const { minEdgeBps } = limits;
  // The order's value at its cap is what counts against the limit of one order.
  const maxNotional = settings.maxNotional / (1 + settings.slippageBps / 10_000);
  const most = Math.min(limits.quantity, largestQuantity(route, books, view, settings, limits.isExit));
  if (!(most > 0)) return undefined;
  let plan = found;
  if (plan === undefined || !isWithin(plan, books, most, maxNotional, minEdgeBps)) {
    plan = planAbove(route, books.buy, books.sell, most, { maxNotional, minEdgeBps });
    if (plan === undefined) return undefined;
  }
  const ask = deepestPrice(books.buy.asks, route.buy.baseFactor, plan.buyQuantity);
  const payable = payableQuantity(route.buy, view, ask, limits.isExit);
  if (plan.buyQuantity <= payable) return plan;
  // A smaller trade goes no deeper. Where the fee is taken in the coin, a lot is left for rounding up.
  const smaller = route.grossFactor === 1 ? payable : (payable - route.buyLot.size) / route.grossFactor;
  return smaller > 0
    ? planAbove(route, books.buy, books.sell, smaller, { maxNotional, minEdgeBps })
    : undefined;
}

/**
 * Highest price at which the buying order of a plan can be paid for whole, fee included, quote per base; Infinity
 * where it only takes a short position off.
 */
export function maxBuyPrice(
  { buy }: Route,
  view: StrategyView,
  buyQuantity: number,
  isExit: boolean,
): number {
  if (isExit && buy.market === "perpetual") return Infinity;
  return view.free(buy.exchange, buy.quote) / (buyQuantity * (1 + takenFee(buy)));
}

/**
 * Base units that the money pays for at a price, fee included. A futures order that only closes binds no money; any
 * other one is held at its whole value, without leverage.
 */
function payableQuantity(instrument: Instrument, view: StrategyView, price: number, isExit: boolean): number {
  if (isExit && instrument.market === "perpetual") return Infinity;
  return Math.max(0, view.free(instrument.exchange, instrument.quote)) / (price * (1 + takenFee(instrument)));
}

/** The fee that an order binds beside its value. One that is taken in the bought coin is bound here too, to be safe. */
function takenFee({ takerFee }: Instrument): number {
  return Math.max(0, takerFee);
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
  const sellable = sell.market === "spot"
    ? view.free(sell.exchange, sell.base)
    : payableQuantity(sell, view, bid, isExit);
  let most = Math.min(
    sellable,
    payableQuantity(buy, view, ask, isExit) / route.grossFactor,
    settings.maxNotional / bid,
  );
  // Bought on one spot venue and sold on another: the position in the coin stays as it is.
  if (!isExit && buy.market !== sell.market) {
    const largest = settings.maxPositionNotional / (Math.max(ask, bid) * (1 + settings.slippageBps / 10_000));
    most = Math.min(most, largest - view.position(buy).quantity, largest + view.position(sell).quantity);
  }
  return most;
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
