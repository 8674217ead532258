import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { QueuePosition } from "../../../../src/execution/paper/queue_position.ts";

/** What happens at one price: lots join, are traded, or are cancelled in front of or behind the order. */
type Step = readonly [kind: "add" | "trade" | "cancel-front" | "cancel-back", lots: number];

interface Heard {
  readonly stream: "book" | "trade";
  readonly lots: number;
  readonly time: number;
}

/** Every lot of a level as an entry of its own, with the order somewhere among them: where nothing is estimated. */
class TrueQueue {
  #ahead: number;
  #behind = 0;
  reached = 0;

  constructor(ahead: number) {
    this.#ahead = ahead;
  }

  get shown(): number {
    return this.#ahead + this.#behind;
  }

  /** Returns the lots that were really there for it. */
  step([kind, lots]: Step): number {
    const most = Math.min(lots, kind === "cancel-back" ? this.#behind : this.shown);
    if (kind === "add") this.#behind += lots;
    if (kind === "cancel-back") this.#behind -= most;
    if (kind === "trade" || kind === "cancel-front") {
      const front = Math.min(most, this.#ahead);
      this.#ahead -= front;
      this.#behind -= most - front;
      if (kind === "trade") this.reached += most - front;
    }
    return kind === "add" ? lots : most;
  }
}

/** Plays the steps; books are told in batches, and both streams interleave as `choices` say. */
function play(
  ahead: number,
  steps: readonly Step[],
  batches: readonly boolean[],
  choices: readonly boolean[],
): { truth: TrueQueue; queue: QueuePosition; reached: number } {
  const truth = new TrueQueue(ahead);
  const queue = new QueuePosition(ahead, 1000);
  const books: Heard[] = [];
  const trades: Heard[] = [];
  steps.forEach((step, i) => {
    const time = 1001 + i;
    const lots = truth.step(step);
    if (step[0] === "trade" && lots > 0) trades.push({ stream: "trade", lots, time });
    if ((batches[i] ?? true) || i === steps.length - 1) {
      books.push({ stream: "book", lots: truth.shown, time });
    }
  });
  let reached = 0;
  for (let i = 0; books.length + trades.length > 0; i++) {
    const next = (choices[i] ?? true) ? books.shift() ?? trades.shift()! : trades.shift() ?? books.shift()!;
    if (next.stream === "book") queue.show(next.lots, next.time);
    else reached += queue.trade(next.lots, next.lots, next.time);
  }
  return { truth, queue, reached };
}

const stepsOf = (...kinds: readonly Step[0][]): fc.Arbitrary<Step[]> =>
  fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 20 })), {
    minLength: 1,
    maxLength: 25,
  });
const flags = fc.array(fc.boolean(), { maxLength: 60 });
const aheads = fc.integer({ min: 0, max: 40 });

Deno.test("an order without cancels around it gets exactly what a true queue gives, however the streams interleave", () => {
  fc.assert(
    fc.property(aheads, stepsOf("add", "trade"), flags, flags, (ahead, steps, batches, choices) => {
      const { truth, reached } = play(ahead, steps, batches, choices);
      assertAlmostEquals(reached, truth.reached, 1e-9);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("an order never gets more than a true queue in which whoever is in front cancels first", () => {
  fc.assert(
    fc.property(
      aheads,
      stepsOf("add", "trade", "cancel-front"),
      flags,
      flags,
      (ahead, steps, batches, choices) => {
        const { truth, queue, reached } = play(ahead, steps, batches, choices);
        assert(reached <= truth.reached + 1e-9, `${reached} of ${truth.reached}`);
        assert(queue.ahead >= -1e-12);
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("an order is never reached before as much was traded as was ahead and did not leave without a trade", () => {
  const kinds = ["add", "trade", "cancel-front", "cancel-back"] as const;
  fc.assert(
    fc.property(aheads, stepsOf(...kinds), flags, flags, (ahead, steps, batches, choices) => {
      const truth = new TrueQueue(ahead);
      let traded = 0;
      let cancelled = 0;
      for (const step of steps) {
        const lots = truth.step(step);
        if (step[0] === "trade") traded += lots;
        else if (step[0] !== "add") cancelled += lots;
      }
      const { reached } = play(ahead, steps, batches, choices);
      assert(reached <= Math.max(0, traded - Math.max(0, ahead - cancelled)) + 1e-9);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("cancels move an order forward in proportion, and what is added does not", () => {
  const queue = new QueuePosition(60, 1000);
  queue.show(100, 1001);
  assertEquals(queue.ahead, 60);
  queue.show(50, 1002);
  assertEquals(queue.ahead, 30);
});

Deno.test("a trade that the level has told already counts once", () => {
  const queue = new QueuePosition(60, 1000);
  queue.show(100, 1001);
  queue.show(90, 1005);
  assertEquals(queue.ahead, 54);
  assertEquals(queue.trade(10, 10, 1005), 0);
  assertEquals(queue.ahead, 50);
  assertEquals(queue.trade(55, 55, 1006), 5);
  queue.show(35, 1006);
  assertEquals(queue.ahead, 0);
});

Deno.test("trades from before the order's arrival, and late ones without a time, are none of its", () => {
  const queue = new QueuePosition(10, 1000);
  assertEquals(queue.isEarlier(1000, false), true);
  assertEquals(queue.isEarlier(1001, true), false);
  assertEquals(queue.isEarlier(0, true), true);
  assertEquals(new QueuePosition(10, 0).isEarlier(5, false), false);
});
