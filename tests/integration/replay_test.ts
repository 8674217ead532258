import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { canStartPrograms, flagsOf, type Outcome, run } from "../support/program.ts";
import { recordedFile, recordedTest } from "../support/recorded_data.ts";

const tape = "tapes/lunc_usdt_mexc-spot_gate-futures_20251011.csv";
const capture = "captures/gateio_spot_20210422.jsonl";

/** Starts `cexarb replay`; the start task may read files wherever they are. */
function replay(...args: string[]): Promise<Outcome> {
  return run(["replay", ...args, "--json"], flagsOf("start"));
}

function lastLine({ stdout }: Outcome): unknown {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
}

interface TapeReport {
  rows: number;
  directions: { bid: string; share: number; pairSamples: number; samples: number; episodes: number }[];
}

interface TradedReport {
  minEdgeBps: number;
  opportunities: number;
  executions: number;
  entries: number;
  fills: number;
  feesUsd: number;
  pnlUsd: number;
  unhedged: number;
  decisions: Record<string, number>;
  decisionsHash: string;
}

if (canStartPrograms) {
  recordedTest(
    "The LUNC tape: MEXC's bid stands over Gate.io's ask in 15.2 % of the merged samples",
    tape,
    async () => {
      const outcome = await replay(
        "--tape",
        recordedFile(tape).pathname,
        "--contract-size",
        "gate_futures=10000",
      );
      assertEquals(outcome.code, 0, outcome.stderr);
      const { rows, directions } = lastLine(outcome) as TapeReport;
      assertEquals(rows, 15_052);
      const mexcOver = directions.find(({ bid }) => bid === "mexc_spot")!;
      assertAlmostEquals(mexcOver.share, 0.152, 0.0005);
      // Counted once with another program over the same file.
      assertEquals([mexcOver.pairSamples, mexcOver.samples], [14_773, 2_245]);
      assertEquals(directions.find(({ bid }) => bid === "gate_futures")!.samples, 121);
    },
  );

  recordedTest(
    "The LUNC tape is traded with each threshold: every fill pays its fee, and a higher one never trades more",
    tape,
    async () => {
      const args = ["--tape", recordedFile(tape).pathname, "--contract-size", "gate_futures=10000"];
      const outcome = await replay(...args, "--min-edge", "5", "--sweep", "0,5,2000");
      assertEquals(outcome.code, 0, outcome.stderr);
      const { sweep, ...report } = lastLine(outcome) as TradedReport & { sweep: TradedReport[] };
      assertEquals(sweep.map(({ minEdgeBps }) => minEdgeBps), [0, 5, 2_000]);
      const [all, same, none] = sweep as [TradedReport, TradedReport, TradedReport];
      assertEquals([same.decisionsHash, same.pnlUsd], [report.decisionsHash, report.pnlUsd]);
      assert(all.entries >= same.entries && same.entries >= 1, `${all.entries} and ${same.entries} entries`);
      assert(all.feesUsd > 0 && all.fills >= 2 * all.entries);
      assertEquals([none.executions, none.fills, none.feesUsd, none.pnlUsd], [0, 0, 0, 0]);
      for (const { opportunities, decisions, unhedged } of sweep) {
        const counted = Object.values(decisions).reduce((sum, count) => sum + count, 0);
        assertEquals(counted, opportunities);
        assertEquals(unhedged, 0);
      }
    },
  );

  recordedTest("A capture that lacks one update breaks and mends that book alone", capture, async () => {
    const lines = Deno.readTextFileSync(recordedFile(capture)).trimEnd().split("\n");
    const updates = [...lines.keys()].filter((i) => {
      const { t, data } = JSON.parse(lines[i]!);
      return t === "recv" && data.includes("order_book_update") && data.includes("OMG_USDT") &&
        data.includes(`"U"`);
    });
    const file = await Deno.makeTempFile({ suffix: ".jsonl" });
    try {
      await Deno.writeTextFile(file, lines.toSpliced(updates[25]!, 1).join("\n"));
      const outcome = await replay("--capture", file);
      assertEquals(outcome.code, 0, outcome.stderr);
      const report = lastLine(outcome) as {
        books: unknown;
        holesInFile: number;
        bookStates: { symbol: string; gaps: number; resyncs: number }[];
      };
      assertEquals([report.books, report.holesInFile], [{ usable: 10, total: 10 }, 1]);
      for (const { symbol, gaps, resyncs } of report.bookStates) {
        assertEquals([gaps, resyncs], symbol === "OMG_USDT" ? [1, 1] : [0, 0], symbol);
      }
    } finally {
      await Deno.remove(file);
    }
  });
} else {
  // deno-lint-ignore no-console -- a skipped test says why
  console.log("Skipped, because starting Deno is not allowed: replay of recordings by the program");
}
