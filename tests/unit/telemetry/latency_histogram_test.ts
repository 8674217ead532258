import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FrameTrace } from "../../../src/telemetry/frame_trace.ts";
import { LatencyHistogram } from "../../../src/telemetry/latency_histogram.ts";

function histogramOf(milliseconds: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of milliseconds) histogram.recordMs(value);
  return histogram;
}

/** The smallest recorded value that at least this part of all values does not exceed, microseconds. */
function percentile(milliseconds: readonly number[], percent: number): number {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1]! * 1_000;
}

Deno.test("Percentiles of LatencyHistogram are those of the sorted values, within 1 % and the rounding to a tenth", () => {
  // Many sizes at once: from a hundred nanoseconds to ten seconds.
  const latency = fc.tuple(fc.integer({ min: 1_000, max: 9_999 }), fc.integer({ min: -7, max: 0 }))
    .map(([digits, exponent]) => digits * 10 ** exponent);
  fc.assert(
    fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), (values) => {
      const histogram = histogramOf(values);
      assertEquals(histogram.count, values.length);
      const { p50, p99 } = histogram.summary();
      for (const [found, percent] of [[p50, 50], [p99, 99]] as const) {
        const truth = percentile(values, percent);
        assert(Math.abs(found - truth) <= 0.01 * truth + 0.051, `${percent} %: ${found} instead of ${truth}`);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("LatencyHistogram has zeroes for nothing recorded, and counts what is out of range at its bounds", () => {
  assertEquals(new LatencyHistogram().summary(), { p50: 0, p99: 0 });
  assertEquals(histogramOf([-1, -0.000001, 0]).summary(), { p50: 0, p99: 0 });
  const { p99 } = histogramOf([20_000]).summary();
  assert(Math.abs(p99 - 1e7) <= 1e5, `${p99} µs`);
  assertEquals(histogramOf([-1, 20_000]).count, 2);
});

Deno.test("LatencyHistogram counts up to bounds as the values say, but for those within 1 % of a bound", () => {
  const latency = fc.tuple(fc.integer({ min: 1_000, max: 9_999 }), fc.integer({ min: -7, max: 0 }))
    .map(([digits, exponent]) => digits * 10 ** exponent);
  const bounds = [1e-6, 3e-5, 1e-3, 0.02, 0.5, 10];
  fc.assert(
    fc.property(fc.array(latency, { maxLength: 200 }), (values) => {
      const counts = histogramOf(values).countsUpTo(bounds);
      bounds.forEach((bound, index) => {
        const least = values.filter((value) => value <= bound * 1_000 * 0.99).length;
        const most = values.filter((value) => value <= bound * 1_000 * 1.01).length;
        assert(counts[index]! >= least && counts[index]! <= most, `${counts[index]} up to ${bound} s`);
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("LatencyHistogram adds, subtracts and copies distributions with their sums", () => {
  const early = histogramOf([1, 2, 30]);
  const all = histogramOf([1, 2, 30]);
  for (const value of [400, 5_000]) all.recordMs(value);
  const rest = all.copy();
  rest.subtract(early);
  assertEquals([rest.count, rest.sumSeconds], [2, 5.4]);
  assertEquals(rest.countsUpTo([0.1, 1, 10]), [0, 1, 2]);
  const sum = LatencyHistogram.sumOf([early, rest]);
  assertEquals([sum.count, sum.sumSeconds, sum.percentiles()], [5, all.sumSeconds, all.percentiles()]);
  assertEquals([all.count, early.count], [5, 3], "their sources stay as they are");
});

Deno.test("FrameTrace measures from the last begin", () => {
  const trace = new FrameTrace();
  trace.begin();
  const end = performance.now() + 3;
  while (performance.now() < end);
  const elapsed = trace.elapsedMs();
  assert(elapsed >= 3, `${elapsed} ms`);
  trace.begin();
  assert(trace.elapsedMs() < elapsed);
});
