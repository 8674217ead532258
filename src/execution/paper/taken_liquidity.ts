/**
 * What paper orders have taken out of a book that knows nothing of them.
 * @module
 */

interface TakenLevel {
  taken: number;
  /** Lots that the level showed when it was last looked at. */
  shown: number;
}

/**
 * Lots taken per price of one side of a book. The venue goes on showing them, so they stay taken:
 *
 * - What a level shows beyond what it showed before is new, and free.
 * - Lots that leave a level may have been those that are taken on paper or others: the taken ones get fewer in
 *   proportion, rounded up.
 * - A level that has gone is forgotten: what comes back is new.
 *
 * So a level never gives more than it shows.
 */
export class TakenLiquidity {
  readonly #levels = new Map<number, TakenLevel>();

  /** Whether nothing is taken anywhere. */
  get isEmpty(): boolean {
    return this.#levels.size === 0;
  }

  /** Lots that are there to be taken at a price that shows so many. */
  free(price: number, shown: number): number {
    return this.isEmpty ? shown : shown - this.#follow(price, shown);
  }

  /** Takes lots, no more than are free. */
  take(price: number, shown: number, lots: number): void {
    const taken = this.#follow(price, shown) + lots;
    this.#levels.set(price, { taken, shown });
  }

  /** Looks at all levels after a change of the book. */
  refresh(shownLots: (price: number) => number): void {
    for (const price of this.#levels.keys()) this.#follow(price, shownLots(price));
  }

  /** Lots taken at a price after a look at what it shows. */
  #follow(price: number, shown: number): number {
    const level = this.#levels.get(price);
    if (level === undefined) return 0;
    if (shown < level.shown) level.taken = Math.ceil((level.taken * shown) / level.shown);
    level.shown = shown;
    if (level.taken === 0) this.#levels.delete(price);
    return level.taken;
  }
}
