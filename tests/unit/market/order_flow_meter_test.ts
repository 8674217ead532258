import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { InstrumentId } from "../../../src/core/instrument.ts";
import { microprice, OrderFlowMeter, volumeImbalance } from "../../../src/market/order_flow_meter.ts";
import { bookOf, type Level, setBook } from "../../support/books.ts";

const id = 3 as InstrumentId;

/** Pressure of one side by its three cases: a better price, a worse one, the same. */
function pressure(better: number, sizeBefore: number, sizeAfter: number): number {
  if (better > 0) return sizeAfter;
  return better < 0 ? -sizeBefore : sizeAfter - sizeBefore;
}

Deno.test("OrderFlowMeter adds what came to the bid and left the ask, and takes off what went the other way", () => {
  const top = fc.record({
    bid: fc.integer({ min: 90, max: 94 }),
    ask: fc.integer({ min: 95, max: 99 }),
    bidSize: fc.integer({ min: 1, max: 50 }),
    askSize: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(fc.property(fc.array(top, { minLength: 1, maxLength: 30 }), (tops) => {
    const book = bookOf(id, [], []), meter = new OrderFlowMeter(id, 0);
    let expected = 0;
    tops.forEach((now, index) => {
      setBook(book, [[now.bid, now.bidSize], [80, 7]], [[now.ask, now.askSize], [110, 9]]);
      meter.onBook(book);
      const before = tops[index - 1];
      if (before === undefined) return;
      expected += pressure(now.bid - before.bid, before.bidSize, now.bidSize);
      expected -= pressure(before.ask - now.ask, before.askSize, now.askSize);
    });
    assertEquals(meter.take(book, 10).orderFlowImbalance, expected);
    assertEquals(meter.take(book, 20).orderFlowImbalance, 0, "the next window starts from nothing");
  }));
});

Deno.test("OrderFlowMeter compares nothing across a broken book or an empty side", () => {
  const book = bookOf(id, [[99, 5]], [[101, 5]]), meter = new OrderFlowMeter(id, 0);
  meter.onBook(book);
  meter.onBroken();
  setBook(book, [[100, 8]], [[101, 1]]);
  meter.onBook(book);
  setBook(book, [], [[101, 1]]);
  meter.onBook(book);
  setBook(book, [[100, 8]], [[101, 1]]);
  meter.onBook(book);
  assertEquals(meter.take(book, 1).orderFlowImbalance, 0);
});

Deno.test("OrderFlowMeter tells the share of takers, the length of the window, and no prices of a book that is not usable", () => {
  const book = bookOf(id, [[99, 5]], [[101, 5]]), meter = new OrderFlowMeter(id, 1_000);
  meter.onTrade("buy", 6);
  meter.onTrade("sell", 2);
  const first = meter.take(book, 2_000);
  assertEquals([first.tradeImbalance, first.windowMs, first.time], [0.5, 1_000, 2_000]);
  assertEquals([first.microprice, first.volumeImbalance], [100, 0]);
  book.usable = false;
  const second = meter.take(book, 2_500);
  assertEquals([second.tradeImbalance, second.microprice, second.volumeImbalance], [NaN, NaN, NaN]);
  assertEquals(meter.take(undefined, 3_000).windowMs, 500);
});

Deno.test("microprice leans to the side with less size, volumeImbalance to the one with more in five levels", () => {
  const bids: Level[] = [[99, 30], [98, 1], [97, 1], [96, 1], [95, 1], [94, 1_000]];
  const asks: Level[] = [[101, 10], [102, 6]];
  const book = bookOf(id, bids, asks);
  assertAlmostEquals(microprice(book), (99 * 10 + 101 * 30) / 40, 1e-12);
  assertAlmostEquals(volumeImbalance(book), (34 - 16) / (34 + 16), 1e-12);
  assertEquals(volumeImbalance(bookOf(id, [[1, 2]], [])), 1);
  assertEquals(microprice(bookOf(id, [[1, 2]], [])), NaN);
});
