/**
 * How a run ends on standard output.
 * @module
 */
import type { EngineReport } from "../engine/report.ts";
import type { LedgerCheck } from "./demo_accounts.ts";
import { writeLine } from "./output.ts";
import { wrappedLines } from "./text_table.ts";

/** Columns of the lines for people. */
const width = 110;

/** A report with what the verb adds to it. */
export type RunReport =
  & EngineReport
  & { readonly exchanges?: LedgerCheck }
  & Readonly<Record<string, unknown>>;

/** Writes the result: one JSON object as the last line, or a few lines for people. */
export function finish(report: RunReport, json: boolean): void {
  if (json) return writeLine(JSON.stringify(report));
  for (const line of summaryLines(report)) writeLine(line);
}

/** The result in words. */
export function summaryLines(report: RunReport): string[] {
  const { latencyUs, books } = report;
  const venues = Object.entries(report.venues).map(([key, venue]) =>
    `${key.padEnd(15)} ${venue.frames} frames, ${venue.decodeErrors} decode errors, ${venue.gaps} gaps, ` +
    `${venue.resyncs} resyncs, ${venue.reconnects} reconnects`
  );
  const stored = Object.entries(report.rows).filter(([, { queued }]) => queued > 0)
    .map(([table, rows]) => `${table} ${rows.stored}`).join(", ") || "nothing";
  return [
    `Ran ${report.uptimeS.toFixed(1)} s; ${books.usable} of ${books.total} books usable`,
    ...venues,
    `Opportunities ${report.opportunities}, executions ${report.executions}, fills ${report.fills}`,
    `Profit ${report.pnlUsd.toFixed(2)} USDT realised after ${report.feesUsd.toFixed(2)} fees, ` +
    `${report.unrealisedPnlUsd.toFixed(2)} unrealised`,
    ...exchangeLines(report),
    ...wrappedLines(`Rows: lost ${report.lost}, stored ${stored}`, width),
    `Frame to book ${latencyUs.frameToBook.p50} µs (p99 ${latencyUs.frameToBook.p99}), ` +
    `to decision ${latencyUs.frameToDecision.p50} µs (p99 ${latencyUs.frameToDecision.p99})`,
  ];
}

/** What the exchanges' own ledgers say, where they were looked at. */
function exchangeLines({ exchanges }: RunReport): string[] {
  if (exchanges === undefined) return [];
  const { profitUsd, differenceUsd, openOrders } = exchanges;
  return [
    `By the exchanges' own ledgers ${profitUsd.toFixed(2)} USDT, difference ${differenceUsd.toFixed(2)}; ` +
    `open orders ${openOrders}`,
  ];
}
