import { assertEquals } from "@std/assert";
import { type SweepRow, tapeReportLines } from "../../../src/commands/tape_report.ts";

const row: SweepRow = {
  minEdgeBps: 2,
  opportunities: 67,
  executions: 8,
  fills: 16,
  pnlUsd: -0.1952,
  unrealisedPnlUsd: -0.1092,
  feesUsd: 0.1032,
  heldUsd: 33.688,
  unhedged: 0,
  stops: ["LUNC: 5 LUNC could not be hedged"],
  decisions: { "too little profit": 63, taken: 4 },
  entries: 4,
  exits: 4,
  outcomes: { basis: { hedged: 5, missed: 2, flattened: 1, residue: 0 } },
  refusals: { maxSpreadBps: 3 },
  hedges: 3,
  decisionsHash: "00",
};

Deno.test("The report of a tape tells what was traded, for what reasons not, and a line for each threshold", () => {
  const lines = tapeReportLines({
    ...row,
    tape: "a.csv",
    rows: 15_052,
    unorderedRows: 0,
    venues: { mexc_spot: 10_000, gate_futures: 5_052 },
    quoteValidMs: 5_000,
    latencyMs: 20,
    thresholdBps: 10,
    spanS: 5_658,
    directions: [],
    sweep: [row, { ...row, minEdgeBps: 50, outcomes: {}, pnlUsd: 10, heldUsd: 0 }],
    rowsPerSecond: 1,
  });
  assertEquals(lines, [
    "a.csv: 15052 rows in 94.3 minutes (mexc_spot 10000, gate_futures 5052)",
    "Quotes count for 5 s.",
    "Traded on paper from 2 bps, orders 20 ms under way: 67 opportunities, 8 executions, 16 fills",
    "  -0.1952 USDT realised after 0.1032 fees, -0.1092 unrealised on 33.69 that are held at the end",
    "  4 entries, 4 exits, 3 hedges; basis hedged 5, missed 2, flattened 1",
    "  opportunities: too little profit 63, taken 4",
    "  kept by limits: maxSpreadBps 3",
    "  stopped: LUNC: 5 LUNC could not be hedged",
    "",
    "bps  entries  exits  hedged  missed  given up      PnL  unrealised    fees   held",
    "  2        4      4       5       2         1  -0.1952     -0.1092  0.1032  33.69",
    " 50        4      4       0       0         0  10.0000     -0.1092  0.1032   0.00",
  ]);
});
