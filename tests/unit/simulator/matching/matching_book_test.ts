import { assertEquals } from "@std/assert";
import type { Side } from "../../../../src/simulator/market/book_side.ts";
import { SimulatedBook } from "../../../../src/simulator/market/simulated_book.ts";
import type {
  Execution,
  MatchOrder,
  SelfTradeAction,
} from "../../../../src/simulator/matching/match_order.ts";
import { MatchingBook } from "../../../../src/simulator/matching/matching_book.ts";

/** A book and everything that happens in it, as texts. */
class Arena {
  readonly published = new SimulatedBook(0);
  readonly events: string[] = [];
  readonly book: MatchingBook = new MatchingBook(this.published, (side, tick, lots) => {
    this.events.push(`${side} takes ${lots} at ${tick}`);
    return this.events.length;
  });

  /** An order that is in nobody's book yet. */
  order(name: string, side: Side, tick: number, lots: number, stp: [number, SelfTradeAction] = [
    0,
    "cancel-newest",
  ]): MatchOrder {
    const { events } = this;
    return {
      side,
      tick,
      openLots: lots,
      stpGroup: stp[0],
      stpAction: stp[1],
      onExecution(execution: Execution): void {
        events.push(`${name} ${execution.taker === this ? "took" : "gave"} ${execution.lots}`);
      },
      onSelfTradePrevented: () => events.push(`${name} prevented`),
    };
  }

  /** Executes an order and lets the rest stay. */
  place(...terms: Parameters<Arena["order"]>): MatchOrder {
    const order = this.order(...terms);
    this.book.execute(order, 0);
    if (order.openLots > 0) this.book.rest(order);
    return order;
  }

  /** Levels of a side as `lots@tick`, best first. */
  levels(side: Side): string {
    return this.published.side(side).top(Infinity).map(({ tick, lots }) => `${lots}@${tick}`).join(" ");
  }
}

Deno.test("MatchingBook executes the best price first, and at one price the order that came first", () => {
  const arena = new Arena();
  arena.place("late", "ask", 101, 5);
  arena.place("first", "ask", 100, 2);
  arena.place("second", "ask", 100, 3);
  const taker = arena.place("taker", "bid", 101, 6);
  assertEquals(arena.events, [
    "bid takes 2 at 100",
    "first gave 2",
    "taker took 2",
    "bid takes 3 at 100",
    "second gave 3",
    "taker took 3",
    "bid takes 1 at 101",
    "late gave 1",
    "taker took 1",
  ]);
  assertEquals([taker.openLots, arena.levels("ask"), arena.levels("bid")], [0, "4@101", ""]);
});

Deno.test("MatchingBook lets what is left of an order wait at its own price", () => {
  const arena = new Arena();
  arena.place("maker", "ask", 100, 2);
  arena.place("taker", "bid", 102, 5);
  assertEquals([arena.levels("bid"), arena.levels("ask")], ["3@102", ""]);
});

Deno.test("MatchingBook publishes the crowd's lots and the users' as one level", () => {
  const arena = new Arena();
  arena.book.quote("bid", 99, 10, 0);
  const order = arena.place("user", "bid", 99, 4);
  assertEquals([arena.levels("bid"), arena.published.version], ["14@99", 2]);
  assertEquals(arena.book.crowd.bids.lotsAt(0), 10);
  arena.book.withdraw(order);
  assertEquals([arena.levels("bid"), arena.published.version], ["10@99", 3]);
});

Deno.test("MatchingBook executes the crowd's lots that came before a user first", () => {
  const arena = new Arena();
  arena.book.quote("ask", 100, 10, 0);
  const order = arena.place("user", "ask", 100, 4);
  arena.book.quote("ask", 100, 25, 0);
  assertEquals(arena.book.ahead(order), 10);
  assertEquals(arena.book.take("bid", 100, 12, 0), 12);
  assertEquals(arena.events, ["bid takes 10 at 100", "bid takes 2 at 100", "user gave 2"]);
  assertEquals([arena.levels("ask"), arena.book.crowd.asks.lotsAt(0)], ["17@100", 15]);
});

Deno.test("MatchingBook executes users whom a quote of the crowd crosses, and quotes only the rest", () => {
  const arena = new Arena();
  arena.place("best", "ask", 100, 3);
  arena.place("next", "ask", 101, 4);
  arena.book.quote("bid", 101, 10, 0);
  assertEquals(arena.events, [
    "bid takes 3 at 100",
    "best gave 3",
    "bid takes 4 at 101",
    "next gave 4",
  ]);
  assertEquals([arena.levels("bid"), arena.levels("ask")], ["3@101", ""]);
});

Deno.test("MatchingBook withdraws the crowd's own lots from the way of its new quote without a trade", () => {
  const arena = new Arena();
  arena.book.quote("ask", 100, 8, 0);
  arena.book.quote("ask", 101, 9, 0);
  arena.place("user", "ask", 101, 2);
  arena.book.quote("bid", 101, 5, 0);
  assertEquals(arena.events, ["bid takes 2 at 101", "user gave 2"]);
  assertEquals([arena.levels("bid"), arena.levels("ask")], ["3@101", ""]);
});

Deno.test("MatchingBook keeps the crowd from quoting where a user's order is larger than its quote", () => {
  const arena = new Arena();
  const order = arena.place("user", "ask", 100, 7);
  arena.book.quote("bid", 100, 5, 0);
  assertEquals([arena.levels("bid"), arena.levels("ask"), order.openLots], ["", "2@100", 2]);
});

Deno.test("MatchingBook lets the crowd trade with itself only when it takes", () => {
  const arena = new Arena();
  arena.book.quote("ask", 100, 8, 0);
  assertEquals(arena.book.take("bid", 100, 3, 0), 3);
  assertEquals(arena.book.take("bid", 99, 3, 0), 0);
  assertEquals([arena.events, arena.levels("ask")], [["bid takes 3 at 100"], "5@100"]);
});

Deno.test("MatchingBook keeps the place of an order that gets smaller", () => {
  const arena = new Arena();
  const first = arena.place("first", "bid", 99, 5);
  const second = arena.place("second", "bid", 99, 5);
  arena.book.shrink(first, 1);
  assertEquals([arena.book.ahead(first), arena.book.ahead(second), arena.levels("bid")], [0, 1, "6@99"]);
});

Deno.test("MatchingBook ends the incoming order when the newest of a group is to be cancelled", () => {
  const arena = new Arena();
  arena.place("other", "ask", 100, 1);
  const own = arena.place("own", "ask", 100, 5, [7, "cancel-newest"]);
  const taker = arena.order("taker", "bid", 100, 4, [7, "cancel-newest"]);
  arena.book.execute(taker, 0);
  assertEquals(arena.events, ["bid takes 1 at 100", "other gave 1", "taker took 1", "taker prevented"]);
  assertEquals([taker.openLots, own.openLots, arena.levels("ask")], [0, 5, "5@100"]);
});

Deno.test("MatchingBook ends the resting order when the oldest of a group is to be cancelled, and goes on", () => {
  const arena = new Arena();
  const own = arena.place("own", "ask", 100, 5, [7, "cancel-newest"]);
  arena.place("other", "ask", 100, 3);
  const taker = arena.order("taker", "bid", 100, 4, [7, "cancel-oldest"]);
  arena.book.execute(taker, 0);
  assertEquals(arena.events, ["own prevented", "bid takes 3 at 100", "other gave 3", "taker took 3"]);
  assertEquals([taker.openLots, own.openLots, arena.levels("ask")], [1, 0, ""]);
});

Deno.test("MatchingBook ends both orders of a group when both are to be cancelled", () => {
  const arena = new Arena();
  const own = arena.place("own", "ask", 100, 5, [7, "cancel-newest"]);
  arena.place("other", "ask", 100, 3);
  const taker = arena.order("taker", "bid", 100, 4, [7, "cancel-both"]);
  arena.book.execute(taker, 0);
  assertEquals(arena.events, ["own prevented", "taker prevented"]);
  assertEquals([taker.openLots, own.openLots, arena.levels("ask")], [0, 0, "3@100"]);
});

Deno.test("MatchingBook lets orders of different groups, and of none, trade with each other", () => {
  const arena = new Arena();
  arena.place("first", "ask", 100, 1, [1, "cancel-newest"]);
  arena.place("second", "ask", 100, 1);
  arena.place("taker", "bid", 100, 1, [2, "cancel-newest"]);
  arena.place("nobody", "bid", 100, 1);
  assertEquals(arena.events.filter((event) => event.includes("prevented")), []);
  assertEquals(arena.levels("ask"), "");
});

Deno.test("MatchingBook knows beforehand whether an order can be filled, with its own group left out", () => {
  const arena = new Arena();
  arena.place("other", "ask", 100, 2);
  arena.place("own", "ask", 100, 5, [7, "cancel-newest"]);
  arena.book.quote("ask", 101, 4, 0);
  const fillable = (lots: number, action: SelfTradeAction, tick = 101): boolean =>
    arena.book.fillable(arena.order("taker", "bid", tick, lots, [7, action]));
  assertEquals([fillable(2, "cancel-newest"), fillable(3, "cancel-newest")], [true, false]);
  assertEquals([fillable(6, "cancel-oldest"), fillable(7, "cancel-oldest")], [true, false]);
  assertEquals([fillable(2, "cancel-both"), fillable(3, "cancel-both")], [true, false]);
  assertEquals(fillable(3, "cancel-oldest", 100), false);
  assertEquals(arena.book.fillable(arena.order("stranger", "bid", 101, 11)), true);
});

Deno.test("MatchingBook says what an order would take, and takes nothing by it", () => {
  const arena = new Arena();
  arena.book.quote("ask", 100, 4, 0);
  arena.book.quote("ask", 102, 4, 0);
  const own = arena.place("own", "ask", 101, 4, [7, "cancel-newest"]);
  const taker = arena.order("taker", "bid", Infinity, 9, [7, "cancel-oldest"]);
  assertEquals(arena.book.preview("bid", Infinity, 9), [
    { tick: 100, lots: 4 },
    { tick: 101, lots: 4 },
    { tick: 102, lots: 1 },
  ]);
  assertEquals(arena.book.preview("bid", 100, 9), [{ tick: 100, lots: 4 }]);
  assertEquals(arena.book.preview("bid", Infinity, 9, taker), [{ tick: 100, lots: 4 }, {
    tick: 102,
    lots: 4,
  }]);
  assertEquals([arena.events, own.openLots, arena.levels("ask")], [[], 4, "4@100 4@101 4@102"]);
});

Deno.test("MatchingBook fills an order no further than its money goes", () => {
  const arena = new Arena();
  arena.book.quote("ask", 100, 4, 0);
  arena.book.quote("ask", 150, 4, 0);
  let money = 800;
  const taker = arena.order("taker", "bid", Infinity, Number.MAX_SAFE_INTEGER);
  taker.onExecution = ({ tick, lots }): void => {
    money -= tick * lots;
  };
  arena.book.execute(taker, 0, (tick) => Math.floor(money / tick));
  assertEquals([money, arena.levels("ask")], [100, "2@150"]);
});

Deno.test("MatchingBook changes the version once for each level that an order changes", () => {
  const arena = new Arena();
  arena.book.quote("ask", 100, 4, 0);
  arena.place("first", "ask", 100, 1);
  arena.place("second", "ask", 100, 1);
  arena.book.quote("ask", 101, 4, 0);
  const before = arena.published.version;
  arena.place("taker", "bid", 101, 7);
  assertEquals([arena.events.length > 6, arena.published.version - before], [true, 2]);
});
