/**
 * What a pair of trades is expected to bring.
 * @module
 */
import { quoteAmount } from "../core/units.ts";
import type { OrderBook } from "../market/order_book.ts";
import { type EdgePlan, takeNotional } from "./edge.ts";
import type { MissingLegEstimate } from "./missing_legs.ts";
import type { Route } from "./route.ts";
import type { ExpectedValue } from "./trade_intent.ts";

/** What is expected of holding a position and taking it off, in quote; all 0 where nothing is held. */
export interface HoldingValue {
  /** Fees of taking it off; positive. */
  readonly fees: number;
  /** What the depth costs then; positive. */
  readonly depthCost: number;
  /** Difference of the best prices at the exit times the quantity. */
  readonly exit: number;
  /** Funding until then; positive when received. */
  readonly funding: number;
}

/** Of trades after which nothing is held. */
export const nothingHeld: HoldingValue = { fees: 0, depthCost: 0, exit: 0, funding: 0 };

/**
 * value = edge - fees - depthCost + funding + exit - missing
 *
 * Without what is held and what may go missing it is the plan's profit. A fee in the bought coin counts as the coins
 * that are bought for it, at the best price; coins that are bought only to fill a lot are part of it.
 *
 * @param buyBook Book that the plan buys from, as it was when it was planned.
 * @param sellBook Book that it sells to.
 */
export function expectedValue(
  plan: EdgePlan,
  buyBook: OrderBook,
  sellBook: OrderBook,
  missing: MissingLegEstimate,
  held: HoldingValue,
): ExpectedValue {
  const { route, buyQuantity, sellQuantity, buyNotional, sellNotional } = plan;
  const ask = buyBook.asks.bestPrice, bid = sellBook.bids.bestPrice;
  const edge = sellQuantity * (bid - ask);
  const buyFee = route.grossFactor === 1
    ? buyNotional * route.buy.takerFee
    : (buyQuantity - sellQuantity) * ask;
  const fees = buyFee + sellNotional * route.sell.takerFee + held.fees;
  const depthCost = buyNotional - buyQuantity * ask + sellQuantity * bid - sellNotional + held.depthCost;
  const lost = missing.probability * missing.costBps / 10_000 * buyNotional;
  return {
    edge: quoteAmount(edge),
    fees: quoteAmount(fees),
    depthCost: quoteAmount(depthCost),
    funding: quoteAmount(held.funding),
    exit: quoteAmount(held.exit),
    missing: quoteAmount(lost),
    value: quoteAmount(edge - fees - depthCost + held.funding + held.exit - lost),
  };
}

/**
 * What taking a position off again is expected to bring, best prices at the spread that the route has on average.
 *
 * @param exit The route that takes it off.
 * @param buyBook Book that the exit buys from, now: its prices and depth stand for those of then.
 * @param sellBook Book that the exit sells to.
 * @param quantity Base units that are held.
 * @param exitEdgeBps Expected edge of the exit after fees at the best prices, basis points.
 * @param funding Quote until then; positive when received.
 * @returns NaN in `depthCost` when the books hold less than the quantity.
 */
export function holdingValue(
  exit: Route,
  buyBook: OrderBook,
  sellBook: OrderBook,
  quantity: number,
  exitEdgeBps: number,
  funding: number,
): HoldingValue {
  const ask = buyBook.asks.bestPrice, bidNow = sellBook.bids.bestPrice;
  // The edge says what the bid is beside the ask: bid · proceedsFactor = ask · costFactor · (1 + edge).
  const bid = ask * exit.costFactor * (1 + exitEdgeBps / 10_000) / exit.proceedsFactor;
  const bought = quantity * exit.grossFactor;
  const depthCost = takeNotional(buyBook.asks, exit.buy.baseFactor, bought) - bought * ask +
    quantity * bidNow - takeNotional(sellBook.bids, exit.sell.baseFactor, quantity);
  return {
    fees: quantity * (ask * (exit.costFactor - 1) + bid * (1 - exit.proceedsFactor)),
    depthCost,
    exit: quantity * (bid - ask),
    funding,
  };
}
