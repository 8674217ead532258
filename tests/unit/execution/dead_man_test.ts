import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Outcome } from "../../../src/core/order_request.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { DeadMan } from "../../../src/execution/dead_man.ts";
import type { TradingVenue } from "../../../src/execution/trading_venue.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const accepted: Outcome<void> = { kind: "accepted", value: undefined };
const unknown: Outcome<void> = { kind: "unknown", why: "timed out" };

/** A venue with a countdown, kept here in the plainest way. */
class Venue {
  readonly clock = new SimulatedClock(0);
  readonly logger = new MemoryLogger();
  /** Times in milliseconds and seconds asked for. */
  readonly calls: (readonly [number, number])[] = [];
  readonly told: string[] = [];
  /** When the countdown is over. */
  endsAt = Infinity;
  cancelled = 0;
  acquiring = true;
  open = false;
  answerMs = 0;
  answer: (call: number) => Outcome<void> | Error = () => accepted;

  readonly switch: DeadMan;

  constructor(timeoutSeconds = 15) {
    this.switch = new DeadMan({
      clock: this.clock,
      logger: this.logger,
      venue: {
        exchange: "GATEIO_SPOT",
        keepAlive: (seconds: number) => this.#keepAlive(seconds),
      } as unknown as TradingVenue,
      timeoutSeconds,
      isAcquiring: () => this.acquiring,
      hasOpenOrders: () => this.open,
      onChange: (state) => this.told.push(state),
    });
  }

  async #keepAlive(seconds: number): Promise<Outcome<void>> {
    this.calls.push([this.clock.epochMs(), seconds]);
    const outcome = this.answer(this.calls.length);
    if (!(outcome instanceof Error) && outcome.kind === "accepted") {
      this.endsAt = seconds === 0 ? Infinity : this.clock.epochMs() + seconds * 1000;
    }
    if (this.answerMs > 0) {
      await new Promise<void>((resolve) => this.clock.setTimer(this.answerMs, resolve));
    }
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  async advance(ms: number): Promise<void> {
    const end = this.clock.epochMs() + ms;
    let isOver = false;
    this.clock.setTimer(ms, () => {
      isOver = true;
    });
    await settle();
    while (!isOver && this.clock.epochMs() <= end && this.clock.step()) {
      if (this.clock.epochMs() >= this.endsAt) {
        this.cancelled += 1;
        this.endsAt = Infinity;
      }
      await settle();
    }
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined;
}

Deno.test("DeadMan winds the switch up at once and every third of its time", async () => {
  const venue = new Venue();
  venue.switch.start();
  await venue.advance(20_001);
  assertEquals(venue.calls, [[0, 15], [5_000, 15], [10_000, 15], [15_000, 15], [20_000, 15]]);
  assert(venue.switch.isWound);
  assertEquals(venue.cancelled, 0);
});

Deno.test("DeadMan counts its thirds from the sending, however long answers take", async () => {
  const venue = new Venue();
  venue.answerMs = 3_000;
  venue.switch.start();
  await venue.advance(14_000);
  assertEquals(venue.calls.map(([at]) => at), [0, 5_000, 10_000]);
});

Deno.test("DeadMan retries a failure at once, then with growing pauses, and tells of it once", async () => {
  const venue = new Venue();
  venue.answer = (call) => call >= 2 && call <= 5 ? (call === 3 ? new Error("no route") : unknown) : accepted;
  venue.switch.start();
  await venue.advance(9_000);
  assertEquals(venue.calls.map(([at]) => at), [0, 5_000, 5_000, 5_250, 5_750, 6_375]);
  assertEquals(venue.told, ["failing", "wound"]);
  assertEquals([venue.switch.failures, venue.cancelled], [0, 0]);
});

Deno.test("DeadMan says when its time is over while it fails", async () => {
  const venue = new Venue();
  venue.switch.start();
  await venue.advance(1_000);
  venue.answer = () => ({ kind: "refused", reason: "rate", code: "X", message: "slow down" });
  await venue.advance(30_000);
  assertEquals(venue.told, ["failing", "expired"]);
  assert(!venue.switch.isWound && venue.switch.failures > 3);
  venue.answer = () => accepted;
  await venue.advance(10_000);
  assertEquals(venue.told, ["failing", "expired", "wound"]);
  assert(venue.switch.isWound);
});

Deno.test("DeadMan turns the switch off while nothing is sent and nothing is open", async () => {
  const venue = new Venue();
  venue.acquiring = false;
  venue.switch.start();
  await venue.advance(20_000);
  assertEquals(venue.calls, []);
  venue.open = true;
  venue.switch.poke();
  await venue.advance(1_000);
  assertEquals(venue.calls.map(([, seconds]) => seconds), [15]);
  venue.open = false;
  await venue.advance(20_000);
  assertEquals(venue.calls.map(([, seconds]) => seconds), [15, 0]);
  assertEquals([venue.switch.isWound, venue.cancelled], [false, 0]);
});

Deno.test("DeadMan ends with 0, but leaves the switch on for orders that are still open", async () => {
  const ended = new Venue();
  ended.switch.start();
  await ended.advance(100);
  await ended.switch.stop();
  await ended.advance(60_000);
  assertEquals(ended.calls.map(([, seconds]) => seconds), [15, 0]);
  assertEquals(ended.cancelled, 0);
  const left = new Venue();
  left.open = true;
  left.switch.start();
  await left.advance(100);
  await left.switch.stop();
  await left.advance(60_000);
  assertEquals(left.calls.map(([, seconds]) => seconds), [15]);
  assertEquals(left.cancelled, 1);
});

Deno.test("DeadMan sends its 0 only after the request under way was answered", async () => {
  const venue = new Venue();
  venue.answerMs = 2_000;
  venue.switch.start();
  await venue.advance(100);
  const stopped = venue.switch.stop();
  await venue.advance(1_000);
  assertEquals(venue.calls.length, 1);
  await venue.advance(5_000);
  await stopped;
  assertEquals(venue.calls, [[0, 15], [2_000, 0]]);
});

Deno.test("DeadMan takes only times that the venue takes, and venues that have a switch", () => {
  for (const seconds of [0, 4, 5.5, 3_601, NaN]) assertThrows(() => new Venue(seconds), RangeError, "whole");
  const venue = { exchange: "MEXC_SPOT" } as unknown as TradingVenue;
  const options = { timeoutSeconds: 30, isAcquiring: () => true, hasOpenOrders: () => false };
  const clock = new SimulatedClock(0);
  const logger = new MemoryLogger();
  assertThrows(() => new DeadMan({ ...options, clock, logger, venue }), RangeError, "MEXC_SPOT");
});

Deno.test("DeadMan never lets the time run out while fewer than all tries within it fail", async () => {
  const pattern = fc.array(fc.boolean(), { minLength: 5, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(pattern, fc.integer({ min: 5, max: 60 }), async (fails, seconds) => {
      const venue = new Venue(seconds);
      // Seven failures in a row at most: they take less than the two thirds that are left.
      let row = 0;
      venue.answer = (call) => {
        const doesFail = fails[call % fails.length]! && call > 1 && row < 7;
        row = doesFail ? row + 1 : 0;
        return doesFail ? unknown : accepted;
      };
      venue.switch.start();
      for (let round = 0; round < 30; round++) {
        await venue.advance(seconds * 250);
        assertEquals(venue.cancelled, 0);
      }
      assert(!venue.told.includes("expired"));
    }),
    { numRuns: 100 },
  );
});
