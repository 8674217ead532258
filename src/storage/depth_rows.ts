/**
 * Levels of a book as rows.
 * @module
 */
import type { OrderBook } from "../market/order_book.ts";
import type { InstrumentId } from "../core/instrument.ts";
import type { DepthLevelRow } from "./market_tables.ts";

/** Most levels that the table takes. */
const mostLevels = 200;

/** Reads books into one object, which is reused for every level. */
export class DepthRows {
  readonly #row = {
    instrument: 0 as InstrumentId,
    level: 0,
    bidPrice: NaN,
    bidQuantity: NaN,
    askPrice: NaN,
    askQuantity: NaN,
    exchangeTime: 0,
    receivedAt: 0,
    updateId: 0,
  };

  /** Hands out the best levels of both sides, best first. */
  read(book: OrderBook, levels: number, receivedAt: number, take: (row: DepthLevelRow) => void): void {
    const row = this.#row;
    const { bids, asks } = book;
    row.instrument = book.instrument;
    row.exchangeTime = book.exchangeTime;
    row.receivedAt = receivedAt;
    row.updateId = book.version;
    const depth = Math.min(levels, mostLevels, Math.max(bids.length, asks.length));
    for (let level = 0; level < depth; level++) {
      row.level = level + 1;
      row.bidPrice = bids.price(level);
      row.bidQuantity = bids.quantity(level);
      row.askPrice = asks.price(level);
      row.askQuantity = asks.quantity(level);
      take(row);
    }
  }
}
