/**
 * One side of an order book.
 * @module
 */
import type { LevelColumns } from "../core/depth_update.ts";

/** Levels that a side keeps at most; beyond it the worst are dropped, which is far outside any walk. */
const maxLevels = 5_000;
/** Levels from the best that are searched one by one before halving: most changes are there. */
const nearLevels = 8;

/**
 * Price levels sorted with the best one at the end of two typed arrays, so that changes near the best move
 * little memory. Keys are prices for bids and negated prices for asks: greater is always better.
 */
export class BookSide {
  /** Keys in ascending order; only the first `length` are valid. */
  keys = new Float64Array(256);
  /** Sizes in the venue's order unit, at the same index as their key. */
  quantities = new Float64Array(256);
  /** Number of levels. */
  length = 0;

  /** @param sign 1 for bids, -1 for asks. */
  constructor(readonly sign: 1 | -1) {}

  /** Best price in quote per base; NaN when the side is empty. */
  get bestPrice(): number {
    return this.length === 0 ? NaN : this.sign * this.keys[this.length - 1]!;
  }

  /** Size at the best price; NaN when the side is empty. */
  get bestQuantity(): number {
    return this.length === 0 ? NaN : this.quantities[this.length - 1]!;
  }

  /** Price of the level `depth` places behind the best one (0 is the best); NaN when there is none. */
  price(depth: number): number {
    return depth < this.length ? this.sign * this.keys[this.length - 1 - depth]! : NaN;
  }

  /** Size of the level `depth` places behind the best one; NaN when there is none. */
  quantity(depth: number): number {
    return depth < this.length ? this.quantities[this.length - 1 - depth]! : NaN;
  }

  /** Sets the size at a price; 0 deletes the level. */
  set(price: number, quantity: number): void {
    const key = this.sign * price;
    const index = this.#upperBound(key);
    if (index > 0 && this.keys[index - 1] === key) {
      if (quantity === 0) this.#remove(index - 1);
      else this.quantities[index - 1] = quantity;
    } else if (quantity !== 0) {
      this.#insert(index, key, quantity);
    }
  }

  /** Replaces every level. Venues send the best one first, which is taken at once; any other order one by one. */
  load({ prices, quantities, length }: LevelColumns): void {
    this.length = 0;
    if (!this.#isBestFirst(prices, quantities, length)) {
      for (let i = 0; i < length; i++) this.set(prices[i]!, quantities[i]!);
      return;
    }
    const count = Math.min(length, maxLevels);
    while (this.keys.length < count) this.#grow();
    for (let i = 0, place = count - 1; i < count; i++, place--) {
      this.keys[place] = this.sign * prices[i]!;
      this.quantities[place] = quantities[i]!;
    }
    this.length = count;
  }

  /** Drops the worst levels beyond `limit`. */
  trim(limit: number): void {
    const excess = this.length - limit;
    if (excess <= 0) return;
    this.keys.copyWithin(0, excess, this.length);
    this.quantities.copyWithin(0, excess, this.length);
    this.length = limit;
  }

  /** Removes every level. */
  clear(): void {
    this.length = 0;
  }

  /** Whether every level is worse than the one before, and none is a deletion. */
  #isBestFirst(prices: Float64Array, quantities: Float64Array, length: number): boolean {
    let last = Infinity;
    for (let i = 0; i < length; i++) {
      const key = this.sign * prices[i]!;
      if (!(key < last) || quantities[i] === 0) return false;
      last = key;
    }
    return true;
  }

  /** Number of levels whose key is not above `key`: the place after an equal one. */
  #upperBound(key: number): number {
    const keys = this.keys;
    let high = this.length;
    const nearEnd = high > nearLevels ? high - nearLevels : 0;
    while (high > nearEnd && keys[high - 1]! > key) high -= 1;
    if (high > nearEnd || high === 0) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! > key) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #insert(index: number, key: number, quantity: number): void {
    if (this.length === maxLevels) {
      if (index === 0) return;
      this.trim(maxLevels - 1);
      index -= 1;
    }
    if (this.length === this.keys.length) this.#grow();
    const { keys, quantities } = this;
    for (let i = this.length; i > index; i--) {
      keys[i] = keys[i - 1]!;
      quantities[i] = quantities[i - 1]!;
    }
    keys[index] = key;
    quantities[index] = quantity;
    this.length += 1;
  }

  #remove(index: number): void {
    const { keys, quantities } = this;
    const last = this.length - 1;
    for (let i = index; i < last; i++) {
      keys[i] = keys[i + 1]!;
      quantities[i] = quantities[i + 1]!;
    }
    this.length = last;
  }

  #grow(): void {
    const keys = new Float64Array(this.keys.length * 2);
    const quantities = new Float64Array(keys.length);
    keys.set(this.keys);
    quantities.set(this.quantities);
    this.keys = keys;
    this.quantities = quantities;
  }
}
