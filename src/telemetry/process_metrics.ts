/**
 * Figures of the process itself.
 * @module
 */
import { cpuUsage } from "node:process";
import type { EventLoopMonitor } from "./event_loop_monitor.ts";
import type { MetricsRegistry } from "./metrics_registry.ts";

/**
 * Adds memory, processor time and event loop. Pauses of the garbage collector are not among them: `node:perf_hooks`
 * of Deno (2.4 to 2.9) takes an observer for them and never tells it of one. They are part of the delays of the event
 * loop, and of every latency.
 */
export function addProcessMetrics(registry: MetricsRegistry, eventLoop: EventLoopMonitor): void {
  const begin = performance.now();
  let memory = Deno.memoryUsage();
  registry.beforeReading(() => memory = Deno.memoryUsage());
  registry.gauge(
    { name: "cexarb_memory_resident_bytes", help: "Memory of the process that is in RAM" },
    () => [{ value: memory.rss }],
  );
  registry.gauge(
    { name: "cexarb_heap_used_bytes", help: "Heap of the hot thread that is in use" },
    () => [{ value: memory.heapUsed }],
  );
  registry.gauge(
    { name: "cexarb_heap_total_bytes", help: "Heap of the hot thread" },
    () => [{ value: memory.heapTotal }],
  );
  registry.gauge(
    {
      name: "cexarb_memory_external_bytes",
      help: "Memory outside the heap that the hot thread's objects hold",
    },
    () => [{ value: memory.external }],
  );
  registry.counter(
    { name: "cexarb_cpu_seconds_total", help: "Processor time of all threads", labels: ["mode"] },
    () => {
      const { user, system } = cpuUsage();
      return [
        { labels: { mode: "user" }, value: user / 1e6 },
        { labels: { mode: "system" }, value: system / 1e6 },
      ];
    },
  );
  registry.gauge(
    { name: "cexarb_uptime_seconds", help: "Time since the telemetry was started" },
    () => [{ value: (performance.now() - begin) / 1_000 }],
  );
  registry.gauge(
    { name: "cexarb_runtime_info", help: "Versions, always 1", labels: ["deno", "v8"] },
    () => [{ labels: { deno: Deno.version.deno, v8: Deno.version.v8 }, value: 1 }],
  );
  registry.latencies(
    {
      name: "cexarb_event_loop_delay_seconds",
      help: "How late timers are, which is how long the thread was busy or the garbage collector at work",
    },
    () => [{ histogram: eventLoop.delays }],
  );
  registry.gauge(
    { name: "cexarb_event_loop_delay_recent_max_seconds", help: "The longest of the last 5 to 10 seconds" },
    () => [{ value: eventLoop.recentMaxMs / 1_000 }],
  );
}
