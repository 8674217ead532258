import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { EngineReport } from "../../src/engine/report.ts";
import { type Recorded, withRun } from "../support/simulated_run.ts";

/** What a run decided and did: everything of it that has nothing to do with the machine. */
interface Outcome {
  readonly report: Omit<EngineReport, "latencyUs" | "rows" | "lost" | "storage">;
  readonly recorded: Omit<Recorded, "never">;
}

async function run(seed: number): Promise<Outcome> {
  let outcome: Outcome | undefined;
  await withRun({ seed, stored: false }, async (run) => {
    await run.start();
    await run.advance(12_000);
    await run.finish();
    run.engine.stop();
    const { latencyUs: _latency, rows: _rows, lost: _lost, storage: _storage, ...report } = run.engine
      .report();
    outcome = { report, recorded: run.recorded };
  });
  return outcome!;
}

Deno.test("Two runs with the same seed see, decide and trade the same, to the last digit", async () => {
  const first = await run(7), second = await run(7);
  assert(first.report.executions >= 1, "nothing was traded");
  assertEquals(second.report, first.report);
  assertEquals(second.recorded.opportunities, first.recorded.opportunities);
  assertEquals(second.recorded.executions, first.recorded.executions);
  assertEquals(second.recorded.fills, first.recorded.fills);
  assertEquals(second.recorded.tickers, first.recorded.tickers);
  const other = await run(8);
  assertNotEquals(other.report.decisionsHash, first.report.decisionsHash);
  assertNotEquals(other.recorded.tickers.at(-1), first.recorded.tickers.at(-1));
});
