/**
 * Who waits at one price, in order of arrival.
 * @module
 */
import type { MatchOrder, QueueEntry } from "./match_order.ts";

/**
 * The queue of one price level that holds users' orders among the crowd's lots. What the crowd adds goes to the
 * back. What it withdraws comes from the back as well, so a user's order moves forward by trades only: the
 * careful assumption about a queue whose orders cannot be told apart.
 *
 * A list in which every order knows its entry: nothing but {@link LevelQueue.ahead} depends on its length. Two
 * entries of the crowd are never neighbours, so it is no longer than twice the number of orders.
 */
export class LevelQueue {
  #front: QueueEntry | undefined;
  #back: QueueEntry | undefined;
  /** The crowd's entry nearest to the back. Once it is used up it stays here with 0 lots, out of the list. */
  #crowdBack: QueueEntry | undefined;
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

  /** The entry whose turn it is; the others follow by {@link QueueEntry.after}. */
  get front(): QueueEntry | undefined {
    return this.#front;
  }

  /** In order of priority. */
  get entries(): readonly QueueEntry[] {
    const entries: QueueEntry[] = [];
    for (let entry = this.#front; entry !== undefined; entry = entry.after) entries.push(entry);
    return entries;
  }

  /** Lots in front of an order. */
  ahead(order: MatchOrder): number {
    let lots = 0;
    for (let entry = order.place?.before; entry !== undefined; entry = entry.before) lots += entry.lots;
    return lots;
  }

  /**
   * Lots that do not belong to a self-trade prevention group.
   *
   * @param untilFirst Count only those before the group's first order; `ended` says whether there is one.
   */
  ofOthers(group: number, untilFirst: boolean): { lots: number; ended: boolean } {
    let lots = 0;
    for (let entry = this.#front; entry !== undefined; entry = entry.after) {
      if (entry.order?.stpGroup !== group) lots += entry.lots;
      else if (untilFirst) return { lots, ended: true };
    }
    return { lots, ended: false };
  }

  /** Puts an order at the back with its open lots. */
  push(order: MatchOrder): void {
    order.place = this.#append(order, order.openLots);
    this.#userLots += order.openLots;
    this.#users += 1;
  }

  /** Takes an order out. */
  remove(order: MatchOrder): void {
    const entry = order.place;
    if (entry === undefined) return;
    const { before, after } = entry;
    this.#userLots -= entry.lots;
    this.#leave(entry, order);
    if (before === undefined || after === undefined) return;
    if (before.order !== undefined || after.order !== undefined) return;
    after.lots += before.lots;
    after.crowdBefore = before.crowdBefore;
    this.#unlink(before);
  }

  /** Makes an order smaller where it stands. */
  shrink(order: MatchOrder, lots: number): void {
    const entry = order.place;
    if (entry === undefined) return;
    this.#userLots += lots - entry.lots;
    entry.lots = lots;
  }

  /** Sets the crowd's lots. */
  setCrowd(lots: number): void {
    if (lots > this.#crowdLots) this.#addCrowd(lots - this.#crowdLots);
    else if (lots < this.#crowdLots) this.#withdrawCrowd(this.#crowdLots - lots);
  }

  /** Takes lots from the first entry, which leaves when it has none left. */
  takeFront(lots: number): void {
    const front = this.#front!;
    front.lots -= lots;
    if (front.order === undefined) this.#crowdLots -= lots;
    else this.#userLots -= lots;
    if (front.lots > 0) return;
    if (front.order !== undefined) this.#leave(front, front.order);
    else {
      this.#unlink(front);
      front.crowdBefore = undefined;
    }
  }

  #addCrowd(lots: number): void {
    this.#crowdLots += lots;
    const back = this.#back;
    if (back !== undefined && back.order === undefined) {
      back.lots += lots;
      return;
    }
    const entry = this.#append(undefined, lots);
    entry.crowdBefore = this.#crowdBack;
    this.#crowdBack = entry;
  }

  #withdrawCrowd(lots: number): void {
    this.#crowdLots -= lots;
    let left = lots;
    while (left > 0) {
      const entry = this.#crowdBack!;
      const taken = Math.min(left, entry.lots);
      entry.lots -= taken;
      left -= taken;
      if (entry.lots > 0) return;
      this.#unlink(entry);
      this.#crowdBack = entry.crowdBefore;
    }
  }

  #append(order: MatchOrder | undefined, lots: number): QueueEntry {
    const before = this.#back;
    const entry = { order, lots, before, after: undefined, crowdBefore: undefined };
    if (before === undefined) this.#front = entry;
    else before.after = entry;
    this.#back = entry;
    return entry;
  }

  #leave(entry: QueueEntry, order: MatchOrder): void {
    order.place = undefined;
    this.#users -= 1;
    this.#unlink(entry);
  }

  /** Takes an entry out of the list, and lets go of its neighbours so that it keeps nobody in memory. */
  #unlink(entry: QueueEntry): void {
    const { before, after } = entry;
    entry.before = undefined;
    entry.after = undefined;
    if (before === undefined) this.#front = after;
    else before.after = after;
    if (after === undefined) this.#back = before;
    else after.before = before;
  }
}
