import { assert } from "@std/assert";
import { defaultAssets } from "../../../../src/simulator/model/model_assets.ts";
import { exact, memoryByHour } from "../../../support/simulator_memory.ts";

Deno.test("A simulated day with subscribers on every venue leaves the memory flat after its second hour", async () => {
  const model = { assets: defaultAssets.slice(4, 6), eventsPerSecond: 0.25, levels: 20 };
  const samples = await memoryByHour(model, ["LUNC"], [2, 6, 12, 24]);
  const [early, last] = [samples[0]!, samples.at(-1)!];
  assert(last.messages > 8 * early.messages, "the subscribers were served to the end");
  // Without a collection on demand a sample holds garbage, so the least of the later samples is what counts.
  const least = exact ? last.heapMb : Math.min(...samples.slice(1).map(({ heapMb }) => heapMb));
  const allowedMb = exact ? 2 : 15;
  assert(least - early.heapMb < allowedMb, samples.map(({ heapMb }) => heapMb.toFixed(1)).join(" "));
});
