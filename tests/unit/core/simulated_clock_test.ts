import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Timer } from "../../../src/core/clock.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";

/** Runs every timer that is set, up to a limit that only a clock without end reaches. */
function runAll(clock: SimulatedClock): void {
  let steps = 0;
  while (clock.step()) assert(++steps < 1_000_000, "the clock never comes to rest");
}

Deno.test("SimulatedClock starts at its start and stands still by itself", () => {
  const clock = new SimulatedClock(1_700_000_000_000);
  assertEquals([clock.epochMs(), clock.monotonicMs(), clock.nextDue], [1_700_000_000_000, 0, undefined]);
  assertStrictEquals(clock.step(), false);
  assertStrictEquals(clock.epochMs(), 1_700_000_000_000);
});

Deno.test("SimulatedClock.step jumps to the next timer and runs only that one", () => {
  const clock = new SimulatedClock(1000);
  const seen: string[] = [];
  clock.setTimer(20, () => seen.push(`b ${clock.epochMs()} ${clock.monotonicMs()}`));
  clock.setTimer(10, () => seen.push(`a ${clock.epochMs()} ${clock.monotonicMs()}`));
  assertStrictEquals(clock.nextDue, 1010);
  assertStrictEquals(clock.step(), true);
  assertEquals(seen, ["a 1010 10"]);
  assertStrictEquals(clock.nextDue, 1020);
  runAll(clock);
  assertEquals(seen, ["a 1010 10", "b 1020 20"]);
  assertStrictEquals(clock.nextDue, undefined);
});

Deno.test("SimulatedClock runs timers of one moment in the order in which they were set", () => {
  const clock = new SimulatedClock(0);
  const seen: number[] = [];
  for (let i = 0; i < 100; i++) clock.setTimer(5, () => seen.push(i));
  runAll(clock);
  assertEquals(seen, Array.from({ length: 100 }, (_, i) => i));
});

Deno.test("SimulatedClock counts a negative delay as none and never goes back", () => {
  const clock = new SimulatedClock(100);
  clock.setTimer(-50, () => {});
  assertStrictEquals(clock.nextDue, 100);
  clock.setTimer(-Infinity, () => {});
  runAll(clock);
  assertStrictEquals(clock.epochMs(), 100);
});

Deno.test("SimulatedClock keeps its order when a delay was refused", () => {
  const clock = new SimulatedClock(0);
  const seen: number[] = [];
  for (const delayMs of [30, 10, NaN, 20, 5]) {
    const set = (): Timer => clock.setTimer(delayMs, () => seen.push(delayMs));
    if (Number.isNaN(delayMs)) assertThrows(set, RangeError);
    else set();
  }
  runAll(clock);
  assertEquals(seen, [5, 10, 20, 30]);
});

Deno.test("SimulatedClock keeps fractions of a millisecond", () => {
  const clock = new SimulatedClock(0);
  const seen: number[] = [];
  for (const delayMs of [0.75, 0.25, 0.5]) clock.setTimer(delayMs, () => seen.push(clock.epochMs()));
  runAll(clock);
  assertEquals(seen, [0.25, 0.5, 0.75]);
});

Deno.test("A timer of the SimulatedClock that was cancelled does not fire and is no next timer", () => {
  const clock = new SimulatedClock(0);
  const seen: string[] = [];
  const first = clock.setTimer(1, () => seen.push("first"));
  clock.setTimer(2, () => seen.push("second"));
  first.cancel();
  first.cancel();
  assertStrictEquals(clock.nextDue, 2);
  runAll(clock);
  assertEquals([seen, clock.epochMs()], [["second"], 2]);
});

Deno.test("A clock whose timers are all cancelled does not move", () => {
  const clock = new SimulatedClock(0);
  for (const timer of [3, 1, 2].map((delayMs) => clock.setTimer(delayMs, () => {}))) timer.cancel();
  assertStrictEquals(clock.step(), false);
  assertStrictEquals(clock.epochMs(), 0);
});

Deno.test("Cancelling a timer that has fired has no effect", () => {
  const clock = new SimulatedClock(0);
  let calls = 0;
  const timer = clock.setTimer(1, () => calls += 1);
  clock.setTimer(2, () => calls += 1);
  clock.step();
  timer.cancel();
  runAll(clock);
  assertStrictEquals(calls, 2);
});

Deno.test("A callback may cancel itself and timers of the same moment", () => {
  const clock = new SimulatedClock(0);
  const seen: string[] = [];
  const timers: Timer[] = [];
  timers.push(clock.setTimer(1, () => {
    seen.push("first");
    for (const timer of timers) timer.cancel();
  }));
  timers.push(clock.setTimer(1, () => seen.push("second")));
  runAll(clock);
  assertEquals(seen, ["first"]);
});

Deno.test("A timer that a callback sets for now runs after those already due", () => {
  const clock = new SimulatedClock(0);
  const seen: string[] = [];
  clock.setTimer(1, () => {
    seen.push("first");
    clock.setTimer(0, () => seen.push("set by first"));
  });
  clock.setTimer(1, () => seen.push("second"));
  runAll(clock);
  assertEquals([seen, clock.epochMs()], [["first", "second", "set by first"], 1]);
});

Deno.test("A callback may step the clock itself", () => {
  const clock = new SimulatedClock(0);
  const seen: string[] = [];
  clock.setTimer(1, () => {
    seen.push(`outer from ${clock.epochMs()}`);
    clock.step();
    seen.push(`outer to ${clock.epochMs()}`);
  });
  clock.setTimer(5, () => seen.push(`inner ${clock.epochMs()}`));
  clock.setTimer(7, () => seen.push(`last ${clock.epochMs()}`));
  runAll(clock);
  assertEquals(seen, ["outer from 1", "inner 5", "outer to 5", "last 7"]);
});

Deno.test("A callback that throws is reported by step and does not stop the clock", () => {
  const clock = new SimulatedClock(0);
  let calls = 0;
  clock.setTimer(1, () => {
    throw new TypeError("broken callback");
  });
  clock.setTimer(2, () => calls += 1);
  assertThrows(() => clock.step(), TypeError, "broken callback");
  assertStrictEquals(clock.epochMs(), 1);
  runAll(clock);
  assertStrictEquals(calls, 1);
});

type Action =
  | { readonly kind: "set"; readonly delayMs: number; readonly child: number }
  | { readonly kind: "cancel"; readonly which: number }
  | { readonly kind: "step" };

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("set" as const),
      delayMs: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.double({ min: 0, max: 12, noNaN: true })),
      child: fc.integer({ min: -8, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(200) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("step" as const) }) },
);

/** The clock as one would write it without care for speed: a list that is sorted before each step. */
class SortedListClock {
  now = 0;
  timers: { due: number; order: number; callback: () => void }[] = [];
  #order = 0;

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { due: this.now + Math.max(0, delayMs), order: this.#order++, callback };
    this.timers.push(timer);
    return { cancel: (): unknown => this.timers = this.timers.filter((other) => other !== timer) };
  }

  step(): boolean {
    this.timers.sort((a, b) => a.due - b.due || a.order - b.order);
    const timer = this.timers.shift();
    if (timer === undefined) return false;
    this.now = timer.due;
    timer.callback();
    return true;
  }
}

/** Plays actions on a clock and writes down everything that can be seen. */
function play(
  actions: readonly Action[],
  clock: { setTimer(delayMs: number, callback: () => void): Timer; step(): boolean },
  look: () => string,
): string[] {
  const log: string[] = [];
  const timers: Timer[] = [];
  actions.forEach((action, index) => {
    if (action.kind === "set") {
      timers.push(clock.setTimer(action.delayMs, () => {
        log.push(`fired ${index} at ${look()}`);
        if (action.child < 0) return;
        timers.push(clock.setTimer(action.child, () => log.push(`child of ${index} at ${look()}`)));
      }));
    } else if (action.kind === "cancel") {
      timers[action.which % Math.max(1, timers.length)]?.cancel();
    } else {
      log.push(`step ${clock.step()}`);
    }
    log.push(look());
  });
  while (clock.step()) log.push(look());
  return log;
}

Deno.test("SimulatedClock does what a sorted list of timers does, whatever is set, cancelled and stepped", () => {
  fc.assert(
    fc.property(fc.array(anyAction, { maxLength: 200, size: "max" }), (actions) => {
      const clock = new SimulatedClock(0);
      const model = new SortedListClock();
      const expected = play(actions, model, () => {
        const due = model.timers.map((timer) => timer.due);
        return `${model.now}, next ${due.length === 0 ? undefined : Math.min(...due)}`;
      });
      assertEquals(play(actions, clock, () => `${clock.epochMs()}, next ${clock.nextDue}`), expected);
    }),
    { numRuns: 500 },
  );
});

Deno.test("SimulatedClock.moveTo moves to any moment up to the next timer, and runs nothing", () => {
  const clock = new SimulatedClock(1_000);
  let fired = 0;
  clock.setTimer(50, () => fired += 1);
  clock.moveTo(1_020.5);
  assertEquals([clock.epochMs(), clock.monotonicMs()], [1_020.5, 20.5]);
  clock.moveTo(1_020.5);
  clock.moveTo(1_050);
  assertEquals([clock.epochMs(), clock.nextDue, fired], [1_050, 1_050, 0]);
  assertThrows(() => clock.moveTo(1_049), RangeError, "time never goes back");
  assertThrows(() => clock.moveTo(NaN), RangeError);
  assertThrows(() => clock.moveTo(1_051), RangeError, "a timer is due at 1050");
  runAll(clock);
  clock.moveTo(1_051);
  assertEquals([clock.epochMs(), fired], [1_051, 1]);
});

Deno.test("A timer that was cancelled does not keep SimulatedClock.moveTo from passing it", () => {
  const clock = new SimulatedClock(0);
  clock.setTimer(5, () => {}).cancel();
  clock.moveTo(10);
  assertEquals(clock.monotonicMs(), 10);
});
