/**
 * Who waits at one price, in order of arrival.
 * @module
 */
import type { MatchOrder } from "./match_order.ts";

/** Lots of one order, or of the crowd when there is no order. */
export interface QueueEntry {
  readonly order: MatchOrder | undefined;
  lots: number;
}

/**
 * The queue of one price level that holds users' orders among the crowd's lots. What the crowd adds goes to the
 * back. What it withdraws comes from the back as well, so a user's order moves forward by trades only: the
 * careful assumption about a queue whose orders cannot be told apart.
 */
export class LevelQueue {
  readonly #entries: QueueEntry[] = [];
  #crowdLots = 0;
  #userLots = 0;
  #users = 0;

  /** @param crowdLots Lots of the crowd that are there before the first user. */
  constructor(crowdLots: number) {
    this.setCrowd(crowdLots);
  }

  /** Lots of the crowd. */
  get crowdLots(): number {
    return this.#crowdLots;
  }

  /** Lots of everybody. */
  get totalLots(): number {
    return this.#crowdLots + this.#userLots;
  }

  /** Whether a user's order is here. */
  get hasUsers(): boolean {
    return this.#users > 0;
  }

  /** In order of priority. */
  get entries(): readonly QueueEntry[] {
    return this.#entries;
  }

  /** Lots in front of an order. */
  ahead(order: MatchOrder): number {
    let lots = 0;
    for (const entry of this.#entries) {
      if (entry.order === order) break;
      lots += entry.lots;
    }
    return lots;
  }

  /** Puts an order at the back with its open lots. */
  push(order: MatchOrder): void {
    this.#entries.push({ order, lots: order.openLots });
    this.#userLots += order.openLots;
    this.#users += 1;
  }

  /** Takes an order out. */
  remove(order: MatchOrder): void {
    const index = this.#entries.findIndex((entry) => entry.order === order);
    if (index < 0) return;
    this.#userLots -= this.#entries[index]!.lots;
    this.#users -= 1;
    this.#entries.splice(index, 1);
  }

  /** Makes an order smaller where it stands. */
  shrink(order: MatchOrder, lots: number): void {
    const entry = this.#entries.find((candidate) => candidate.order === order);
    if (entry === undefined) return;
    this.#userLots += lots - entry.lots;
    entry.lots = lots;
  }

  /** Sets the crowd's lots. */
  setCrowd(lots: number): void {
    if (lots > this.#crowdLots) this.#addCrowd(lots - this.#crowdLots);
    else this.#withdrawCrowd(this.#crowdLots - lots);
  }

  /** Takes lots from the first entry, which leaves when it has none left. */
  takeFront(lots: number): void {
    const front = this.#entries[0]!;
    front.lots -= lots;
    if (front.order === undefined) this.#crowdLots -= lots;
    else this.#userLots -= lots;
    if (front.lots > 0) return;
    if (front.order !== undefined) this.#users -= 1;
    this.#entries.shift();
  }

  #addCrowd(lots: number): void {
    const last = this.#entries[this.#entries.length - 1];
    if (last !== undefined && last.order === undefined) last.lots += lots;
    else this.#entries.push({ order: undefined, lots });
    this.#crowdLots += lots;
  }

  #withdrawCrowd(lots: number): void {
    let left = lots;
    for (let index = this.#entries.length - 1; index >= 0 && left > 0; index--) {
      const entry = this.#entries[index]!;
      if (entry.order !== undefined) continue;
      const taken = Math.min(left, entry.lots);
      entry.lots -= taken;
      left -= taken;
      if (entry.lots === 0) this.#entries.splice(index, 1);
    }
    this.#crowdLots -= lots - left;
  }
}
