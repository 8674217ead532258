/**
 * The executable edge of a route: both books walked, fees taken off, sizes on lots.
 * @module
 */
import { type BaseQuantity, baseQuantity, type QuoteAmount, quoteAmount } from "../core/units.ts";
import { walkNotional } from "../market/depth_walk.ts";
import type { BookSide } from "../market/book_side.ts";
import type { OrderBook } from "../market/order_book.ts";
import { roundingSlack, type Route } from "./route.ts";

/** Bounds of a trade. */
export interface EdgeLimits {
  /** Largest value of the buying trade in quote. */
  readonly maxNotional: number;
  /** Least edge of the last unit after fees, in basis points. Levels that give less are not taken. */
  readonly minEdgeBps: number;
}

/** A pair of trades that both books allow at this moment. */
export interface EdgePlan {
  readonly route: Route;
  /** Base units to sell; what is bought less the fee in base is at least this. */
  readonly sellQuantity: BaseQuantity;
  /** Base units to buy. */
  readonly buyQuantity: BaseQuantity;
  /** Value of the buying trade before fees. */
  readonly buyNotional: QuoteAmount;
  /** Value of the selling trade before fees. */
  readonly sellNotional: QuoteAmount;
  /** Proceeds minus cost, fees taken off; what is bought beyond the hedge counts as nothing. */
  readonly profit: QuoteAmount;
  /** The profit in basis points of the buying trade's value. */
  readonly edgeBps: number;
}

/** Relative slack for an edge, which is a small difference of large amounts. */
const edgeSlack = 1e-9;

/** Whether the best prices alone leave an edge: the cheap question that is asked after every update. */
export function topCrosses(route: Route, asks: OrderBook["asks"], bids: OrderBook["bids"]): boolean {
  return bids.bestPrice * route.proceedsFactor > asks.bestPrice * route.costFactor;
}

/** Edge of the first unit after fees, at the best prices of two usable books, in basis points; may be negative. */
export function topEdgeBps(route: Route, buyBook: OrderBook, sellBook: OrderBook): number {
  const proceeds = sellBook.bids.bestPrice * route.proceedsFactor;
  return (proceeds / (buyBook.asks.bestPrice * route.costFactor) - 1) * 10_000;
}

/**
 * The largest trade whose every unit leaves the least edge, within the limits.
 *
 * Both books are walked together, best levels first, while bid · proceedsFactor > ask · costFactor ·
 * (1 + minEdge). The caller has checked that both books may be read.
 *
 * @returns undefined when there is no such trade that both venues would take.
 */
export function findEdge(
  route: Route,
  buyBook: OrderBook,
  sellBook: OrderBook,
  limits: EdgeLimits,
): EdgePlan | undefined {
  if (!topCrosses(route, buyBook.asks, sellBook.bids)) return undefined;
  return planAbove(route, buyBook, sellBook, Infinity, limits);
}

/**
 * The largest trade of at most `quantity` base units and `maxNotional` at what the books hold now, whatever its edge.
 *
 * @returns undefined when it is under a venue's minimum.
 */
export function planTrade(
  route: Route,
  buyBook: OrderBook,
  sellBook: OrderBook,
  quantity: number,
  maxNotional: number,
): EdgePlan | undefined {
  return planAbove(route, buyBook, sellBook, quantity, { maxNotional, minEdgeBps: -Infinity });
}

/**
 * The largest trade of at most `quantity` base units whose every unit leaves the least edge, which may be negative:
 * what is held can be worth more than its entry costs.
 *
 * @returns undefined when there is no such trade that both venues would take.
 */
export function planAbove(
  route: Route,
  buyBook: OrderBook,
  sellBook: OrderBook,
  quantity: number,
  limits: EdgeLimits,
): EdgePlan | undefined {
  const { quantityStep } = route;
  const most = Math.min(quantity, crossingQuantity(route, buyBook, sellBook, limits));
  const steps = quantityStep.floor(most * (1 + roundingSlack));
  // The bought quantity is rounded up to a lot. That can cost more than is allowed, or the lot is not in the book
  // any more; a step less makes room for it.
  for (const count of [steps, steps - 1]) {
    const plan = planQuantity(route, buyBook, sellBook, quantityStep.value(count));
    if (plan !== undefined && isWithin(plan, limits)) return plan;
  }
  return undefined;
}

/** Whether rounding up to a lot has left the trade within its bounds: for few lots it can cost a whole edge. */
function isWithin(plan: EdgePlan, limits: EdgeLimits): boolean {
  return plan.buyNotional <= limits.maxNotional * (1 + roundingSlack) &&
    plan.edgeBps >= limits.minEdgeBps - Math.abs(limits.minEdgeBps) * edgeSlack;
}

/** @param sellQuantity Base units, on the lots of both sides. */
function planQuantity(
  route: Route,
  buyBook: OrderBook,
  sellBook: OrderBook,
  sellQuantity: number,
): EdgePlan | undefined {
  const { buyLot, buy, sell } = route;
  if (!(sellQuantity > 0) || sellQuantity < route.minQuantity) return undefined;
  const gross = sellQuantity * route.grossFactor;
  const buyQuantity = route.grossFactor === 1
    ? sellQuantity
    : buyLot.value(buyLot.ceil(gross * (1 - roundingSlack)));
  const buyNotional = takeNotional(buyBook.asks, buy.baseFactor, buyQuantity);
  const sellNotional = takeNotional(sellBook.bids, sell.baseFactor, sellQuantity);
  if (!(buyNotional >= route.minNotional && sellNotional >= route.minNotional)) return undefined;
  const buyFee = route.grossFactor === 1 ? buyNotional * buy.takerFee : 0;
  const profit = sellNotional * route.proceedsFactor - buyNotional - buyFee;
  return {
    route,
    sellQuantity: baseQuantity(sellQuantity),
    buyQuantity: baseQuantity(buyQuantity),
    buyNotional: quoteAmount(buyNotional),
    sellNotional: quoteAmount(sellNotional),
    profit: quoteAmount(profit),
    edgeBps: (profit / buyNotional) * 10_000,
  };
}

/**
 * Quote value of taking base units from a side, best levels first, also of all that it holds, whose sum in doubles may
 * be a little less than it is; NaN when the side holds less.
 *
 * @param baseFactor Base units per unit of book size.
 */
export function takeNotional(side: BookSide, baseFactor: number, quantity: number): number {
  const value = walkNotional(side, baseFactor, quantity);
  return value === value ? value : walkNotional(side, baseFactor, quantity * (1 - roundingSlack));
}

/** Base units, as sold, up to which every unit leaves the least edge. */
function crossingQuantity(route: Route, buyBook: OrderBook, sellBook: OrderBook, limits: EdgeLimits): number {
  const { asks } = buyBook, { bids } = sellBook;
  const cost = route.costFactor * (1 + limits.minEdgeBps / 10_000);
  // A unit sold needs grossFactor units bought.
  const askFactor = route.buy.baseFactor / route.grossFactor;
  const bidFactor = route.sell.baseFactor;
  let ask = 0, bid = 0, quantity = 0;
  let budget = limits.maxNotional;
  let atAsk = asks.quantity(0) * askFactor, atBid = bids.quantity(0) * bidFactor;
  while (bids.price(bid) * route.proceedsFactor > asks.price(ask) * cost) {
    const unitCost = asks.price(ask) * route.grossFactor;
    const take = Math.min(atAsk, atBid, budget / unitCost);
    quantity += take;
    budget -= take * unitCost;
    if (budget <= limits.maxNotional * roundingSlack) break;
    if (atAsk <= atBid) {
      atBid -= atAsk;
      atAsk = asks.quantity(++ask) * askFactor;
    } else {
      atAsk -= atBid;
      atBid = bids.quantity(++bid) * bidFactor;
    }
  }
  return quantity;
}
