import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { statusLine, tableLines } from "../../../src/commands/live_view.ts";
import { summaryLines } from "../../../src/commands/summary.ts";
import { withRun } from "../../support/simulated_run.ts";

/** Text without the codes that colour it. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/\x1b\[\d+m/g, "");
}

Deno.test("The live table shows the twelve best routes, best first, and the figures of the run", async () => {
  await withRun({ stored: false }, async (run) => {
    await run.start();
    assert(tableLines(run.engine).length > 3, "a table without a price");
    await run.advance(3_000);
    const lines = tableLines(run.engine).map(plain);
    const edges = lines.flatMap((line) => /(-?\d+\.\d) bps$/.exec(line)?.[1] ?? []).map(Number);
    assertEquals(edges.length, 12);
    assertEquals(edges, edges.toSorted((a, b) => b - a));
    const summary = summaryLines({ ...run.engine.report() });
    assertEquals(lines.slice(-summary.length), summary);
    for (const line of lines) assert(line.length <= 132, `${line.length} columns: ${line}`);
    const route = /^(\S+) +(.+?) {2,}([\d.]+) +(.+?) {2,}([\d.]+) +-?\d/.exec(lines[3]!)!;
    assert(route !== null, lines[3]);
    // An unusable book has no price to show.
    for (const { id } of run.engine.instruments.all.slice(3)) run.engine.book(id)!.reset();
    const rest = tableLines(run.engine).map(plain).filter((line) => line.endsWith(" bps"));
    assertEquals(new Set(rest.map((line) => line.split(" ")[0])), new Set(["BTC"]));
  });
});

Deno.test("The status line tells books, frames, opportunities, executions and profit in one line", async () => {
  await withRun({ stored: false }, async (run) => {
    await run.start();
    await run.advance(6_000);
    const report = run.engine.report();
    const line = statusLine(run.engine);
    assertMatch(line, /^6 s: 24\/24 books, \d+ frames, \d+ opportunities, \d+ executions, -?\d+\.\d\d USDT$/);
    assertStringIncludes(line, `${report.executions} executions, ${report.pnlUsd.toFixed(2)} USDT`);
  });
});
