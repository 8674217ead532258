/**
 * Price-time priority as its rules read, in one plain list: every question is answered by looking through all of it.
 * @module
 */
import type { SelfTradeAction } from "../../../../src/simulator/matching/match_order.ts";
import type { Side } from "../../../../src/simulator/market/book_side.ts";

/** An order of a user. */
export interface NaiveOrder {
  readonly name: string;
  readonly side: Side;
  tick: number;
  open: number;
  filled: number;
  readonly group: number;
  readonly action: SelfTradeAction;
}

/** A piece of liquidity; without an order it is the crowd's. Earlier in the list means earlier in time. */
interface Piece {
  readonly side: Side;
  readonly tick: number;
  readonly order: NaiveOrder | undefined;
  lots: number;
}

/** Whoever takes: a user's order, or the crowd with the lots that it wants. */
interface Taker {
  readonly side: Side;
  readonly worst: number;
  readonly order: NaiveOrder | undefined;
  /** Lots that it can still take at a price. */
  readonly room: (tick: number) => number;
  readonly got: (lots: number) => void;
}

/** The matching engine that is slow and obvious. */
export class NaiveMatching {
  /** What happened, one line each. */
  readonly events: string[] = [];
  version = 0;
  #pieces: Piece[] = [];
  readonly #published = new Map<string, number>();
  #trades = 0;

  /** The crowd wants to have these lots at a price. */
  quote(side: Side, tick: number, lots: number): void {
    const other = side === "bid" ? "ask" : "bid";
    let rest = lots;
    let meets = lots > 0;
    while (meets && this.#crosses(side, tick, this.best(other))) {
      const best = this.best(other);
      // The crowd does not trade with itself: it steps back.
      this.#pieces = this.#pieces.filter((piece) => !(at(piece, other, best) && piece.order === undefined));
      this.#publish(other, best);
      this.#takeLevel(
        { side, worst: best, order: undefined, room: () => rest, got: (taken) => rest -= taken },
        best,
      );
      meets = this.lots(other, best) === 0;
    }
    // A user who still stands in the way keeps the crowd from quoting.
    this.#setCrowd(side, tick, meets ? rest : 0);
    this.#publish(side, tick);
  }

  /** The crowd takes, from users and from itself. */
  take(side: Side, worst: number, lots: number): number {
    let left = lots;
    this.#sweep({ side, worst, order: undefined, room: () => left, got: (taken) => left -= taken });
    return lots - left;
  }

  /** A user's order executes as far as it goes. @param budget Quote amount in ticks times lots that it may spend. */
  execute(order: NaiveOrder, budget = Infinity): void {
    let money = budget;
    let price = 0;
    this.#sweep({
      side: order.side,
      worst: order.tick,
      order,
      room: (tick) => {
        price = tick;
        return Math.min(order.open, Math.floor(money / tick));
      },
      got: (taken) => {
        order.open -= taken;
        order.filled += taken;
        money -= price * taken;
      },
    });
  }

  /** What is left of an order joins the back of its price. */
  rest(order: NaiveOrder): void {
    this.#pieces.push({ side: order.side, tick: order.tick, order, lots: order.open });
    this.#publish(order.side, order.tick);
  }

  /** An order leaves. */
  withdraw(order: NaiveOrder): void {
    this.#pieces = this.#pieces.filter((piece) => piece.order !== order);
    this.#publish(order.side, order.tick);
  }

  /** An order gets smaller where it stands. */
  shrink(order: NaiveOrder, open: number): void {
    order.open = open;
    for (const piece of this.#pieces) if (piece.order === order) piece.lots = open;
    this.#publish(order.side, order.tick);
  }

  /** Lots that come before an order at its price. */
  ahead(order: NaiveOrder): number {
    const level = this.#level(order.side, order.tick);
    const index = level.findIndex((piece) => piece.order === order);
    return level.slice(0, index).reduce((sum, piece) => sum + piece.lots, 0);
  }

  /** Whether an order is in the book. */
  rests(order: NaiveOrder): boolean {
    return this.#pieces.some((piece) => piece.order === order);
  }

  /** Whether an order would trade at once. */
  crossing(side: Side, tick: number): boolean {
    return this.#crosses(side, tick, this.best(side === "bid" ? "ask" : "bid"));
  }

  /** Whether an order would be filled completely: tried out on a copy. */
  fillable(order: NaiveOrder): boolean {
    const copy = new NaiveMatching();
    copy.#pieces = this.#pieces.map((piece) => ({ ...piece, order: piece.order && { ...piece.order } }));
    const twin = { ...order };
    copy.execute(twin);
    return twin.filled - order.filled === order.open;
  }

  /** Best price of a side, or NaN. */
  best(side: Side): number {
    const ticks = this.#pieces.filter((piece) => piece.side === side).map((piece) => piece.tick);
    if (ticks.length === 0) return NaN;
    return side === "bid" ? Math.max(...ticks) : Math.min(...ticks);
  }

  /** Lots at a price. @param users Whether those of users count. */
  lots(side: Side, tick: number, users = true): number {
    return this.#level(side, tick)
      .reduce((sum, piece) => sum + (users || piece.order === undefined ? piece.lots : 0), 0);
  }

  /** Levels of a side, best first. @param users Whether those of users count. */
  levels(side: Side, users = true): { tick: number; lots: number }[] {
    const ticks = new Set(this.#pieces.filter((piece) => piece.side === side).map((piece) => piece.tick));
    return [...ticks].sort((a, b) => side === "bid" ? b - a : a - b)
      .map((tick) => ({ tick, lots: this.lots(side, tick, users) }))
      .filter(({ lots }) => lots > 0);
  }

  #sweep(taker: Taker): void {
    const other = taker.side === "bid" ? "ask" : "bid";
    while (this.#crosses(taker.side, taker.worst, this.best(other))) {
      const best = this.best(other);
      this.#takeLevel(taker, best);
      if (this.lots(other, best) > 0) return;
    }
  }

  /** From the first to the last at one price. */
  #takeLevel(taker: Taker, tick: number): void {
    const other = taker.side === "bid" ? "ask" : "bid";
    for (let level = this.#level(other, tick); level.length > 0; level = this.#level(other, tick)) {
      if (taker.room(tick) <= 0) break;
      const maker = level[0]!.order;
      const incoming = taker.order;
      if (
        maker !== undefined && incoming !== undefined && maker.group > 0 && maker.group === incoming.group
      ) {
        this.#prevent(incoming, maker);
        continue;
      }
      // The crowd's pieces that follow each other cannot be told apart: one trade.
      const end = maker === undefined ? level.findIndex((piece) => piece.order !== undefined) : 1;
      const pieces = level.slice(0, end < 0 ? level.length : end);
      const lots = Math.min(taker.room(tick), pieces.reduce((sum, piece) => sum + piece.lots, 0));
      let left = lots;
      for (const piece of pieces) {
        const taken = Math.min(left, piece.lots);
        piece.lots -= taken;
        left -= taken;
      }
      this.#pieces = this.#pieces.filter((piece) => piece.lots > 0);
      if (maker !== undefined) {
        maker.open -= lots;
        maker.filled += lots;
      }
      taker.got(lots);
      this.#trades += 1;
      const names = `${incoming?.name ?? "crowd"} from ${maker?.name ?? "crowd"}`;
      this.events.push(`trade ${this.#trades}: ${taker.side} ${lots} at ${tick}, ${names}`);
    }
    this.#publish(other, tick);
  }

  #prevent(incoming: NaiveOrder, resting: NaiveOrder): void {
    if (incoming.action !== "cancel-newest") {
      this.#pieces = this.#pieces.filter((piece) => piece.order !== resting);
      resting.open = 0;
      this.events.push(`prevented ${resting.name}`);
    }
    if (incoming.action !== "cancel-oldest") {
      incoming.open = 0;
      this.events.push(`prevented ${incoming.name}`);
    }
  }

  #setCrowd(side: Side, tick: number, lots: number): void {
    let change = lots - this.lots(side, tick, false);
    if (change > 0) this.#pieces.push({ side, tick, order: undefined, lots: change });
    for (const piece of this.#level(side, tick).reverse()) {
      if (change >= 0) break;
      if (piece.order !== undefined) continue;
      const taken = Math.min(piece.lots, -change);
      piece.lots -= taken;
      change += taken;
    }
    this.#pieces = this.#pieces.filter((piece) => piece.lots > 0);
  }

  /** Whether a price of the other side is acceptable. */
  #crosses(side: Side, tick: number, price: number): boolean {
    return side === "bid" ? price <= tick : price >= tick;
  }

  #level(side: Side, tick: number): Piece[] {
    return this.#pieces.filter((piece) => at(piece, side, tick));
  }

  /** Counts a change of a level that the public can see. */
  #publish(side: Side, tick: number): void {
    const key = `${side} ${tick}`;
    const lots = this.lots(side, tick);
    if ((this.#published.get(key) ?? 0) === lots) return;
    this.#published.set(key, lots);
    this.version += 1;
  }
}

function at(piece: Piece, side: Side, tick: number): boolean {
  return piece.side === side && piece.tick === tick;
}
