import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { InstrumentId } from "../../../../src/core/instrument.ts";
import { depthNotional, spreadBps } from "../../../../src/execution/risk/book_quality.ts";
import { bookOf, type Level } from "../../../support/books.ts";

const id = 0 as InstrumentId;
const spreadOf = (bids: Level[], asks: Level[]): number => spreadBps(bookOf(id, bids, asks));

Deno.test("The spread is counted from the middle, and is not known of an empty or crossed book", () => {
  assertAlmostEquals(spreadOf([[99.5, 1]], [[100.5, 1]]), 100);
  assertEquals(spreadOf([], [[100.5, 1]]), NaN);
  assertEquals(spreadOf([[99.5, 1]], []), NaN);
  assertEquals([spreadOf([[100, 1]], [[100, 1]]), spreadOf([[101, 1]], [[100, 1]])], [NaN, NaN]);
});

Deno.test("Depth is the value of the levels within 1 % of the best price, in base units times price", () => {
  const book = bookOf(
    id,
    [[100, 1], [99.5, 2], [99, 3], [98.99, 50]],
    [[101, 1], [102.01, 2], [102.02, 50]],
  );
  assertEquals(depthNotional(book.bids, 1, 1e9), 100 + 199 + 297);
  assertAlmostEquals(depthNotional(book.asks, 10, 1e9), 10 * (101 + 204.02));
  assertEquals(depthNotional(book.bids, 1, 150), 299, "it stops at what is enough");
  assertEquals(depthNotional(bookOf(id, [], []).bids, 1, 5), 0);
});
