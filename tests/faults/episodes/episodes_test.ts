/**
 * Trading lives through faults and crashes: two thousand episodes, each held to what the venues themselves hold.
 */
import { assert, assertEquals } from "@std/assert";
import { describeFailure, runCampaign } from "./campaign.ts";
import { startDesk } from "./desk_engine.ts";
import { drawPlan } from "./episode_plan.ts";
import { faultKinds } from "../../../src/simulator/faults/fault_rule.ts";

const firstSeed = 1;
const count = 2_000;
/** Parts of a test, so that a failure is told early. */
const parts = 8;

/** Kinds that touch no account: market data is not streamed here, and a delisting ends everything. */
const leftOut: readonly string[] = ["skip-sequence", "delist"];

const struck = new Map<string, number>();

for (let part = 0; part < parts; part++) {
  const size = count / parts;
  const from = firstSeed + part * size;
  Deno.test(`Episodes ${from} to ${from + size - 1}: the venues' truth is what the engine says`, async () => {
    const report = await runCampaign({ start: startDesk, firstSeed: from, count: size, maxFailures: 3 });
    assertEquals(report.failures.map(describeFailure).join("\n"), "");
    assert(report.orders > 5 * size && report.fills > 5 * size, `${report.orders} orders are too few`);
    assert(report.crashes > size / 2, `${report.crashes} crashes are too few`);
    for (const [kind, times] of report.struck) struck.set(kind, (struck.get(kind) ?? 0) + times);
  });
}

Deno.test("Every kind of fault that can touch an account strikes in the episodes", () => {
  const expected = faultKinds.filter((kind) => !leftOut.includes(kind));
  assertEquals(expected.filter((kind) => (struck.get(kind) ?? 0) < 10), []);
});

Deno.test("An episode is the same each time", async () => {
  const run = async (): Promise<unknown> => {
    const { struck, ...sums } = await runCampaign({ start: startDesk, firstSeed: 40, count: 3 });
    return { ...sums, struck: [...struck] };
  };
  assertEquals(await run(), await run());
});

Deno.test("Plans have every way to die, and none", () => {
  const crashes = Array.from({ length: 400 }, (_, seed) => drawPlan(seed).crashes);
  const deaths = crashes.flat();
  assert(crashes.some((each) => each.length === 0) && crashes.some((each) => each.length === 3));
  for (const kept of ["nothing", "part", "all"]) {
    assert(deaths.some(({ atAppend }) => atAppend?.kept === kept), kept);
  }
  for (const sent of [true, false]) assert(deaths.some(({ atOrder }) => atOrder?.sent === sent));
  for (const acted of [true, false]) assert(deaths.some(({ atStep }) => atStep?.acted === acted));
  assert(deaths.some(({ isAsked }) => isAsked) && deaths.some(({ losesPower }) => losesPower));
});
