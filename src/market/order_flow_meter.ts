/**
 * Measures the pressure in one book.
 * @module
 */
import type { InstrumentId } from "../core/instrument.ts";
import type { OrderFlowMetrics } from "../core/order_flow.ts";
import type { BookSide } from "./book_side.ts";
import type { OrderBook } from "./order_book.ts";

/** Levels of each side whose sizes make the volume imbalance. */
const imbalanceLevels = 5;

/**
 * Adds up what happens in a book and to its trades between two calls of {@link OrderFlowMeter.take}. Adding makes no
 * garbage.
 */
export class OrderFlowMeter {
  #imbalance = 0;
  #bought = 0;
  #sold = 0;
  #bidPrice = NaN;
  #bidQuantity = NaN;
  #askPrice = NaN;
  #askQuantity = NaN;
  #since: number;

  /**
   * @param instrument Whose book it is.
   * @param since Start of the first window, epoch milliseconds.
   */
  constructor(readonly instrument: InstrumentId, since: number) {
    this.#since = since;
  }

  /** A usable book has changed. */
  onBook(book: OrderBook): void {
    const { bestPrice: bid, bestQuantity: bidQuantity } = book.bids;
    const { bestPrice: ask, bestQuantity: askQuantity } = book.asks;
    // Comparisons with NaN are false, so nothing is added across a side that was or is empty.
    if (bid >= this.#bidPrice) this.#imbalance += bidQuantity;
    if (bid <= this.#bidPrice) this.#imbalance -= this.#bidQuantity;
    if (ask <= this.#askPrice) this.#imbalance -= askQuantity;
    if (ask >= this.#askPrice) this.#imbalance += this.#askQuantity;
    this.#bidPrice = bid;
    this.#bidQuantity = bidQuantity;
    this.#askPrice = ask;
    this.#askQuantity = askQuantity;
  }

  /** The book is not usable any more: what comes next is not compared with what was. */
  onBroken(): void {
    this.#bidPrice =
      this.#bidQuantity =
      this.#askPrice =
      this.#askQuantity =
        NaN;
  }

  /** A trade of this instrument, size in the venue's order unit. */
  onTrade(takerSide: "buy" | "sell", quantity: number): void {
    if (takerSide === "buy") this.#bought += quantity;
    else this.#sold += quantity;
  }

  /**
   * What the window showed, and starts the next one.
   *
   * @param book The book now, for prices and sizes; they are NaN while it is not usable.
   * @param now Epoch milliseconds, later than the last call.
   */
  take(book: OrderBook | undefined, now: number): OrderFlowMetrics {
    const usable = book?.usable ? book : undefined;
    const metrics: OrderFlowMetrics = {
      instrument: this.instrument,
      windowMs: Math.max(1, Math.round(now - this.#since)),
      orderFlowImbalance: this.#imbalance,
      microprice: usable === undefined ? NaN : microprice(usable),
      volumeImbalance: usable === undefined ? NaN : volumeImbalance(usable),
      tradeImbalance: share(this.#bought, this.#sold),
      time: now,
    };
    this.#since = now;
    this.#imbalance = this.#bought = this.#sold = 0;
    return metrics;
  }
}

/**
 * Best prices weighted with the size of the other side: (bid · askSize + ask · bidSize) / (bidSize + askSize), nearer
 * to the side that will be used up sooner. NaN while a side is empty.
 */
export function microprice({ bids, asks }: OrderBook): number {
  const { bestQuantity: bidQuantity } = bids;
  const { bestQuantity: askQuantity } = asks;
  return (bids.bestPrice * askQuantity + asks.bestPrice * bidQuantity) / (bidQuantity + askQuantity);
}

/** (bids − asks) / (bids + asks) of the sizes of the best five levels: -1 to 1; NaN for an empty book. */
export function volumeImbalance({ bids, asks }: OrderBook): number {
  return share(sizeOf(bids), sizeOf(asks));
}

function sizeOf(side: BookSide): number {
  const levels = Math.min(side.length, imbalanceLevels);
  let size = 0;
  for (let depth = 0; depth < levels; depth++) size += side.quantity(depth);
  return size;
}

/** (a − b) / (a + b), which rounding keeps within -1 and 1 for what is not negative; NaN for nothing. */
function share(a: number, b: number): number {
  return (a - b) / (a + b);
}
