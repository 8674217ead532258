import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TradedBooks } from "../../../src/engine/traded_books.ts";
import { OrderBook } from "../../../src/market/order_book.ts";
import type { TrackedOrder } from "../../../src/execution/tracked_order.ts";
import { testInstruments } from "../../support/instruments.ts";
import { OrderDesk } from "../../support/order_desk.ts";
import { reportOf, requestOf, tradeOf } from "../../support/order_messages.ts";

const instrument = testInstruments(["HYPE"]).ofExchange("GATEIO_SPOT")[0]!;
const request = requestOf(instrument);

/** An order that ended after this time with a fill of that venue time, or with none. */
function endedOrder(desk: OrderDesk, afterMs: number, filledAt?: number): TrackedOrder {
  const order = desk.order(request);
  desk.wait(afterMs);
  if (filledAt !== undefined) desk.tracker.fill(tradeOf(request, "1", 10, { time: filledAt }));
  else desk.tracker.report(reportOf(request, "cancelled"));
  assert(order.isFinal);
  return order;
}

/** A book whose last frame was received then. */
function bookOf(updatedAt: number, exchangeTime: number): OrderBook {
  const book = new OrderBook(instrument.id);
  book.updatedAt = updatedAt;
  book.exchangeTime = exchangeTime;
  return book;
}

Deno.test("A book that was received before an order ended is no reason for the next one", () => {
  const desk = new OrderDesk();
  const books = new TradedBooks(desk.clock);
  assert(books.isNewer(bookOf(0, 0)));
  const end = desk.clock.monotonicMs() + 10;
  const order = endedOrder(desk, 10);
  desk.wait(30);
  books.onEnded([order]);
  assert(!books.isNewer(bookOf(end - 1, 0)) && !books.isNewer(bookOf(end, 0)));
  assert(!books.isEmpty);
  assert(books.isNewer(bookOf(end + 1, 0)), "a frame after the end, before the whole execution had ended");
  assert(books.isEmpty && books.isNewer(bookOf(end, 0)), "once seen it is known");
});

Deno.test("A book that the venue stamped before the last fill does not show it, however late it was received", () => {
  const desk = new OrderDesk();
  const books = new TradedBooks(desk.clock);
  const order = endedOrder(desk, 10, 5_000.75);
  books.onEnded([order]);
  const later = desk.clock.monotonicMs() + 20;
  assert(!books.isNewer(bookOf(later, 4_999)));
  assert(books.isNewer(bookOf(later, 5_000)), "stamps of whole milliseconds");
});

Deno.test("A venue whose books are stamped before its fills for ever is waited for five seconds", () => {
  const desk = new OrderDesk();
  const books = new TradedBooks(desk.clock);
  books.onEnded([endedOrder(desk, 10, 9_000)]);
  const end = desk.clock.monotonicMs();
  assert(!books.isNewer(bookOf(end + 4_999, 1)));
  assert(books.isNewer(bookOf(end + 5_000, 1)));
});

Deno.test("Other instruments are not kept waiting", () => {
  const desk = new OrderDesk();
  const books = new TradedBooks(desk.clock);
  books.onEnded([endedOrder(desk, 10)]);
  const other = new OrderBook(testInstruments(["HYPE"]).ofExchange("MEXC_SPOT")[0]!.id);
  assert(books.isNewer(other));
});

Deno.test("Of several orders in an instrument the last one counts, in whatever order they are told", () => {
  fc.assert(fc.property(
    fc.array(
      fc.record({ at: fc.integer({ min: 1, max: 500 }), filledAt: fc.integer({ min: 1, max: 500 }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    fc.record({ updatedAt: fc.nat(600), exchangeTime: fc.nat(600) }),
    (ends, frame) => {
      const clock = { epochMs: () => 10_000, monotonicMs: () => 1_000 };
      const books = new TradedBooks(clock);
      const orders = ends.map(({ at, filledAt }) => ({
        request,
        // 1,000 on the monotonic clock is 10,000 on the wall.
        endedAt: 9_000 + at,
        fills: [{ time: filledAt }],
      } as unknown as TrackedOrder));
      books.onEnded(orders);
      const isAfterAll = ends.every(({ at, filledAt }) =>
        frame.updatedAt > at && (frame.exchangeTime === 0 || frame.exchangeTime >= filledAt)
      );
      assertEquals(books.isNewer(bookOf(frame.updatedAt, frame.exchangeTime)), isAfterAll);
    },
  ));
});
