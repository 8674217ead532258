import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { MatchOrder } from "../../../../src/simulator/matching/match_order.ts";
import { LevelQueue } from "../../../../src/simulator/matching/level_queue.ts";

interface NaiveEntry {
  readonly order: MatchOrder | undefined;
  lots: number;
}

function orderOf(openLots: number, stpGroup = 0): MatchOrder {
  return {
    side: "bid",
    tick: 100,
    openLots,
    stpGroup,
    stpAction: "cancel-newest",
    onExecution: () => {},
    onSelfTradePrevented: () => {},
  };
}

/** What a queue holds, front first: lots of the crowd as numbers, orders as texts. */
function contents(queue: LevelQueue): (number | string)[] {
  return queue.entries.map(({ order, lots }) => order === undefined ? lots : `order of ${lots}`);
}

Deno.test("LevelQueue puts whoever comes behind those who are there", () => {
  const queue = new LevelQueue(5);
  const first = orderOf(3);
  const second = orderOf(2);
  queue.push(first);
  queue.setCrowd(9);
  queue.push(second);
  assertEquals(contents(queue), [5, "order of 3", 4, "order of 2"]);
  assertEquals([queue.ahead(first), queue.ahead(second)], [5, 12]);
  assertEquals([queue.crowdLots, queue.totalLots], [9, 14]);
});

Deno.test("LevelQueue lets the crowd withdraw from the back, so that no order moves forward by it", () => {
  const queue = new LevelQueue(5);
  const order = orderOf(3);
  queue.push(order);
  queue.setCrowd(9);
  queue.setCrowd(6);
  assertEquals(contents(queue), [5, "order of 3", 1]);
  queue.setCrowd(2);
  assertEquals(contents(queue), [2, "order of 3"]);
  assertEquals(queue.ahead(order), 2);
});

Deno.test("LevelQueue joins what the crowd has on both sides of an order that leaves", () => {
  const queue = new LevelQueue(5);
  const [first, second] = [orderOf(1), orderOf(1)];
  queue.push(first);
  queue.setCrowd(8);
  queue.push(second);
  queue.setCrowd(10);
  queue.remove(second);
  assertEquals(contents(queue), [5, "order of 1", 5]);
  queue.remove(first);
  assertEquals(contents(queue), [10]);
  queue.setCrowd(4);
  assertEquals(contents(queue), [4]);
});

Deno.test("LevelQueue takes from the front and keeps a smaller order where it stands", () => {
  const queue = new LevelQueue(2);
  const [first, second] = [orderOf(5), orderOf(7)];
  queue.push(first);
  queue.push(second);
  queue.shrink(first, 4);
  queue.takeFront(2);
  queue.takeFront(1);
  assertEquals(contents(queue), ["order of 3", "order of 7"]);
  queue.takeFront(3);
  assertEquals([queue.ahead(second), queue.hasUsers, queue.totalLots], [0, true, 7]);
  queue.takeFront(7);
  assertEquals([contents(queue), queue.hasUsers, queue.totalLots], [[], false, 0]);
});

Deno.test("LevelQueue does not mind the removal of an order that is not there", () => {
  const queue = new LevelQueue(2);
  const order = orderOf(5);
  queue.remove(order);
  queue.push(order);
  queue.remove(order);
  queue.remove(order);
  queue.shrink(order, 1);
  assertEquals([contents(queue), queue.totalLots], [[2], 2]);
});

Deno.test("LevelQueue counts the lots of others in front of the first order of a group, or all of them", () => {
  const queue = new LevelQueue(2);
  for (const [lots, group] of [[3, 1], [5, 2], [7, 1], [11, 0]] as const) queue.push(orderOf(lots, group));
  assertEquals(queue.ofOthers(2, true), { lots: 5, ended: true });
  assertEquals(queue.ofOthers(2, false), { lots: 23, ended: false });
  assertEquals(queue.ofOthers(3, true), { lots: 28, ended: false });
});

/** The same queue as an array. */
class NaiveQueue {
  entries: NaiveEntry[] = [];

  setCrowd(lots: number): void {
    let change = lots -
      this.entries.reduce((sum, each) => sum + (each.order === undefined ? each.lots : 0), 0);
    if (change > 0) this.entries.push({ order: undefined, lots: change });
    for (const entry of [...this.entries].reverse()) {
      if (change >= 0 || entry.order !== undefined) continue;
      const taken = Math.min(entry.lots, -change);
      entry.lots -= taken;
      change += taken;
    }
    this.tidy();
  }

  /** Drops what is empty and joins the crowd's neighbours. */
  tidy(): void {
    const tidy: NaiveEntry[] = [];
    for (const entry of this.entries) {
      const last = tidy.at(-1);
      if (entry.lots === 0) continue;
      if (entry.order === undefined && last !== undefined && last.order === undefined) {
        last.lots += entry.lots;
      } else tidy.push(entry);
    }
    this.entries = tidy;
  }
}

Deno.test("LevelQueue is the same as an array that is looked through, after any script", () => {
  const step = fc.tuple(
    fc.constantFrom("push", "remove", "shrink", "crowd", "crowd", "take"),
    fc.nat(),
    fc.nat(),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50, size: "max" }), (script) => {
      const queue = new LevelQueue(0);
      const naive = new NaiveQueue();
      for (const [kind, a, b] of script) {
        const users = naive.entries.filter(({ order }) => order !== undefined);
        const user = users[a % Math.max(1, users.length)];
        if (kind === "push") {
          const order = orderOf(1 + b % 9);
          queue.push(order);
          naive.entries.push({ order, lots: order.openLots });
        } else if (kind === "crowd") {
          queue.setCrowd(b % 30);
          naive.setCrowd(b % 30);
        } else if (kind === "take" && naive.entries.length > 0) {
          const front = naive.entries[0]!;
          const lots = b % 2 === 0 ? front.lots : 1;
          queue.takeFront(lots);
          front.lots -= lots;
        } else if (kind === "shrink" && user !== undefined) {
          user.lots = 1 + b % user.lots;
          queue.shrink(user.order!, user.lots);
        } else if (kind === "remove" && user !== undefined) {
          queue.remove(user.order!);
          user.lots = 0;
        }
        naive.tidy();
        assertEquals(queue.entries.map(({ order, lots }) => ({ order, lots })), naive.entries);
        assertEquals(queue.hasUsers, naive.entries.some(({ order }) => order !== undefined));
        assertEquals(queue.totalLots, naive.entries.reduce((sum, { lots }) => sum + lots, 0));
        naive.entries.reduce((ahead, { order, lots }) => {
          if (order !== undefined) assertEquals(queue.ahead(order), ahead);
          return ahead + lots;
        }, 0);
      }
    }),
    { seed: 20_260, numRuns: 2000 },
  );
});

Deno.test("LevelQueue works through 50,000 orders at one price, from the front, the back and the middle", () => {
  const queue = new LevelQueue(10);
  const orders = Array.from({ length: 50_000 }, () => orderOf(2));
  for (const order of orders) queue.push(order);
  const begin = performance.now();
  for (let index = 0; index < 10_000; index++) {
    queue.setCrowd(11 + index % 7);
    queue.remove(orders[25_000 + index]!);
    queue.remove(orders[49_999 - index]!);
    queue.takeFront(queue.front!.lots);
  }
  // An array takes some seconds for it; the list, some milliseconds.
  assertEquals(performance.now() - begin < 1000, true);
  assertEquals(queue.entries.filter(({ order }) => order !== undefined).length, 50_000 - 20_000 - 9_999);
});
