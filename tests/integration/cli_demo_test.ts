import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { interruptAfter, linesOf, programTest, run, start } from "../support/program.ts";

interface Result {
  readonly venues: Record<string, Record<string, number>>;
  readonly books: { usable: number; total: number };
  readonly opportunities: number;
  readonly executions: number;
  readonly fills: number;
  readonly pnlUsd: number;
  readonly rows: Record<string, { queued: number; stored: number }>;
  readonly lost: number;
  readonly latencyUs: Record<string, { p50: number; p99: number }>;
  readonly uptimeS: number;
  readonly decisionsHash: string;
  readonly seed: number;
  readonly clock: string;
}

const logLine = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|warn|error) /;

function assertSound(result: Result): void {
  assertEquals(Object.keys(result.venues), ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]);
  for (const [venue, figures] of Object.entries(result.venues)) {
    assert(figures["frames"]! > 0, `${venue} sent nothing`);
    assertEquals([figures["decodeErrors"], figures["gaps"], figures["resyncs"]], [0, 0, 0], venue);
  }
  assertEquals(result.books.total, 24);
  assert(result.books.usable > 0 && result.books.usable <= 24);
  for (const [table, { queued, stored }] of Object.entries(result.rows)) assertEquals(stored, queued, table);
  for (const table of ["book_ticker_snapshots", "symbols", "exchanges"]) {
    assert(result.rows[table]!.stored > 0);
  }
  assertEquals(result.rows["executions"]!.stored, result.executions);
  assertEquals(result.rows["arbitrage_opportunities"]!.stored, result.opportunities);
  assertEquals(result.rows["fills"]!.stored, result.fills);
  assertEquals(result.lost, 0);
  for (const name of ["frameToBook", "frameToDecision"]) {
    const { p50, p99 } = result.latencyUs[name]!;
    assert(p50 > 0 && p99 >= p50, `${name}: ${p50} and ${p99}`);
  }
  for (const figure of [result.pnlUsd, result.uptimeS, result.opportunities]) {
    assertEquals(typeof figure, "number");
  }
}

programTest(
  "demo --json ends with one JSON object on standard output, and logs to standard error only",
  async () => {
    const { code, stdout, stderr } = await run(["demo", "--for", "2s", "--json"]);
    assertEquals(code, 0, stderr);
    const lines = linesOf(stdout);
    const result = JSON.parse(lines.at(-1)!) as Result;
    assertSound(result);
    assertEquals([result.seed, result.clock], [11, "real"]);
    assert(result.uptimeS >= 1.9 && result.uptimeS < 4, `${result.uptimeS} s`);
    assert(!lines.some((line) => logLine.test(line)), stdout);
    assertMatch(stderr, logLine);
  },
);

programTest("demo without --json writes plain lines when standard output is no terminal", async () => {
  const { code, stdout, stderr } = await run(["demo", "--for", "1.5s"]);
  assertEquals(code, 0, stderr);
  // deno-lint-ignore no-control-regex
  assert(!/[\x1b\r]/.test(stdout), "control characters");
  const lines = linesOf(stdout);
  assertMatch(lines[0]!, /^Ran 1\.\d+ s; \d+ of 24 books usable$/);
  for (
    const word of ["MEXC_SPOT ", "GATEIO_SPOT ", "GATEIO_FUTURES ", "Opportunities ", "Profit ", "lost 0"]
  ) {
    assertStringIncludes(stdout, word);
  }
});

programTest("Ctrl-C ends a demo with its result and code 0, and everything is stored", async () => {
  const child = start(["demo", "--for", "1m", "--json"]);
  const { code, stdout, stderr } = await interruptAfter(child, "Connected", 3, 2_500);
  assertEquals(code, 0, stderr);
  const result = JSON.parse(linesOf(stdout).at(-1)!) as Result;
  assertSound(result);
  assert(result.uptimeS < 15, `${result.uptimeS} s`);
});

programTest(
  "Two demos on simulated time with the same seed print the same decisions, profit and fingerprint",
  async () => {
    const args = ["demo", "--clock", "simulated", "--for", "20s", "--seed", "2", "--json"];
    const results: Result[] = [];
    for (const { code, stdout, stderr } of await Promise.all([run(args), run(args)])) {
      assertEquals(code, 0, stderr);
      results.push(JSON.parse(linesOf(stdout).at(-1)!) as Result);
    }
    const decided = results.map(({ opportunities, executions, pnlUsd, decisionsHash, venues }) => ({
      opportunities,
      executions,
      pnlUsd,
      decisionsHash,
      venues,
    }));
    assertEquals(decided[1], decided[0]);
    for (const result of results) assertSound(result);
    assert(results[0]!.executions >= 1);
    assertEquals(results[0]!.books, { usable: 24, total: 24 });
    assertEquals([results[0]!.clock, results[0]!.seed], ["simulated", 2]);
  },
);

programTest("A reader that leaves early, such as head, ends nothing and breaks nothing", async () => {
  const child = start(["demo", "--clock", "simulated", "--for", "3s"]);
  await child.stdout.cancel();
  const stderr = await new Response(child.stderr).text();
  assertEquals((await child.status).code, 0, stderr);
  for (const line of linesOf(stderr)) assertMatch(line, logLine);
});
