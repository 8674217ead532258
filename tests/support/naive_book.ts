/**
 * Order books as the venues' documents describe them, in plain maps: the truth that real books are compared with.
 * @module
 */
import { DepthUpdate, type LevelColumns } from "../../src/core/depth_update.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import type { BookSide } from "../../src/market/book_side.ts";
import type { OrderBook } from "../../src/market/order_book.ts";

/** Price and size. */
export type Level = readonly [price: number, quantity: number];

/** Both sides, best levels first. */
export interface Levels {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** What a test says about an update; sides that are left out have not changed. */
export interface UpdateText {
  readonly instrument?: number;
  readonly firstId?: number;
  readonly lastId: number;
  readonly bids?: readonly Level[];
  readonly asks?: readonly Level[];
  readonly full?: boolean;
  readonly depthLimit?: number;
  readonly exchangeTime?: number;
}

/** Makes an update. Without `firstId` it covers one version. */
export function depthUpdate(text: UpdateText): DepthUpdate {
  const update = new DepthUpdate();
  update.instrument = (text.instrument ?? 0) as InstrumentId;
  update.firstId = text.firstId ?? text.lastId;
  update.lastId = text.lastId;
  update.full = text.full ?? false;
  update.depthLimit = text.depthLimit ?? 0;
  update.exchangeTime = text.exchangeTime ?? 0;
  for (const [price, quantity] of text.bids ?? []) update.bids.push(price, quantity);
  for (const [price, quantity] of text.asks ?? []) update.asks.push(price, quantity);
  return update;
}

/** A snapshot: an update that replaces the book. */
export function snapshotOf(book: NaiveBook, depth = Infinity): DepthUpdate {
  return depthUpdate({ lastId: book.version, full: true, ...book.levels(depth) });
}

/** A book in two maps. */
export class NaiveBook {
  version = 0;
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();

  /** Sets absolute sizes; 0 deletes. */
  change(version: number, { bids, asks }: Levels): void {
    for (const [price, quantity] of bids) setLevel(this.bids, price, quantity);
    for (const [price, quantity] of asks) setLevel(this.asks, price, quantity);
    this.version = version;
  }

  /** The best `depth` levels of each side. */
  levels(depth = Infinity): Levels {
    return { bids: sorted(this.bids, -1).slice(0, depth), asks: sorted(this.asks, 1).slice(0, depth) };
  }

  /** A copy that does not change with this one. */
  clone(): NaiveBook {
    const copy = new NaiveBook();
    copy.change(this.version, this.levels());
    return copy;
  }
}

/** Sets a size in a side's map; 0 deletes. */
export function setLevel(side: Map<number, number>, price: number, quantity: number): void {
  if (quantity === 0) side.delete(price);
  else side.set(price, quantity);
}

/** Levels in ascending (`sign` 1) or descending (-1) order of price. */
export function sorted(side: ReadonlyMap<number, number>, sign: 1 | -1): Level[] {
  return [...side].sort((a, b) => sign * (a[0] - b[0]));
}

/** Levels of a side, best first. */
export function levelsOf(side: BookSide): Level[] {
  return Array.from(
    { length: side.length },
    (_, depth) => [side.price(depth), side.quantity(depth)] as const,
  );
}

/** Levels of a book, best first. */
export function levelsOfBook(book: OrderBook): Levels {
  return { bids: levelsOf(book.bids), asks: levelsOf(book.asks) };
}

/** Levels in the order of the wire. */
export function levelsOfColumns({ prices, quantities, length }: LevelColumns): Level[] {
  return Array.from({ length }, (_, i) => [prices[i]!, quantities[i]!] as const);
}
