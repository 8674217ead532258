/**
 * Whether a run keeps to what it promises.
 * @module
 */

/** A promise and the figure that shows whether it is kept. */
export interface Target {
  /** Such as `frame_to_book_p99`. */
  readonly name: string;
  /** What it is, for people. */
  readonly what: string;
  /** Unit of the value and the limit; empty for a plain number. */
  readonly unit: "" | "µs" | "ms" | "s";
  /** The value may be so far and no further. */
  readonly limit: number;
  readonly bound: "at most" | "at least";
  /** The value now; NaN when there is nothing to measure yet. */
  value(): number;
}

/** `unknown`: there is nothing to measure yet. */
export type Verdict = "pass" | "fail" | "unknown";

/** A target with its value at one moment. */
export interface TargetReport {
  readonly name: string;
  readonly what: string;
  readonly unit: Target["unit"];
  readonly bound: Target["bound"];
  readonly limit: number;
  /** Undefined when there is nothing to measure yet. */
  readonly value: number | undefined;
  readonly verdict: Verdict;
}

/** All targets at one moment. */
export interface ComplianceReport {
  /** `fail` when any target fails, `unknown` when none fails and some are unknown. */
  readonly verdict: Verdict;
  readonly targets: readonly TargetReport[];
}

/** Compares each target with its live value. */
export function complianceOf(targets: readonly Target[]): ComplianceReport {
  const reports = targets.map(reportOf);
  const verdicts = reports.map(({ verdict }) => verdict);
  return {
    verdict: verdicts.includes("fail") ? "fail" : verdicts.includes("unknown") ? "unknown" : "pass",
    targets: reports,
  };
}

/** The report as a table, one line for each target. */
export function complianceText({ verdict, targets }: ComplianceReport): string {
  const rows = targets.map(({ name, what, unit, bound, limit, value, verdict }) => [
    verdict,
    name,
    value === undefined ? "-" : `${Math.round(value * 1_000) / 1_000} ${unit}`.trimEnd(),
    `${bound} ${limit} ${unit}`.trimEnd(),
    what,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => column < widths.length ? cell.padEnd(widths[column]!) : cell).join("  ")
  );
  return [`HFT compliance: ${verdict}`, ...lines].join("\n") + "\n";
}

function reportOf(target: Target): TargetReport {
  const { name, what, unit, bound, limit } = target;
  const value = target.value();
  const kept = bound === "at most" ? value <= limit : value >= limit;
  return {
    name,
    what,
    unit,
    bound,
    limit,
    value: Number.isNaN(value) ? undefined : value,
    verdict: Number.isNaN(value) ? "unknown" : kept ? "pass" : "fail",
  };
}
