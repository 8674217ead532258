/**
 * The executable edge of a route: both books walked, fees taken off, sizes on lots.
 * @module
 */
import { type BaseQuantity, baseQuantity, type QuoteAmount, quoteAmount } from "../core/units.ts";
import { walkNotional } from "../market/depth_walk.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { Route } from "./route.ts";

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

/** Relative slack for a quantity that is whole lots but for rounding of doubles. */
const roundingSlack = 1e-12;

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
  return planTrade(route, buyBook, sellBook, crossingQuantity(route, buyBook, sellBook, limits));
}

/**
 * The trade of at most `quantity` base units at what the books hold now, whatever its edge.
 *
 * @returns undefined when it is under a venue's minimum or the books do not hold it.
 */
export function planTrade(
  route: Route,
  buyBook: OrderBook,
  sellBook: OrderBook,
  quantity: number,
): EdgePlan | undefined {
  const { quantityStep, buyLot, buy, sell } = route;
  const sellQuantity = quantityStep.value(quantityStep.floor(quantity * (1 + roundingSlack)));
  if (!(sellQuantity > 0) || sellQuantity < route.minQuantity) return undefined;
  const gross = sellQuantity * route.grossFactor;
  const buyQuantity = route.grossFactor === 1
    ? sellQuantity
    : buyLot.value(buyLot.ceil(gross * (1 - roundingSlack)));
  const buyNotional = walkNotional(buyBook.asks, buy.baseFactor, buyQuantity);
  const sellNotional = walkNotional(sellBook.bids, sell.baseFactor, sellQuantity);
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
