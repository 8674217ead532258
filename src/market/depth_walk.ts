/**
 * What a quantity costs when it is taken out of a book level by level.
 * @module
 */
import type { BookSide } from "./book_side.ts";

/**
 * Quote value of taking `baseQuantity` from a side, best levels first.
 *
 * @param side Asks for a buy, bids for a sell. The caller has checked that the book is usable.
 * @param baseFactor Base units per unit of book size.
 * @param baseQuantity Base units to take, not negative.
 * @returns The value in quote, or NaN when the side holds less.
 */
export function walkNotional(side: BookSide, baseFactor: number, baseQuantity: number): number {
  const { keys, quantities } = side;
  let left = baseQuantity;
  let value = 0;
  for (let i = side.length - 1; i >= 0; i--) {
    const available = quantities[i]! * baseFactor;
    const price = side.sign * keys[i]!;
    if (available >= left) return value + left * price;
    value += available * price;
    left -= available;
  }
  return left <= 0 ? value : NaN;
}
