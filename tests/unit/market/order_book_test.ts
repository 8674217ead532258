import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { InstrumentId } from "../../../src/core/instrument.ts";
import { OrderBook } from "../../../src/market/order_book.ts";
import { depthUpdate, type Level, levelsOfBook, NaiveBook } from "../../support/naive_book.ts";

function emptyBook(): OrderBook {
  return new OrderBook(3 as InstrumentId);
}

const side = (from: number): fc.Arbitrary<Level[]> =>
  fc.array(
    fc.tuple(
      fc.integer({ min: from, max: from + 60 }).map((ticks) => ticks / 100),
      fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 99 })),
    ),
    { maxLength: 12 },
  );

Deno.test("OrderBook holds after any updates what two maps hold, cut to the levels that the venue maintains", () => {
  const update = fc.record({
    bids: side(1),
    asks: side(100),
    full: fc.boolean(),
    depthLimit: fc.constantFrom(0, 5, 20),
  });
  fc.assert(fc.property(fc.array(update, { maxLength: 60 }), (updates) => {
    const book = emptyBook();
    let model = new NaiveBook();
    updates.forEach(({ bids, asks, full, depthLimit }, index) => {
      book.apply(
        depthUpdate({ lastId: index + 1, bids, asks, full, depthLimit, exchangeTime: 70 + index }),
        index,
      );
      if (full) model = new NaiveBook();
      model.change(index + 1, { bids, asks });
      if (depthLimit > 0) {
        const kept = new NaiveBook();
        kept.change(index + 1, model.levels(depthLimit));
        model = kept;
      }
      assertEquals(levelsOfBook(book), model.levels());
      assertEquals([book.version, book.updatedAt, book.exchangeTime], [index + 1, index, 70 + index]);
    });
  }));
});

Deno.test("OrderBook is crossed when its best prices meet or pass each other, never with an empty side", () => {
  const crossed = (bids: Level[], asks: Level[]): boolean => {
    const book = emptyBook();
    book.apply(depthUpdate({ lastId: 1, bids, asks }), 0);
    return book.crossed;
  };
  assertStrictEquals(crossed([[10, 1]], [[11, 1]]), false);
  assertStrictEquals(crossed([[10, 1]], [[10, 1]]), true);
  assertStrictEquals(crossed([[9, 1], [12, 1]], [[11, 1]]), true);
  assertStrictEquals(crossed([[10, 1]], []), false);
  assertStrictEquals(crossed([], [[10, 1]]), false);
  assertStrictEquals(crossed([], []), false);
});

Deno.test("OrderBook is fresh only while it is usable and was heard of recently", () => {
  const book = emptyBook();
  book.apply(depthUpdate({ lastId: 1, bids: [[10, 1]] }), 1000);
  assertStrictEquals(book.isFresh(1000, 500), false);
  book.usable = true;
  assertStrictEquals(book.isFresh(1500, 500), true);
  assertStrictEquals(book.isFresh(1501, 500), false);
});

Deno.test("OrderBook is empty and unusable after a reset", () => {
  const book = emptyBook();
  book.apply(depthUpdate({ lastId: 8, bids: [[10, 1]], asks: [[11, 1]] }), 5);
  book.usable = true;
  book.reset();
  assertEquals([book.usable, book.version, levelsOfBook(book)], [false, 0, { bids: [], asks: [] }]);
  assertStrictEquals(book.crossed, false);
});
