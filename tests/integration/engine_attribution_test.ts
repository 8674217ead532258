import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as read from "../../src/storage/operations/mod.ts";
import { type SimulatedRun, simulatedStart, withRun } from "../support/simulated_run.ts";

const range = { fromMs: simulatedStart, toMs: simulatedStart + 3_600_000 };

Deno.test("A run leaves one row for each opportunity, and strategies add up to what its executions came to", async () => {
  await withRun({}, async (run) => {
    await run.start();
    await run.advance(15_000);
    run.engine.stop();
    const rows = await read.attributions(run.store, { range, limit: 100_000 });
    const { opportunities, executions } = run.recorded;
    assertEquals(
      rows.map(({ id }) => id).sort((a, b) => a - b),
      opportunities.map(({ id }) => id).sort((a, b) => a - b),
    );
    assert(executions.length > 10, `${executions.length} executions`);
    for (const row of rows) holdRow(row, run);
    await holdSums(run);
  });
});

/** A row tells what was recorded of its opportunity and its executions. */
function holdRow(row: read.AttributionRecord, run: SimulatedRun): void {
  const own = run.recorded.executions.filter(({ opportunity }) => opportunity === row.id);
  const opportunity = run.recorded.opportunities.find(({ id }) => id === row.id)!;
  assertEquals(row.executions, own.length);
  if (own.length === 0) {
    assertEquals(row.outcome, opportunity.executions === 0 ? "passed" : "");
    assertEquals([row.why, row.rejectedBy], [opportunity.decision, opportunity.rejectedBy]);
    assert(row.why !== "", "nothing was passed without a reason");
    return;
  }
  assert(row.outcome !== "passed" && row.outcome !== "" && row.strategies !== "");
  assertEquals(row.orders, own.reduce((sum, { attribution }) => sum + attribution!.orders, 0));
  assertAlmostEquals(row.profitQuote, own.reduce((sum, { edgeQuote }) => sum + edgeQuote, 0), 1e-9);
  const { seenAt = NaN, decidedAt = NaN, sentAt = NaN, acknowledgedAt = NaN, endedAt = NaN } = row.moments;
  assert(seenAt <= decidedAt && decidedAt <= sentAt && sentAt < acknowledgedAt && acknowledgedAt <= endedAt);
  assert(row.stages.sentToAcknowledgedMs > 0, "an answer takes time");
  assertAlmostEquals(row.chargedFees, row.expectedFees, 1e-9 * (1 + row.expectedFees));
}

/** Strategies and routes add up to the figures of the run. */
async function holdSums(run: SimulatedRun): Promise<void> {
  const summaries = await read.routeSummaries(run.store, { range, mode: "demo" });
  const sum = (of: (summary: read.RouteSummary) => number): number =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  const { executions } = run.recorded;
  assertEquals(sum((summary) => summary.executions), executions.length);
  assertEquals(sum(({ outcomes }) => Object.values(outcomes).reduce((a, b) => a + b)), executions.length);
  const profit = executions.reduce((total, { edgeQuote }) => total + edgeQuote, 0);
  assertAlmostEquals(sum(({ profitQuote }) => profitQuote), profit, 1e-9);
  assertAlmostEquals(sum(({ surpriseQuote, expectedQuote }) => surpriseQuote + expectedQuote), profit, 1e-6);
  const decisions = await read.decisionSummaries(run.store, { range });
  const ended = decisions.reduce((total, { opportunities }) => total + opportunities, 0);
  assertEquals(ended, run.recorded.opportunities.length);
  assertEquals(await read.routeSummaries(run.store, { range, mode: "live" }), []);
}
