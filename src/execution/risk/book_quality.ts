/**
 * Whether a book is good enough to trade on.
 * @module
 */
import type { BookSide } from "../../market/book_side.ts";
import type { OrderBook } from "../../market/order_book.ts";

/** How far from the best price a level counts as depth: 1 %. */
const depthRange = 0.01;

/**
 * Distance of best bid and ask, basis points of their middle. NaN when a side is empty or the book is crossed, since
 * nothing is known about prices then.
 */
export function spreadBps(book: OrderBook): number {
  const bid = book.bids.bestPrice, ask = book.asks.bestPrice;
  return ask > bid ? ((ask - bid) / (ask + bid)) * 20_000 : NaN;
}

/**
 * Value in quote of the levels within 1 % of the best price. Stops counting at `enough`, so it is cheap on deep books.
 *
 * @param baseFactor Base units per unit of book size.
 */
export function depthNotional(side: BookSide, baseFactor: number, enough: number): number {
  const { keys, quantities, sign, length } = side;
  // Keys are negated prices on the side of asks: within 1 % means not less than this on both sides.
  const last = keys[length - 1]! * (1 - sign * depthRange);
  let value = 0;
  for (let i = length - 1; i >= 0 && keys[i]! >= last; i--) {
    value += sign * keys[i]! * quantities[i]! * baseFactor;
    if (value >= enough) return value;
  }
  return value;
}
