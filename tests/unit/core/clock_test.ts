import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Clock, delay, maxDelayMs, SystemClock } from "../../../src/core/clock.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";

const clocks: readonly (readonly [name: string, make: () => Clock])[] = [
  ["SystemClock", (): Clock => new SystemClock()],
  ["SimulatedClock", (): Clock => new SimulatedClock(0)],
];

for (const [name, make] of clocks) {
  Deno.test(`${name}.setTimer refuses a delay that is NaN or longer than a timer can be`, () => {
    for (const delayMs of [NaN, Infinity, maxDelayMs + 1]) {
      assertThrows(
        () => make().setTimer(delayMs, () => {}),
        RangeError,
        `Cannot set a timer of ${delayMs} ms`,
      );
    }
  });

  Deno.test(`${name}.setTimer takes the longest delay without firing at once`, async () => {
    let fired = false;
    const timer = make().setTimer(maxDelayMs, () => fired = true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    timer.cancel();
    assertEquals(fired, false);
  });
}

Deno.test("SystemClock.epochMs is the machine's time", () => {
  const clock = new SystemClock();
  const before = Date.now();
  const now = clock.epochMs();
  assert(now >= before && now <= Date.now());
});

Deno.test("SystemClock.monotonicMs never goes back", () => {
  const clock = new SystemClock();
  let last = clock.monotonicMs();
  for (let i = 0; i < 10_000; i++) {
    const now = clock.monotonicMs();
    assert(now >= last);
    last = now;
  }
});

Deno.test("SystemClock.setTimer calls back once, not before its time", async () => {
  const clock = new SystemClock();
  const start = clock.monotonicMs();
  let calls = 0;
  clock.setTimer(20, () => calls += 1);
  await delay(clock, 60);
  assertEquals(calls, 1);
  assert(clock.monotonicMs() - start >= 59);
});

Deno.test("SystemClock.setTimer counts a negative delay as none", async () => {
  const clock = new SystemClock();
  await new Promise<void>((resolve) => clock.setTimer(-1e9, resolve));
});

Deno.test("A timer of the SystemClock that was cancelled does not fire", async () => {
  const clock = new SystemClock();
  let calls = 0;
  const timer = clock.setTimer(5, () => calls += 1);
  timer.cancel();
  timer.cancel();
  await delay(clock, 20);
  assertEquals(calls, 0);
});

Deno.test("delay resolves at its moment of a simulated clock, and not before", async () => {
  const clock = new SimulatedClock(1000);
  let done = false;
  const waiting = delay(clock, 50).then(() => done = true);
  clock.setTimer(49, () => {});
  clock.step();
  await Promise.resolve();
  assertEquals(done, false);
  clock.step();
  await waiting;
  assertEquals([done, clock.epochMs()], [true, 1050]);
});
