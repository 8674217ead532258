/**
 * Memory of 24 simulated hours of the default market with a subscriber on every venue, garbage collected before
 * each sample where the runtime allows it.
 * @module
 */
import { exact, memoryByHour } from "../support/simulator_memory.ts";

/** A twentieth of the usual rate: what is forgotten to be freed shows at any rate. */
const eventsPerSecond = 1;
const started = performance.now();
const samples = await memoryByHour({ eventsPerSecond }, ["BTC", "LUNC"], [1, 2, 6, 12, 24]);
const lines = samples.map(({ hour, heapMb, externalMb, messages }) =>
  `hour ${String(hour).padStart(2)}: heap ${heapMb.toFixed(1)} MB, beside it ${externalMb.toFixed(1)} MB, ` +
  `${messages} messages`
);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
// deno-lint-ignore no-console -- a bench prints its figures
console.log(
  `Simulator, 24 instruments, ${eventsPerSecond} events/s each, 24 h in ${seconds} s:\n${lines.join("\n")}`,
);
const growthMb = samples.at(-1)!.heapMb - samples[1]!.heapMb;
if (exact && growthMb > 4) throw new Error(`The heap grew by ${growthMb.toFixed(1)} MB after hour 2`);
