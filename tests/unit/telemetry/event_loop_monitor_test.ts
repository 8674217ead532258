import { assert, assertEquals } from "@std/assert";
import { EventLoopMonitor } from "../../../src/telemetry/event_loop_monitor.ts";

function keepBusy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test("EventLoopMonitor sees how long the thread was busy, also while it still is", async () => {
  const monitor = new EventLoopMonitor();
  monitor.start();
  await delay(50);
  assert(monitor.delays.count > 0);
  keepBusy(200);
  assert(monitor.recentMaxMs >= 170, `${monitor.recentMaxMs} ms while it is not over`);
  await delay(50);
  // It is due every 20 ms, so it may have been due 20 ms after the work had begun.
  const { max } = monitor.delays.percentiles();
  assert(max >= 175_000 && max < 2_000_000, `${max} µs`);
  assert(monitor.recentMaxMs >= 175 && monitor.recentMaxMs < 2_000, `${monitor.recentMaxMs} ms`);
  monitor.stop();
});

Deno.test("EventLoopMonitor looks no more after its end", async () => {
  const monitor = new EventLoopMonitor();
  monitor.start();
  monitor.stop();
  await delay(60);
  assertEquals([monitor.delays.count, monitor.recentMaxMs], [0, 0]);
});
