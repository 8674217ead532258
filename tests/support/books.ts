/**
 * Order books for tests.
 * @module
 */
import { DepthUpdate } from "../../src/core/depth_update.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import { OrderBook } from "../../src/market/order_book.ts";

/** A price in quote and a size in the venue's order unit. */
export type Level = readonly [price: number, quantity: number];

/** A usable book with these levels, best ones first or in any order. */
export function bookOf(
  instrument: InstrumentId,
  bids: readonly Level[],
  asks: readonly Level[],
  updatedAt = 0,
): OrderBook {
  const book = new OrderBook(instrument);
  setBook(book, bids, asks, updatedAt);
  return book;
}

/** Replaces the levels of a book. */
export function setBook(
  book: OrderBook,
  bids: readonly Level[],
  asks: readonly Level[],
  updatedAt = 0,
): void {
  const update = new DepthUpdate();
  update.instrument = book.instrument;
  update.full = true;
  for (const [price, quantity] of bids) update.bids.push(price, quantity);
  for (const [price, quantity] of asks) update.asks.push(price, quantity);
  book.apply(update, updatedAt);
  book.usable = true;
}
