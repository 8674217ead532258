/**
 * Price-time priority for one instrument: users' orders among the liquidity of a crowd.
 * @module
 */
import { BookSide, type Side, type TickLevel } from "../market/book_side.ts";
import type { SimulatedBook } from "../market/simulated_book.ts";
import { LevelQueue } from "./level_queue.ts";
import type { MatchOrder } from "./match_order.ts";

/** Numbers and publishes a trade; returns its id. */
export type ReportTrade = (takerSide: Side, tick: number, lots: number, timeMs: number) => number;

/** How many lots an incoming order can still pay for at a price in ticks. */
export type Capacity = (tick: number) => number;

/** An incoming order on its way through the book. */
interface Sweep {
  readonly side: Side;
  /** Last price in ticks that it accepts. */
  readonly worstTick: number;
  /** Undefined for the crowd. */
  readonly taker: MatchOrder | undefined;
  /** Lots that the crowd still wants; a user's order knows its own. */
  crowdLots: number;
  readonly bound: Capacity | undefined;
  readonly timeMs: number;
}

/** The other side. */
export function opposite(side: Side): Side {
  return side === "bid" ? "ask" : "bid";
}

/** Whether an order at `tick` on `side` accepts the price `price` of the other side. */
export function accepts(side: Side, tick: number, price: number): boolean {
  return side === "bid" ? price <= tick : price >= tick;
}

/**
 * The crowd's levels and the users' orders of one instrument, and the published book that is their sum. The
 * published book is never crossed: whoever would cross it trades first. The crowd does not trade with itself by
 * quoting: its own lots in the way of a new quote are withdrawn.
 */
export class MatchingBook {
  /** The crowd's share of the book. Read only. */
  readonly crowd = { bids: new BookSide("bid"), asks: new BookSide("ask") };
  readonly #published: SimulatedBook;
  readonly #report: ReportTrade;
  /** Queues of the levels that hold users' orders; every other level is the crowd's alone. */
  readonly #queues = { bid: new Map<number, LevelQueue>(), ask: new Map<number, LevelQueue>() };

  constructor(published: SimulatedBook, report: ReportTrade) {
    this.#published = published;
    this.#report = report;
  }

  /**
   * Sets the crowd's lots at a price. What crosses users' orders trades with them; only the rest is quoted, so there
   * is none as long as a user stands in the way.
   */
  quote(side: Side, tick: number, lots: number, timeMs: number): void {
    const crosses = lots > 0 && this.wouldTake(side, tick);
    const rest = crosses ? lots - this.#cross(side, tick, lots, timeMs) : lots;
    this.#crowdSide(side).set(tick, rest);
    this.#publish(side, tick);
  }

  /** A taker order of the crowd; returns the lots that it got. */
  take(side: Side, worstTick: number, lots: number, timeMs: number): number {
    return this.#sweep({ side, worstTick, taker: undefined, crowdLots: lots, bound: undefined, timeMs });
  }

  /** Whether an order at this price would execute at once. */
  wouldTake(side: Side, tick: number): boolean {
    return accepts(side, tick, this.#published.side(opposite(side)).tickAt(0));
  }

  /**
   * The levels that an incoming order would take, without taking them.
   *
   * @param lots Lots wanted.
   * @param taker The order, so that self-trade prevention is regarded: lots of its own group are passed over, or end
   *   the list when they would end the order. Without it, nothing is prevented.
   */
  preview(side: Side, worstTick: number, lots: number, taker?: MatchOrder): TickLevel[] {
    const levels: TickLevel[] = [];
    const book = this.#published.side(opposite(side));
    const group = taker?.stpGroup ?? 0;
    let left = lots;
    for (let rank = 0; rank < book.size && left > 0; rank++) {
      const tick = book.tickAt(rank);
      if (!accepts(side, worstTick, tick)) break;
      const queue = group === 0 ? undefined : this.#queues[opposite(side)].get(tick);
      const others = queue?.ofOthers(group, taker?.stpAction !== "cancel-oldest");
      const taken = Math.min(left, others?.lots ?? book.lotsAt(rank));
      if (taken > 0) levels.push({ tick, lots: taken });
      left -= taken;
      if (others?.ended) break;
    }
    return levels;
  }

  /** Whether an order could be filled completely at once, with regard to self-trade prevention. */
  fillable(order: MatchOrder): boolean {
    const levels = this.preview(order.side, order.tick, order.openLots, order);
    return levels.reduce((sum, { lots }) => sum + lots, 0) === order.openLots;
  }

  /**
   * Executes an incoming order as far as the book goes; the rest stays in its open lots.
   *
   * @param bound Bound on the lots at each price besides the open lots; default none.
   */
  execute(order: MatchOrder, timeMs: number, bound?: Capacity): void {
    this.#sweep({ side: order.side, worstTick: order.tick, taker: order, crowdLots: 0, bound, timeMs });
  }

  /** Puts an order into the book behind everybody at its price. It must not cross. */
  rest(order: MatchOrder): void {
    const queues = this.#queues[order.side];
    let queue = queues.get(order.tick);
    if (queue === undefined) {
      queue = new LevelQueue(this.#crowdAt(order.side, order.tick));
      queues.set(order.tick, queue);
    }
    queue.push(order);
    this.#publish(order.side, order.tick);
  }

  /** Takes a resting order out. */
  withdraw(order: MatchOrder): void {
    this.#queues[order.side].get(order.tick)?.remove(order);
    this.#publish(order.side, order.tick);
  }

  /** Makes a resting order smaller; it keeps its place. */
  shrink(order: MatchOrder, openLots: number): void {
    order.openLots = openLots;
    this.#queues[order.side].get(order.tick)?.shrink(order, openLots);
    this.#publish(order.side, order.tick);
  }

  /** Lots that are to be executed before a resting order. */
  ahead(order: MatchOrder): number {
    return this.#queues[order.side].get(order.tick)?.ahead(order) ?? 0;
  }

  /** A new quote meets the other side: users trade, the crowd steps back. Returns the lots traded. */
  #cross(side: Side, tick: number, lots: number, timeMs: number): number {
    const other = opposite(side);
    let traded = 0;
    for (let best = this.#best(other); accepts(side, tick, best); best = this.#best(other)) {
      this.#crowdSide(other).set(best, 0);
      this.#publish(other, best);
      if (this.#best(other) !== best) continue;
      const taken = this.take(side, best, lots - traded, timeMs);
      traded += taken;
      if (taken === 0 || this.#best(other) === best) break;
    }
    return traded;
  }

  #sweep(sweep: Sweep): number {
    const other = opposite(sweep.side);
    const book = this.#published.side(other);
    let total = 0;
    for (let tick = book.tickAt(0); accepts(sweep.side, sweep.worstTick, tick); tick = book.tickAt(0)) {
      const queue = this.#queues[other].get(tick);
      const taken = queue === undefined
        ? this.#takeCrowd(sweep, other, tick)
        : this.#takeQueue(sweep, other, tick, queue);
      total += taken;
      if (book.tickAt(0) === tick) break;
    }
    return total;
  }

  #takeCrowd(sweep: Sweep, other: Side, tick: number): number {
    const crowd = this.#crowdSide(other);
    const lots = Math.min(crowd.lotsAt(0), capacity(sweep, tick));
    if (lots <= 0) return 0;
    crowd.set(tick, crowd.lotsAt(0) - lots);
    this.#publish(other, tick);
    this.#executed(sweep, undefined, tick, lots);
    return lots;
  }

  #takeQueue(sweep: Sweep, other: Side, tick: number, queue: LevelQueue): number {
    let total = 0;
    for (let front = queue.front; front !== undefined; front = queue.front) {
      if (capacity(sweep, tick) <= 0) break;
      const maker = front.order;
      if (maker !== undefined && sweep.taker !== undefined && sameGroup(maker, sweep.taker)) {
        this.#prevent(sweep.taker, maker, queue);
        continue;
      }
      const lots = Math.min(front.lots, capacity(sweep, tick));
      queue.takeFront(lots);
      if (maker === undefined) this.#crowdSide(other).set(tick, queue.crowdLots);
      else maker.openLots -= lots;
      total += lots;
      this.#executed(sweep, maker, tick, lots);
    }
    this.#publish(other, tick);
    return total;
  }

  #prevent(taker: MatchOrder, maker: MatchOrder, queue: LevelQueue): void {
    if (taker.stpAction !== "cancel-newest") {
      queue.remove(maker);
      maker.onSelfTradePrevented();
      maker.openLots = 0;
    }
    if (taker.stpAction !== "cancel-oldest") {
      taker.onSelfTradePrevented();
      taker.openLots = 0;
    }
  }

  #executed(sweep: Sweep, maker: MatchOrder | undefined, tick: number, lots: number): void {
    const { side, taker, timeMs } = sweep;
    if (taker === undefined) sweep.crowdLots -= lots;
    else taker.openLots -= lots;
    const tradeId = this.#report(side, tick, lots, timeMs);
    if (taker === undefined && maker === undefined) return;
    const execution = { tradeId, takerSide: side, tick, lots, timeMs, taker, maker };
    // The maker's side settles first, as the resting order was there first.
    maker?.onExecution(execution);
    taker?.onExecution(execution);
  }

  #crowdAt(side: Side, tick: number): number {
    return this.#crowdSide(side).lotsWithin(tick, Infinity);
  }

  #crowdSide(side: Side): BookSide {
    return side === "bid" ? this.crowd.bids : this.crowd.asks;
  }

  #best(side: Side): number {
    return this.#published.side(side).tickAt(0);
  }

  /** Brings the published level up to date with the crowd and the queue. */
  #publish(side: Side, tick: number): void {
    const queues = this.#queues[side];
    const queue = queues.get(tick);
    const crowd = this.#crowdAt(side, tick);
    if (queue === undefined) {
      this.#published.set(side, tick, crowd);
      return;
    }
    queue.setCrowd(crowd);
    this.#published.set(side, tick, queue.totalLots);
    if (!queue.hasUsers) queues.delete(tick);
  }
}

function sameGroup(a: MatchOrder, b: MatchOrder): boolean {
  return a.stpGroup !== 0 && a.stpGroup === b.stpGroup;
}

/** Lots that an incoming order can take at a price. */
function capacity({ taker, crowdLots, bound }: Sweep, tick: number): number {
  if (taker === undefined) return crowdLots;
  return bound === undefined ? taker.openLots : Math.min(taker.openLots, bound(tick));
}
