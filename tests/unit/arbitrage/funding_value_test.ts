import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fundingPerSettlement, settlementsBetween } from "../../../src/arbitrage/funding_value.ts";
import { fundingRatio } from "../../../src/arbitrage/hold_entry.ts";
import type { FundingRateSnapshot } from "../../../src/core/funding.ts";
import type { InstrumentId } from "../../../src/core/instrument.ts";

function snapshot(rate: number, nextSettlement: number, interval: number): FundingRateSnapshot {
  return { instrument: 0 as InstrumentId, rate, nextSettlement, interval, time: 0 };
}

/** Walks from settlement to settlement. */
function naiveCount(next: number, interval: number, from: number, until: number): number {
  let count = 0;
  for (let time = next; time <= until; time += interval) if (time > from) count += 1;
  return count;
}

const hour = 3_600_000;
const times = fc.record({
  interval: fc.constantFrom(hour, 2 * hour, 4 * hour, 8 * hour),
  next: fc.oneof(
    fc.integer({ min: -40 * hour, max: 20 * hour }),
    fc.integer({ min: -40, max: 20 }).map((n) => n * hour),
  ),
  horizon: fc.oneof(
    fc.integer({ min: 0, max: 100 * hour }),
    fc.integer({ min: 0, max: 100 }).map((n) => n * hour),
  ),
});

Deno.test("The settlements until a moment are those that one counts walking from one to the next", () => {
  let some = 0;
  fc.assert(
    fc.property(times, ({ interval, next, horizon }) => {
      const from = 1_767_225_600_000;
      const count = settlementsBetween(snapshot(0, from + next, interval), from, from + horizon);
      assertEquals(count, naiveCount(from + next, interval, from, from + horizon));
      if (count > 0) some += 1;
    }),
    { numRuns: 2_000 },
  );
  assert(some > 500);
});

Deno.test("Funding until the horizon is the sum of its settlements: shorts receive a positive rate, longs pay it", () => {
  fc.assert(
    fc.property(times, fc.integer({ min: -300, max: 300 }), fc.boolean(), (given, raw, isShort) => {
      const { interval, next, horizon } = given;
      const from = 1_767_225_600_000, rate = raw / 100_000;
      const shortMs = horizon / 3;
      const ratio = fundingRatio(snapshot(rate, from + next, interval), isShort, from, {
        receivedMs: shortMs,
        paidMs: horizon,
      });
      const cash = isShort ? rate : -rate;
      let sum = 0;
      for (let time = from + next; time <= from + (cash > 0 ? shortMs : horizon); time += interval) {
        if (time > from) sum += cash;
      }
      assert(Math.abs(ratio - sum) < 1e-12, `${ratio} is not ${sum}`);
    }),
    { numRuns: 1_000 },
  );
  assertEquals([
    fundingPerSettlement(snapshot(0.001, 0, 1), true),
    fundingPerSettlement(snapshot(0.001, 0, 1), false),
  ], [0.001, -0.001]);
});

Deno.test("Times that are no times give no number of settlements", () => {
  for (const [next, interval] of [[0, 0], [0, -1], [0, NaN], [NaN, hour], [Infinity, hour]] as const) {
    assertEquals(settlementsBetween(snapshot(0.1, next, interval), 0, 10 * hour), NaN);
  }
});
