/**
 * How many orders were sent within a second.
 * @module
 */

const windowMs = 1_000;

/**
 * Orders of the last second. Moments are kept in a ring; when it is full it counts as many as it holds, which is
 * more than any limit allows.
 */
export class OrderRate {
  readonly #moments: Float64Array;
  /** Index of the oldest moment. */
  #first = 0;
  #count = 0;

  /** @param capacity Orders that are counted at most: more than every bound that is asked about. */
  constructor(capacity = 4_096) {
    this.#moments = new Float64Array(capacity);
  }

  /** Counts orders that are sent now. @param now Monotonic milliseconds, never less than before. */
  add(count: number, now: number): void {
    const { length } = this.#moments;
    for (let i = 0; i < Math.min(count, length); i++) {
      this.#moments[(this.#first + this.#count) % length] = now;
      if (this.#count < length) this.#count += 1;
      else this.#first = (this.#first + 1) % length;
    }
  }

  /** Orders that were sent within the second until now. One of exactly a second ago still counts. */
  within(now: number): number {
    const { length } = this.#moments;
    while (this.#count > 0 && now - this.#moments[this.#first]! > windowMs) {
      this.#first = (this.#first + 1) % length;
      this.#count -= 1;
    }
    return this.#count;
  }
}
