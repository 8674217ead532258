/**
 * Book updates, detection and replay: the work that follows decoding.
 * @module
 */
import { Detector } from "../../src/arbitrage/detector.ts";
import { buildRoutes } from "../../src/arbitrage/route.ts";
import { DepthUpdate } from "../../src/core/depth_update.ts";
import type { InstrumentId } from "../../src/core/instrument.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { OrderBook } from "../../src/market/order_book.ts";
import { testInstruments } from "../support/instruments.ts";

const random = new SeededRandom(7);
const tick = 0.1;
const middle = 64_000;

/** A book of 100 levels a side. */
function makeBook(instrument: InstrumentId, shift: number): OrderBook {
  const snapshot = new DepthUpdate();
  snapshot.full = true;
  for (let i = 1; i <= 100; i++) {
    snapshot.bids.push(round(middle + shift - i * tick), 1 + i / 10);
    snapshot.asks.push(round(middle + shift + i * tick), 1 + i / 10);
  }
  const book = new OrderBook(instrument);
  book.apply(snapshot, 0);
  book.usable = true;
  return book;
}

function round(price: number): number {
  return Math.round(price * 10) / 10;
}

/** Changes of 10 levels near the best: sizes, and a level that comes and goes. */
function makeUpdates(count: number): DepthUpdate[] {
  return Array.from({ length: count }, (_, n) => {
    const update = new DepthUpdate();
    for (let i = 0; i < 5; i++) {
      const depth = 1 + Math.floor(random.exponential(6));
      const quantity = i === 0 && n % 2 === 0 ? 0 : random.exponential(2);
      update.bids.push(round(middle - depth * tick), quantity);
      update.asks.push(round(middle + depth * tick), quantity);
    }
    return update;
  });
}

const updates = makeUpdates(1_000);
const book = makeBook(0 as InstrumentId, 0);
const naive = { bids: new Map<number, number>(), asks: new Map<number, number>() };

Deno.bench("cexarb", { group: "book update of 10 levels, with best prices ×1,000" }, () => {
  let sum = 0;
  for (const update of updates) {
    book.apply(update, 0);
    sum += book.bids.bestPrice + book.asks.bestPrice;
  }
  if (Number.isNaN(sum)) throw new Error("The book is empty");
});
// A Map is what a book is without order: it cannot tell its best price. A lower bound, not a book.
Deno.bench("Map, without best prices", {
  group: "book update of 10 levels, with best prices ×1,000",
  baseline: true,
}, () => {
  for (const { bids, asks } of updates) {
    for (let i = 0; i < bids.length; i++) {
      setOrDelete(naive.bids, bids.prices[i]!, bids.quantities[i]!);
      setOrDelete(naive.asks, asks.prices[i]!, asks.quantities[i]!);
    }
  }
});

function setOrDelete(side: Map<number, number>, price: number, quantity: number): void {
  if (quantity === 0) side.delete(price);
  else side.set(price, quantity);
}

const instruments = testInstruments(["BTC"]);
const universe = buildRoutes(instruments);
const limits = { maxNotional: 1_000, minEdgeBps: 2 };

/** Three venues of which the second stands `shift` above the others. */
function makeDetector(shift: number): { detector: Detector; books: OrderBook[] } {
  const detector = new Detector(universe, { limits, maxBookAgeMs: 5_000 }, {
    onEdge: () => {},
    onEnded: () => {},
  });
  const books = instruments.all.map(({ id }, index) => makeBook(id, index === 1 ? shift : 0));
  for (const each of books) detector.onBook(each, 0, 0);
  return { detector, books };
}

const quiet = makeDetector(0);
const crossed = makeDetector(400);

Deno.bench("no edge", { group: "detection after an update, 3 venues ×1,000" }, () => {
  for (let i = 0; i < 1_000; i++) quiet.detector.onBook(quiet.books[i % 3]!, 1, 1);
});
Deno.bench("edges on two routes, walked", { group: "detection after an update, 3 venues ×1,000" }, () => {
  for (let i = 0; i < 1_000; i++) crossed.detector.onBook(crossed.books[i % 3]!, 1, 1);
});
