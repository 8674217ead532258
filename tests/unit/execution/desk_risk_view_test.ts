import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { baseQuantity } from "../../../src/core/units.ts";
import { DeskRiskView } from "../../../src/execution/desk_risk_view.ts";
import type { OrderBook } from "../../../src/market/order_book.ts";
import { bookOf } from "../../support/books.ts";
import { FlowWorld, worldStart } from "../../support/flow_world.ts";
import { reportOf } from "../../support/order_messages.ts";

/** A view of HYPE with books at 40, 41 and 42 on MEXC, Gate.io and its futures. */
function bench(
  day?: { day: number; equity: number },
): { world: FlowWorld; view: DeskRiskView; books: Map<number, OrderBook> } {
  const world = new FlowWorld();
  const { clock, flow, instruments, venues } = world;
  const books = new Map(instruments.all.map(({ id }) => [
    id as number,
    bookOf(id, [[39.5 + id, 1_000]], [[40.5 + id, 1_000]]),
  ]));
  const view = new DeskRiskView({
    ...{ clock, flow, instruments, venues },
    volatility: { bps: ({ id }) => 10 * id },
    book: ({ id }) => books.get(id),
    venueTimeMs: () => clock.epochMs() + 50,
    maxBookAgeMs: () => 1_000,
    ...(day === undefined ? {} : { day }),
  });
  return { world, view, books };
}

Deno.test("The fair price is the median of the middles that may be read", async () => {
  const { world, view, books } = bench();
  const [mexc, gate, futures] = world.instruments.all;
  assertEquals(view.fairPrice(mexc!), 41);
  books.get(gate!.id)!.usable = false;
  assertEquals([view.fairPrice(mexc!), view.readable(gate!)], [41, undefined]);
  books.delete(futures!.id);
  assertEquals(view.fairPrice(futures!), 40);
  await world.pass(1_001);
  assertEquals([view.fairPrice(mexc!), view.readable(mexc!)], [NaN, undefined]);
  assert(view.book(mexc!) !== undefined);
});

Deno.test("Data is as old as its receipt or as the venue's own stamp says, whichever is more", async () => {
  const { world, view, books } = bench();
  const [mexc, gate, futures] = world.instruments.all;
  await world.pass(300);
  assertEquals(view.dataAgeMs(mexc!), 300);
  books.get(mexc!.id)!.exchangeTime = worldStart - 100;
  assertEquals(view.dataAgeMs(mexc!), 450);
  books.get(mexc!.id)!.exchangeTime = worldStart + 10_000;
  assertEquals(view.dataAgeMs(mexc!), 300);
  books.get(gate!.id)!.usable = false;
  books.delete(futures!.id);
  assertEquals([view.dataAgeMs(gate!), view.dataAgeMs(futures!)], [Infinity, Infinity]);
});

Deno.test("Positions, exposure and sums are valued at the fair price, spot by the coins of each venue", () => {
  const { world, view } = bench();
  const [mexc, gate, futures] = world.instruments.all;
  world.ledger.adjust(mexc!, baseQuantity(3), 40);
  world.ledger.adjust(futures!, baseQuantity(-2), 42);
  view.invalidate();
  assertEquals([view.positionNotional(mexc!), view.positionNotional(futures!)], [3 * 41, -2 * 41]);
  assertEquals(view.exposureNotional("HYPE"), 41);
  assertEquals(view.exposureNotional("BTC"), 0);
  assertEquals([view.totalNotional, view.exchangeNotional("GATEIO_FUTURES")], [5 * 41, 2 * 41]);
  assertEquals(view.venueNotional(futures!), -2 * 41);
  // 3 coins that are worth 1 more, 2 contracts that are worth 1 less than they were sold for.
  assertAlmostEquals(view.equity, 3 + 2, 1e-9);
  assertEquals(view.positionNotional(gate!), 3 * 41, "spot venues share a position");
});

Deno.test("Exposure counts what reports tell before the trades are known", async () => {
  const { world, view } = bench();
  const order = world.plan(world.mexc);
  void world.flow.send(order);
  await world.pass(10);
  world.push(world.mexc, reportOf(order.request, "filled", 10));
  assertAlmostEquals(view.exposureNotional("HYPE"), 0.1 * 41, 1e-9);
});

Deno.test("Sums stand until something has changed", () => {
  const { world, view } = bench();
  const [mexc] = world.instruments.all;
  assertEquals(view.totalNotional, 0);
  world.ledger.adjust(mexc!, baseQuantity(1), 40);
  assertEquals(view.totalNotional, 0);
  view.invalidate();
  assertEquals(view.totalNotional, 41);
});

Deno.test("The profit of the day begins at 0, follows prices, and begins anew at midnight", async () => {
  const { world, view, books } = bench();
  const [mexc] = world.instruments.all;
  world.ledger.adjust(mexc!, baseQuantity(2), 30);
  view.invalidate();
  assertEquals(view.dayPnl, 0);
  for (const book of books.values()) book.usable = false;
  books.set(mexc!.id, bookOf(mexc!.id, [[43, 1]], [[45, 1]]));
  view.invalidate();
  assertAlmostEquals(view.dayPnl, 2 * (44 - 41), 1e-9);
  books.get(mexc!.id)!.usable = false;
  view.invalidate();
  assertEquals(view.dayPnl, NaN);
  const dayMs = 86_400_000;
  await world.pass(dayMs - worldStart % dayMs);
  // Nothing is known at midnight: the old day goes on until it is.
  assertEquals(view.dayPnl, NaN);
  books.set(mexc!.id, bookOf(mexc!.id, [[43, 1]], [[45, 1]], world.clock.monotonicMs()));
  view.invalidate();
  assertEquals(view.dayPnl, 0);
});

Deno.test("A day that an earlier run has begun goes on, one that is over does not", () => {
  const { view: before, world } = bench();
  assertEquals([before.day.day, before.dayPnl], [NaN, 0]);
  const today = Math.floor(worldStart / 86_400_000);
  assertEquals(before.day, { day: today, equity: 0 });
  for (const [day, profit] of [[today, 22 - 30], [today - 1, 0]] as const) {
    const { world, view } = bench({ day, equity: 30 });
    world.ledger.adjust(world.instruments.all[0]!, baseQuantity(2), 30);
    view.invalidate();
    assertAlmostEquals(view.dayPnl, profit, 1e-9);
  }
  assertEquals(world.ledger.realisedPnl, 0);
});

Deno.test("Clocks that nobody knows are infinitely wrong, and executions are counted", () => {
  const { world, view } = bench();
  assertEquals(view.clockErrorMs("MEXC_SPOT"), 100);
  world.venues.delete("MEXC_SPOT");
  assertEquals(view.clockErrorMs("MEXC_SPOT"), Infinity);
  view.countExecution(1);
  view.countExecution(1);
  view.countExecution(-1);
  assertEquals([view.openExecutions, view.volatilityBps(world.instruments.all[2]!)], [1, 20]);
});
