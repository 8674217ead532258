import { assertEquals } from "@std/assert";
import { LatencyHistogram } from "../../../src/telemetry/latency_histogram.ts";
import { LatencyWindow } from "../../../src/telemetry/latency_window.ts";

Deno.test("LatencyWindow forgets what was recorded before the rotation before the last one", () => {
  const all = new LatencyHistogram();
  const window = new LatencyWindow(() => all);
  const recentMaxMs = (): number => Number((window.recent().percentiles().max / 1_000).toPrecision(1));
  all.recordMs(900);
  assertEquals([window.recent().count, recentMaxMs()], [1, 900], "before the first rotation");
  window.rotate();
  all.recordMs(50);
  assertEquals([window.recent().count, recentMaxMs() > 800], [2, true], "after one");
  window.rotate();
  all.recordMs(7);
  assertEquals([window.recent().count, recentMaxMs()], [2, 50], "after two");
  window.rotate();
  assertEquals([window.recent().count, recentMaxMs()], [1, 7], "after three");
  window.rotate();
  assertEquals([window.recent().count, recentMaxMs()], [0, 0], "after four");
  assertEquals(all.count, 3, "the source has everything");
});
