import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LatencyHistogram } from "../../../src/telemetry/latency_histogram.ts";
import {
  type ForeignSeries,
  latencyBounds,
  MetricsRegistry,
} from "../../../src/telemetry/metrics_registry.ts";
import { Scrape } from "../../support/prometheus_text.ts";

async function scrape(registry: MetricsRegistry): Promise<Scrape> {
  return new Scrape(await registry.text());
}

Deno.test("MetricsRegistry shows what its sources say at the moment of each reading", async () => {
  const registry = new MetricsRegistry();
  let frames = 3;
  registry.counter({ name: "cexarb_frames_total", help: "Frames", labels: ["exchange"] }, () => [
    { labels: { exchange: "MEXC_SPOT" }, value: frames },
    { labels: { exchange: "GATEIO_SPOT" }, value: 0 },
  ]);
  registry.gauge({ name: "cexarb_books", help: "Books" }, () => [{ value: -frames }]);
  const first = await scrape(registry);
  assertEquals(first.byLabels("cexarb_frames_total"), { MEXC_SPOT: 3, GATEIO_SPOT: 0 });
  assertEquals(first.value("cexarb_books"), -3);
  assertEquals([...first.types], [["cexarb_frames_total", "counter"], ["cexarb_books", "gauge"]]);
  frames = 7;
  const second = await scrape(registry);
  assertEquals(second.value("cexarb_frames_total", { exchange: "MEXC_SPOT" }), 7);
  assertEquals(second.value("cexarb_books"), -7);
});

Deno.test("MetricsRegistry leaves out what has no value, and what its source does not tell any more", async () => {
  const registry = new MetricsRegistry();
  let samples = [{ labels: { a: "x" }, value: 1 }, { labels: { a: "y" }, value: NaN }];
  registry.gauge({ name: "cexarb_one", help: "One", labels: ["a"] }, () => samples);
  registry.gauge({ name: "cexarb_none", help: "None" }, () => [{ value: NaN }]);
  registry.counter({ name: "cexarb_none_total", help: "None" }, () => []);
  assertEquals((await scrape(registry)).samples.map(({ name }) => name), ["cexarb_one"]);
  samples = [];
  assertEquals((await scrape(registry)).samples, []);
});

Deno.test("MetricsRegistry escapes what is in labels", async () => {
  const registry = new MetricsRegistry();
  const a = 'quote " backslash \\ line\nbreak';
  registry.gauge({ name: "cexarb_one", help: "One", labels: ["a"] }, () => [{ labels: { a }, value: 1 }]);
  assertEquals((await scrape(registry)).samples[0]!.labels, { a });
});

Deno.test("A histogram of MetricsRegistry has the recorded values in its buckets, sum and count", async () => {
  const registry = new MetricsRegistry();
  const histogram = new LatencyHistogram();
  const seconds = [3e-7, 2e-6, 7e-5, 7e-5, 0.003, 0.7, 60];
  for (const value of seconds) histogram.recordMs(value * 1_000);
  registry.latencies({ name: "cexarb_latency_seconds", help: "Latency", labels: ["stage"] }, () => [
    { labels: { stage: "a" }, histogram },
    { labels: { stage: "b" }, histogram: new LatencyHistogram() },
  ]);
  const found = await scrape(registry);
  assertEquals(found.types.get("cexarb_latency_seconds"), "histogram");
  for (const bound of latencyBounds) {
    const labels = { stage: "a", le: String(bound) };
    // Longer ones than the longest that is told apart count as that one.
    const truth = seconds.filter((value) => Math.min(value, 10) <= bound).length;
    assertEquals(found.value("cexarb_latency_seconds_bucket", labels), truth, `up to ${bound} s`);
  }
  assertEquals(found.value("cexarb_latency_seconds_bucket", { stage: "a", le: "+Inf" }), 7);
  assertEquals(found.value("cexarb_latency_seconds_count", { stage: "a" }), 7);
  assertAlmostEquals(
    found.value("cexarb_latency_seconds_sum", { stage: "a" })!,
    seconds.reduce((a, b) => a + b),
    1e-9,
  );
  assertEquals(found.value("cexarb_latency_seconds_count", { stage: "b" }), 0);
});

Deno.test("The bounds of latencies rise from a microsecond to ten seconds", () => {
  assertEquals([latencyBounds[0], latencyBounds.at(-1), latencyBounds.length], [1e-6, 10, 22]);
  assert(latencyBounds.every((bound, index) => index === 0 || bound > latencyBounds[index - 1]!));
});

Deno.test("MetricsRegistry reads once what several metrics show", async () => {
  const registry = new MetricsRegistry();
  let readings = 0;
  registry.beforeReading(() => readings += 1);
  registry.gauge({ name: "cexarb_a", help: "A" }, () => [{ value: readings }]);
  registry.gauge({ name: "cexarb_b", help: "B" }, () => [{ value: readings }]);
  await registry.text();
  const found = await scrape(registry);
  assertEquals([found.value("cexarb_a"), found.value("cexarb_b")], [2, 2]);
});

Deno.test("MetricsRegistry takes a name once, and hands on what a source throws", async () => {
  const registry = new MetricsRegistry();
  registry.gauge({ name: "cexarb_a", help: "A" }, () => {
    throw new RangeError("no figure");
  });
  assertThrows(() => registry.counter({ name: "cexarb_a", help: "A" }, () => []), Error, "already");
  await assertRejects(() => registry.text(), RangeError, "no figure");
});

Deno.test("MetricsRegistry shows what comes under names of its own, also when a name is new", async () => {
  const registry = new MetricsRegistry();
  const dropped = { kind: "counter", name: "cexarb_log_dropped_total", help: "Dropped" } as const;
  const series: ForeignSeries[] = [{ ...dropped, labels: { level: "debug" }, value: 3 }];
  registry.gauge({ name: "cexarb_own", help: "Own" }, () => [{ value: 1 }]);
  registry.foreign(() => series);
  assertEquals((await scrape(registry)).byLabels("cexarb_log_dropped_total"), { debug: 3 });
  series.push(
    { ...dropped, labels: { level: "info" }, value: 0 },
    { ...dropped, name: "cexarb_own", labels: {}, value: 9 },
    {
      kind: "histogram",
      name: "cexarb_step_seconds",
      help: "Steps",
      labels: { step: "a" },
      bounds: [0.1, 1],
      buckets: [2, 3],
      sum: 9.5,
      count: 6,
    },
  );
  const found = await scrape(registry);
  assertEquals(found.byLabels("cexarb_log_dropped_total"), { debug: 3, info: 0 });
  assertEquals(found.value("cexarb_own"), 1, "a name that is taken stays what it is");
  assertEquals(found.byLabels("cexarb_step_seconds_bucket"), { "a 0.1": 2, "a 1": 5, "a +Inf": 6 });
  assertEquals([found.sum("cexarb_step_seconds_sum"), found.sum("cexarb_step_seconds_count")], [9.5, 6]);
  assertEquals([...found.types.values()].toSorted(), ["counter", "gauge", "histogram"]);
});
