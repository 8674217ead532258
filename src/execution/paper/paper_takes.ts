/**
 * What an incoming order would get out of a book on paper, and what it needs for that.
 * @module
 */
import type { Instrument } from "../../core/instrument.ts";
import type { Side } from "../../core/order.ts";
import type { OrderBook } from "../../market/order_book.ts";
import { lotsIn } from "./book_levels.ts";
import type { BoundAmounts } from "./paper_account.ts";
import type { PaperOrder } from "./paper_order.ts";
import { baseOfLots, quoteFeeRate } from "./paper_terms.ts";
import type { TakenLiquidity } from "./taken_liquidity.ts";

/** A part of a level that an order takes. */
export interface PaperTake {
  readonly price: number;
  /** Lots that the level shows. */
  readonly shown: number;
  /** Lots that are taken of it. */
  readonly lots: number;
}

/** Whether an order accepts a price: its limit or better. */
export function accepts(side: Side, limit: number, price: number): boolean {
  return side === "buy" ? price <= limit : price >= limit;
}

/** Last price that an order accepts. */
export function limitOf({ request, price }: PaperOrder): number {
  if (request.type !== "market") return price;
  return request.side === "buy" ? Infinity : 0;
}

/**
 * The levels that an order would take, best first: never more than a level shows less what was taken of it, never
 * beyond the limit price, never above the amount to be spent.
 */
export function takesOf(order: PaperOrder, book: OrderBook, taken: TakenLiquidity): PaperTake[] {
  const { side, spend, instrument } = order.request;
  const levels = side === "buy" ? book.asks : book.bids;
  const limit = limitOf(order);
  const takes: PaperTake[] = [];
  let left = spend === undefined ? order.openLots : Infinity;
  let budget = spend === undefined ? Infinity : spend.step.value(spend.count);
  for (let depth = 0; depth < levels.length && left > 0; depth++) {
    const price = levels.price(depth);
    if (!accepts(side, limit, price)) break;
    const shown = lotsIn(instrument.lot, levels.quantity(depth), "floor");
    const free = Math.min(left, taken.free(price, shown));
    const payable = lotsIn(instrument.lot, budget / (price * instrument.baseFactor), "floor");
    const lots = Math.min(free, payable);
    if (lots > 0) takes.push({ price, shown, lots });
    if (payable < free) break;
    left -= lots;
    budget -= baseOfLots(instrument, lots) * price;
  }
  return takes;
}

/** Lots of all takes. */
export function lotsOfTakes(takes: readonly PaperTake[]): number {
  return takes.reduce((sum, { lots }) => sum + lots, 0);
}

/** Whether the takes are all of an order; of one that spends an amount, whether the rest buys no further lot. */
export function isWhole({ request, lots }: PaperOrder, takes: readonly PaperTake[]): boolean {
  const { spend, instrument } = request;
  if (spend === undefined) return lotsOfTakes(takes) === lots;
  const last = takes.at(-1);
  if (last === undefined) return false;
  const lotValue = baseOfLots(instrument, 1) * last.price;
  return spend.step.value(spend.count) - valueOfTakes(instrument, takes) < lotValue;
}

/** Value of all takes in quote. */
function valueOfTakes(instrument: Instrument, takes: readonly PaperTake[]): number {
  return takes.reduce((sum, { lots, price }) => sum + baseOfLots(instrument, lots) * price, 0);
}

/**
 * What an order must find free, as venues ask for it: a limit buy its whole size at its limit price, a market buy
 * what it takes, both with the fee where that is taken in quote; a sale on spot its coins. A futures order needs the
 * whole value of what it opens; a sale that takes better prices than its limit needs more than its limit says.
 *
 * @param reducible Lots of the order that close a position, futures only.
 */
export function neededFor(order: PaperOrder, takes: readonly PaperTake[], reducible: number): BoundAmounts {
  const { instrument, side, type } = order.request;
  if (instrument.market === "spot" && side === "sell") {
    return { quote: 0, base: baseOfLots(instrument, order.openLots) };
  }
  const takenLots = lotsOfTakes(takes);
  const lots = type === "market" ? takenLots : order.openLots;
  const taken = valueOfTakes(instrument, takes);
  const whole = side === "buy" && type !== "market"
    ? baseOfLots(instrument, lots) * order.price
    : taken + baseOfLots(instrument, lots - takenLots) * order.price;
  const opening = instrument.market === "spot" || lots === 0 ? 1 : Math.max(0, lots - reducible) / lots;
  return { quote: whole * opening * (1 + quoteFeeRate(instrument)), base: 0 };
}
