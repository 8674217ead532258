import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { PacedQueue } from "../../../src/net/paced_queue.ts";
import { advance, settle } from "../../support/fake_network.ts";

/** A queue whose tasks say when they started and end when they are told to. */
class Bench {
  readonly clock = new SimulatedClock(0);
  readonly queue: PacedQueue;
  readonly started: { readonly name: number; readonly at: number }[] = [];
  readonly #ends = new Map<number, () => void>();

  constructor(spacingMs: number, concurrency: number) {
    this.queue = new PacedQueue({ clock: this.clock, spacingMs, concurrency });
  }

  push(name: number, lastsMs?: number): void {
    this.queue.push(() => {
      this.started.push({ name, at: this.clock.monotonicMs() });
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#ends.set(name, resolve);
      if (lastsMs !== undefined) this.clock.setTimer(lastsMs, resolve);
      return promise;
    });
  }

  async end(name: number): Promise<void> {
    this.#ends.get(name)!();
    await settle();
  }

  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      advance(this.clock, 1);
      await settle();
    }
  }
}

Deno.test("PacedQueue starts the first task at once and the next ones at its spacing, in order", async () => {
  const bench = new Bench(100, 10);
  for (let name = 0; name < 4; name++) bench.push(name, 1);
  assertEquals(bench.started, [{ name: 0, at: 0 }]);
  await bench.pass(301);
  assertEquals(bench.started.map(({ at }) => at), [0, 100, 200, 300]);
  assertEquals(bench.started.map(({ name }) => name), [0, 1, 2, 3]);
  assertStrictEquals(bench.clock.nextDue, undefined);
});

Deno.test("PacedQueue holds tasks back while as many as it may are under way", async () => {
  const bench = new Bench(10, 2);
  for (let name = 0; name < 4; name++) bench.push(name);
  await bench.pass(100);
  assertEquals(bench.started.map(({ name }) => name), [0, 1]);
  await bench.end(1);
  assertEquals(bench.started.map(({ name }) => name), [0, 1, 2]);
  await bench.end(0);
  await bench.pass(10);
  assertEquals(bench.started.map(({ name }) => name), [0, 1, 2, 3]);
});

Deno.test("PacedQueue keeps its spacing towards a task that is added later", async () => {
  const bench = new Bench(100, 4);
  bench.push(0, 1);
  await bench.pass(40);
  bench.push(1, 1);
  await bench.pass(400);
  bench.push(2, 1);
  assertEquals(bench.started.map(({ at }) => at), [0, 100, 440]);
});

Deno.test("PacedQueue forgets what has not started when it is cleared, and leaves no timer", async () => {
  const bench = new Bench(100, 4);
  for (let name = 0; name < 5; name++) bench.push(name, 1);
  await bench.pass(5);
  bench.queue.clear();
  assertStrictEquals(bench.clock.nextDue, undefined);
  await bench.pass(500);
  assertEquals(bench.started.map(({ name }) => name), [0]);
  bench.push(9, 1);
  assertEquals(bench.started.map(({ name }) => name), [0, 9]);
});

Deno.test("PacedQueue never starts tasks too near to each other nor too many at once, and runs all of them", async () => {
  const input = fc.record({
    spacingMs: fc.integer({ min: 0, max: 30 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    tasks: fc.array(fc.record({ after: fc.nat(40), lasts: fc.integer({ min: 1, max: 60 }) }), {
      maxLength: 12,
    }),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ spacingMs, concurrency, tasks }) => {
      const bench = new Bench(spacingMs, concurrency);
      for (const [name, { after, lasts }] of tasks.entries()) {
        await bench.pass(after);
        bench.push(name, lasts);
      }
      await bench.pass(tasks.reduce((sum, { lasts }) => sum + lasts + spacingMs, 0));
      assertEquals(bench.started.map(({ name }) => name), tasks.map((_, name) => name));
      bench.started.forEach(({ at }, index) => {
        if (index > 0) assert(at >= bench.started[index - 1]!.at + spacingMs);
        const running = bench.started.slice(0, index + 1).filter((other) =>
          other.at <= at && other.at + tasks[other.name]!.lasts > at
        );
        assert(running.length <= concurrency);
      });
      assertStrictEquals(bench.clock.nextDue, undefined);
    }),
    { numRuns: 25 },
  );
});
