/**
 * Order books.
 * @module
 */
import type { DepthUpdate, LevelColumns } from "../core/depth_update.ts";
import type { InstrumentId } from "../core/instrument.ts";
import { BookSide } from "./book_side.ts";

/**
 * The bids and asks of one instrument. Whether its prices may be used is said by {@link OrderBook.usable}:
 * whoever reads a price checks it first, and nothing but the book's synchroniser sets it.
 */
export class OrderBook {
  readonly bids = new BookSide(1);
  readonly asks = new BookSide(-1);
  /** Whether the book is complete, continuous and not crossed. */
  usable = false;
  /** Version of the book: the last update id that is in it. */
  version = 0;
  /** Monotonic milliseconds of the frame that last changed or confirmed it. */
  updatedAt = 0;
  /** Venue's time of the last change in epoch milliseconds; 0 when it sent none. */
  exchangeTime = 0;

  constructor(readonly instrument: InstrumentId) {}

  /** Whether best bid and best ask have met or crossed, which no real book does. */
  get crossed(): boolean {
    return this.bids.bestPrice >= this.asks.bestPrice;
  }

  /**
   * Whether prices may be read now: usable, and heard of within `maxAgeMs`.
   *
   * @param now Monotonic milliseconds.
   */
  isFresh(now: number, maxAgeMs: number): boolean {
    return this.usable && now - this.updatedAt <= maxAgeMs;
  }

  /** Applies all levels of an update, or replaces the book when the update is full. Checks nothing. */
  apply(update: DepthUpdate, receivedAt: number): void {
    if (update.full) {
      this.bids.load(update.bids);
      this.asks.load(update.asks);
    } else {
      applyLevels(this.bids, update.bids);
      applyLevels(this.asks, update.asks);
    }
    if (update.depthLimit > 0) {
      this.bids.trim(update.depthLimit);
      this.asks.trim(update.depthLimit);
    }
    this.version = update.lastId;
    this.updatedAt = receivedAt;
    this.exchangeTime = update.exchangeTime;
  }

  /** Makes the book empty and unusable. */
  reset(): void {
    this.bids.clear();
    this.asks.clear();
    this.usable = false;
    this.version = 0;
  }
}

function applyLevels(side: BookSide, levels: LevelColumns): void {
  const { prices, quantities, length } = levels;
  for (let i = 0; i < length; i++) side.set(prices[i]!, quantities[i]!);
}
