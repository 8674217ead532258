/**
 * The episodes find what they are for: each planted defect fails one of a few hundred.
 */
import { assert } from "@std/assert";
import { runCampaign } from "./campaign.ts";
import { defects, withDefect } from "./defects.ts";
import { startDesk } from "./desk_engine.ts";

for (const [name, defect] of Object.entries(defects)) {
  Deno.test(`Episodes find an engine that ${name}`, async () => {
    const start = withDefect(startDesk, defect);
    const { failures } = await runCampaign({ start, firstSeed: 1, count: 400, maxFailures: 1 });
    assert(failures.length > 0, "nothing was found");
  });
}
