/**
 * One side of a simulated order book in whole ticks and lots.
 * @module
 */

/** `bid` or `ask`. */
export type Side = "bid" | "ask";

/** A price level: whole ticks and whole lots; 0 lots means that the level is gone. */
export interface TickLevel {
  readonly tick: number;
  readonly lots: number;
}

/** What {@link BookSide.set} did. */
export type LevelChange = "none" | "resized" | "inserted" | "deleted";

/** Price levels sorted by price. Kept with the best level last, because that is where most changes are. */
export class BookSide {
  readonly #ticks: number[] = [];
  readonly #lots: number[] = [];
  readonly #sign: number;
  /** Rank of the level that the latest {@link BookSide.set} touched, 0 for the best. */
  lastRank = 0;

  /** @param side A bid is better when its price is higher, an ask when it is lower. */
  constructor(side: Side) {
    this.#sign = side === "bid" ? 1 : -1;
  }

  /** Number of levels. */
  get size(): number {
    return this.#ticks.length;
  }

  /** Price of the level with this rank in ticks (0 is the best), or NaN when there is none. */
  tickAt(rank: number): number {
    return this.#ticks[this.#ticks.length - 1 - rank] ?? NaN;
  }

  /** Size of the level with this rank in lots, or 0 when there is none. */
  lotsAt(rank: number): number {
    return this.#lots[this.#lots.length - 1 - rank] ?? 0;
  }

  /** Size at this price in lots when it is among the best `depth` levels, else 0. */
  lotsWithin(tick: number, depth: number): number {
    const index = this.#search(tick);
    return this.#ticks[index] === tick && this.#ticks.length - index <= depth ? this.#lots[index]! : 0;
  }

  /** The best `depth` levels, best first. */
  top(depth: number): TickLevel[] {
    const count = Math.min(depth, this.size);
    const levels = new Array<TickLevel>(count);
    for (let rank = 0; rank < count; rank++) {
      levels[rank] = { tick: this.tickAt(rank), lots: this.lotsAt(rank) };
    }
    return levels;
  }

  /** Sets a level to an absolute size; 0 lots deletes it. */
  set(tick: number, lots: number): LevelChange {
    const index = this.#search(tick);
    const found = this.#ticks[index] === tick;
    this.lastRank = this.#ticks.length - (found ? index + 1 : index);
    if (!found) return lots === 0 ? "none" : this.#insert(index, tick, lots);
    if (lots === 0) {
      this.#ticks.splice(index, 1);
      this.#lots.splice(index, 1);
      return "deleted";
    }
    if (this.#lots[index] === lots) return "none";
    this.#lots[index] = lots;
    return "resized";
  }

  #insert(index: number, tick: number, lots: number): LevelChange {
    this.#ticks.splice(index, 0, tick);
    this.#lots.splice(index, 0, lots);
    return "inserted";
  }

  /** First index whose price is not worse than `tick`. */
  #search(tick: number): number {
    const ticks = this.#ticks;
    const key = tick * this.#sign;
    let low = 0;
    let high = ticks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ticks[middle]! * this.#sign < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
