/**
 * Levels of a book in whole lots.
 * @module
 */
import type { DecimalStep } from "../../core/decimal_step.ts";
import type { BookSide } from "../../market/book_side.ts";

/** More lots than any order takes, and few enough to count exactly. */
const manyLots = 2 ** 50;

/** Lots that a shown quantity is worth, rounded down (what can be taken) or up (what is to be waited for). */
export function lotsIn(lot: DecimalStep, quantity: number, round: "floor" | "ceil"): number {
  return quantity >= lot.size * manyLots ? manyLots : lot[round](quantity);
}

/** Size that a side shows at a price, in the venue's order unit; 0 when there is no such level. */
export function shownAt(side: BookSide, price: number): number {
  const { keys, quantities } = side;
  const key = side.sign * price;
  let low = 0;
  let high = side.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low < side.length && keys[low] === key ? quantities[low]! : 0;
}
