/**
 * The order book that a simulated exchange keeps: the truth against which a client's book is compared.
 * @module
 */
import { BookSide, type LevelChange, type Side } from "./book_side.ts";

/** Hears of every level that changes. */
export interface LevelObserver {
  /**
   * A level changed; the book holds the new state already.
   *
   * @param rank Rank of the level, 0 for the best: after the change, or before it when it was deleted.
   */
  levelChanged(side: Side, tick: number, rank: number, change: LevelChange): void;
}

/** Two sides and a version that grows by one with every change of a level. */
export class SimulatedBook {
  readonly bids = new BookSide("bid");
  readonly asks = new BookSide("ask");
  readonly #observers = new Set<LevelObserver>();
  #version: number;

  /** @param version Version of the empty book. */
  constructor(version: number) {
    this.#version = version;
  }

  /** Version of the book as it stands. */
  get version(): number {
    return this.#version;
  }

  /** One side. */
  side(side: Side): BookSide {
    return side === "bid" ? this.bids : this.asks;
  }

  /** Sets a level to an absolute size in lots; 0 deletes it. Nothing happens when it has that size already. */
  set(side: Side, tick: number, lots: number): void {
    const levels = this.side(side);
    const change = levels.set(tick, lots);
    if (change === "none") return;
    this.#version += 1;
    const rank = levels.lastRank;
    for (const observer of this.#observers) observer.levelChanged(side, tick, rank, change);
  }

  /** Lets `observer` hear of every change from now on. */
  observe(observer: LevelObserver): void {
    this.#observers.add(observer);
  }

  /** Ends {@link SimulatedBook.observe}. */
  unobserve(observer: LevelObserver): void {
    this.#observers.delete(observer);
  }
}
