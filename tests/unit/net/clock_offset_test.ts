import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CexarbError, VenueError } from "../../../src/core/errors.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { ClockError, ClockOffset } from "../../../src/net/clock_offset.ts";
import { ClockProbe, type ServerStamps } from "../../../src/net/clock_probe.ts";
import { VenueClock } from "../../../src/net/venue_clock.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";
import { settled } from "./fake_stream.ts";
import { TwoClocks } from "./two_clocks.ts";

/** Distance between what is said and what is true, beyond the error bar; not above 0 when the bar holds. */
function beyond(offset: ClockOffset, clocks: TwoClocks): number {
  const { offsetMs, uncertaintyMs } = offset.estimate()!;
  return Math.abs(offsetMs - (clocks.venueMs() - clocks.epochMs())) - uncertaintyMs;
}

/** Rounding of doubles near 1.7e12. */
const rounding = 0.01;
/** How much longer a round trip is by the local clock than by the true one, milliseconds. */
const stretch = 0.1;

const question = fc.record({
  gap: fc.double({ min: 0, max: 60_000, noNaN: true }),
  there: fc.double({ min: 0, max: 400, noNaN: true }),
  back: fc.double({ min: 0, max: 400, noNaN: true }),
  work: fc.constantFrom(0, 0, 30),
});

Deno.test("ClockOffset holds the true offset within its error bar, whatever the delays and the drift", () => {
  fc.assert(
    fc.property(
      fc.array(question, { minLength: 1, maxLength: 30, size: "max" }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: -1e7, max: 1e7, noNaN: true }),
      fc.constantFrom(1, 10, 1_000),
      (questions, localPpm, venuePpm, shift, resolutionMs) => {
        const clocks = new TwoClocks({ localPpm, venuePpm, venueStart: 1_700_000_000_000 + shift });
        const offset = new ClockOffset({ clock: clocks, resolutionMs, driftPpm: 101 });
        let narrowest = Infinity;
        for (const { gap, there, back, work } of questions) {
          clocks.pass(gap);
          assert(offset.add(clocks.ask(there, back, resolutionMs, work)));
          narrowest = Math.min(narrowest, (there + work + back + resolutionMs) / 2);
          assert(beyond(offset, clocks) <= rounding, `${beyond(offset, clocks)} ms outside`);
          const { uncertaintyMs } = offset.estimate()!;
          assert(
            uncertaintyMs <= (there + work + back + resolutionMs) / 2 + stretch,
            "never wider than the last sample",
          );
          assert(
            uncertaintyMs <= narrowest + 600_000 * 101e-6 + stretch,
            "about as narrow as the best sample",
          );
        }
        assertEquals(offset.steps, 0);
        clocks.pass(100_000);
        assert(beyond(offset, clocks) <= rounding, "also later");
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("ClockOffset of one sample is what NTP says: the middle, and half the round trip", () => {
  const clocks = new TwoClocks({ venueStart: 1_700_000_000_000 });
  const offset = new ClockOffset({ clock: clocks, driftPpm: 0 });
  offset.add(clocks.ask(30, 30));
  const { offsetMs, uncertaintyMs, ageMs, samples } = offset.estimate()!;
  assertEquals([offsetMs, uncertaintyMs, ageMs, samples], [0.5, 30.5, 0, 1]);
  // The way there is short, the way back long: the second sample cuts the bar from the other side.
  offset.add(clocks.ask(0, 60));
  assertEquals(offset.estimate()!.uncertaintyMs, 15.5);
});

Deno.test("ClockOffset widens its upper bound by the drift since the question, not since the answer", () => {
  // The way there takes no time and the stamp is about to tick, so the upper bound is as tight as it can be.
  const clocks = new TwoClocks({ localPpm: -50, venuePpm: 50, venueStart: 1_700_000_000_000.9995 });
  const offset = new ClockOffset({ clock: clocks, driftPpm: 101 });
  for (let i = 0; i < 5; i++) {
    offset.add(clocks.ask(0, 400));
    assert(beyond(offset, clocks) <= rounding, `${beyond(offset, clocks)} ms outside`);
  }
});

Deno.test("ClockOffset gives the venue's time while it is known well enough", () => {
  const clocks = new TwoClocks();
  const offset = new ClockOffset({ clock: clocks, maxUncertaintyMs: 40 });
  assertEquals(offset.estimate(), undefined);
  assertThrows(() => offset.now(), ClockError, "no sample");
  offset.add(clocks.ask(50, 50));
  assertStringIncludes(offset.refusal()!, "known only to 51 ms, 40 ms are allowed");
  assertThrows(() => offset.now(), ClockError, "known only");
  offset.add(clocks.ask(10, 10));
  assertEquals(offset.refusal(), undefined);
  assert(Math.abs(offset.now() - clocks.venueMs()) <= 11);
  const venue = new VenueClock(clocks, offset);
  assert(Number.isInteger(venue.epochMs()));
  assertEquals(venue.epochMs(), Math.floor(offset.now()));
  assertEquals(venue.monotonicMs(), clocks.monotonicMs());
  offset.invalidate();
  assertThrows(() => venue.epochMs(), CexarbError, "no sample");
});

Deno.test("ClockOffset refuses when its samples are old", () => {
  const clocks = new TwoClocks();
  const offset = new ClockOffset({ clock: clocks });
  offset.add(clocks.ask(10, 10));
  clocks.pass(119_000);
  assertEquals(offset.refusal(), undefined);
  clocks.pass(2_000);
  assertStringIncludes(offset.refusal()!, "the last sample is 121000 ms old");
  offset.add(clocks.ask(10, 10));
  assertEquals(offset.refusal(), undefined);
  clocks.pass(601_000);
  offset.add(clocks.ask(300, 300));
  assertEquals(offset.estimate()!.samples, 1, "samples beyond the window are forgotten");
});

Deno.test("ClockOffset does not trust itself after the wall clock was set or the machine slept", () => {
  const jumps: ((clocks: TwoClocks) => void)[] = [
    (clocks): void => void (clocks.wallShift += 200),
    (clocks): void => void (clocks.wallShift -= 200),
    (clocks): void => clocks.sleep(200),
  ];
  for (const jump of jumps) {
    const clocks = new TwoClocks();
    const offset = new ClockOffset({ clock: clocks });
    offset.add(clocks.ask(10, 10));
    jump(clocks);
    assertStringIncludes(offset.refusal()!, "was set or the machine slept");
    assertThrows(() => offset.now(), ClockError);
    assert(!offset.add(clocks.ask(10, 10)), "the sample may have seen the jump");
    assertEquals(offset.estimate(), undefined);
    assert(offset.add(clocks.ask(10, 10)));
    assertEquals(offset.refusal(), undefined);
    assert(beyond(offset, clocks) <= rounding);
  }
});

Deno.test("ClockOffset does not use a sample during which the machine slept, even the first one", () => {
  const clocks = new TwoClocks();
  const offset = new ClockOffset({ clock: clocks });
  const before = clocks.ask(10, 10);
  clocks.sleep(5_000);
  assert(!offset.add({ ...before, receivedAt: clocks.monotonicMs() }));
  assertEquals(offset.estimate(), undefined);
});

Deno.test("ClockOffset takes a slow correction of the wall clock for what it is", () => {
  const clocks = new TwoClocks();
  const offset = new ClockOffset({ clock: clocks });
  for (let i = 0; i < 60; i++) {
    assert(offset.add(clocks.ask(5, 5)));
    clocks.pass(60_000);
    clocks.wallShift += 30;
    assertEquals(offset.refusal(), undefined);
    assert(beyond(offset, clocks) <= rounding);
  }
});

Deno.test("ClockOffset starts over when the venue's clock was set", () => {
  const clocks = new TwoClocks();
  const offset = new ClockOffset({ clock: clocks });
  for (let i = 0; i < 5; i++) offset.add(clocks.ask(5, 5));
  clocks.venueShift = 3_000;
  offset.add(clocks.ask(5, 5));
  assertEquals([offset.steps, offset.estimate()!.samples], [1, 1]);
  assert(beyond(offset, clocks) <= rounding);
});

Deno.test("ClockOffset uses no sample that contradicts itself", () => {
  const clocks = new TwoClocks();
  const offset = new ClockOffset({ clock: clocks });
  const good = clocks.ask(5, 5);
  assert(!offset.add({ ...good, sentAt: good.receivedAt + 1 }));
  assert(!offset.add({ ...good, receivedAt: good.receivedAt + 1 }), "from the future");
  assert(
    !offset.add({ ...good, serverDoneMs: good.serverMs + 100 }),
    "the venue took longer than the round trip",
  );
  assert(!offset.add({ ...good, serverMs: NaN }));
  assertEquals(offset.estimate(), undefined);
});

Deno.test("ClockProbe asks quickly until the time is known, then at leisure, and again quickly after failures", async () => {
  const clock = new SimulatedClock(1_700_000_000_000);
  const offset = new ClockOffset({ clock, maxAgeMs: 20_000 });
  const logger = new MemoryLogger();
  const asked: number[] = [];
  let isBroken = false;
  const probe = new ClockProbe({
    name: "venue",
    clock,
    offset,
    logger,
    ask: (): Promise<ServerStamps> => {
      asked.push(clock.monotonicMs());
      if (isBroken) return Promise.reject(new VenueError("GET /time failed", 500, ""));
      return Promise.resolve({ serverMs: clock.epochMs() + 70 });
    },
  });
  const steps = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await settled();
      clock.step();
    }
    await settled();
  };
  probe.start();
  probe.start();
  await steps(6);
  assertEquals(asked, [0, 500, 1_000, 1_500, 2_000, 17_000, 32_000]);
  assertEquals(Math.round(offset.now() - clock.epochMs()), 71);
  isBroken = true;
  await steps(2);
  assertEquals(asked.slice(7), [47_000, 62_000]);
  await steps(2);
  assertEquals(asked.slice(9), [62_500, 63_000], "the last sample is too old by now");
  assertEquals(logger.messages("warn").length, 4);
  probe.stop();
  await settled();
  assertEquals(clock.step(), false);
});
