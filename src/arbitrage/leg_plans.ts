/**
 * From a planned pair to two orders in whole ticks and lots.
 * @module
 */
import { quoteAmount } from "../core/units.ts";
import type { BookSide } from "../market/book_side.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { EdgePlan } from "./edge.ts";
import { roundingSlack } from "./route.ts";
import type { LegPlan } from "./trade_intent.ts";

/** How far the limit prices may go. */
export interface CapLimits {
  /** Least edge of the last unit after fees that both caps together leave, basis points; -Infinity for any. */
  readonly minEdgeBps: number;
  /** How far a cap may lie beyond the worst level that the plan takes, basis points. */
  readonly slippageBps: number;
}

/** Both orders of a pair. */
export interface LegPair {
  readonly buy: LegPlan;
  readonly sell: LegPlan;
}

/**
 * Price of the worst level that taking a quantity touches; of the last level when the side holds less.
 *
 * @param baseFactor Base units per unit of book size.
 * @param quantity Base units.
 */
export function deepestPrice(side: BookSide, baseFactor: number, quantity: number): number {
  let left = quantity * (1 - roundingSlack);
  let depth = 0;
  while (depth < side.length - 1) {
    left -= side.quantity(depth) * baseFactor;
    if (left <= 0) break;
    depth += 1;
  }
  return side.price(depth);
}

/**
 * How often the bid of the last unit, fees off, pays for its ask, fees on, and the least edge. From 1 on the unit is
 * worth it.
 */
export function marginalRatio(plan: EdgePlan, ask: number, bid: number, minEdgeBps: number): number {
  const { costFactor, proceedsFactor } = plan.route;
  const least = Math.max(0, 1 + minEdgeBps / 10_000);
  return bid * proceedsFactor / (ask * costFactor * least);
}

/**
 * The orders of a plan, with limit prices up to which the pair is still worth it: what the last unit has beyond the
 * least edge is shared, so that both orders filled at their caps still leave it. Neither cap goes further than the
 * slippage beyond the deepest level of the plan; both are rounded to the better side.
 *
 * @param isExit Whether the pair closes: its futures order may then only make a position smaller.
 */
export function legPair(
  plan: EdgePlan,
  buyBook: OrderBook,
  sellBook: OrderBook,
  limits: CapLimits,
  isExit: boolean,
): LegPair {
  const { route, buyQuantity, sellQuantity } = plan;
  const { buy, sell } = route;
  const ask = deepestPrice(buyBook.asks, buy.baseFactor, buyQuantity);
  const bid = deepestPrice(sellBook.bids, sell.baseFactor, sellQuantity);
  // Under 1 where a lot was filled up from a deeper level: the plan as a whole was found worth it.
  const room = Math.max(1, Math.sqrt(marginalRatio(plan, ask, bid, limits.minEdgeBps)));
  const slippage = limits.slippageBps / 10_000;
  const highest = ask * Math.min(room, 1 + slippage);
  const lowest = bid * Math.max(1 / room, 1 - slippage);
  return {
    buy: {
      instrument: buy,
      side: "buy",
      lots: route.buyLot.nearest(buyQuantity),
      quantity: buyQuantity,
      notional: quoteAmount(plan.buyNotional),
      capTicks: buy.tick.floor(highest),
      reduceOnly: isExit && buy.market === "perpetual",
    },
    sell: {
      instrument: sell,
      side: "sell",
      lots: route.sellLot.nearest(sellQuantity),
      quantity: sellQuantity,
      notional: quoteAmount(plan.sellNotional),
      // A price of 0 is no limit.
      capTicks: Math.max(1, sell.tick.ceil(lowest)),
      reduceOnly: isExit && sell.market === "perpetual",
    },
  };
}
