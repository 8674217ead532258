/**
 * Made-up opportunities with their executions for tests of what reads the database.
 * @module
 */
import fc from "fast-check";
import type { Row } from "../../src/storage/database.ts";
import { moment, someSymbol, start } from "./recorded_quotes.ts";
import { iso } from "./recorded_rows.ts";

const outcomes = ["hedged", "refused", "missed", "flattened", "residue", ""] as const;
const amount = fc.option(fc.integer({ min: -8_000, max: 8_000 }).map((steps) => steps / 8), { freq: 9 });
const delay = fc.option(fc.integer({ min: 0, max: 5_000 }), { freq: 9 });

/** An opportunity. Those of both runs have the same ids. */
export const someOpportunity = fc.record({
  /** Place of its run: the ids are those of a test. */
  run: fc.integer({ min: 0, max: 1 }),
  at: moment,
  buy: someSymbol,
  sell: someSymbol,
  counted: fc.integer({ min: 0, max: 2 }),
  decision: fc.constantFrom("taken", "edge under the threshold", "too many open executions", ""),
  rejectedBy: fc.constantFrom("", "risk", "inventory"),
});

/** An execution of the first opportunities, or of none (0). */
export const someExecution = fc.record({
  run: fc.integer({ min: 0, max: 1 }),
  opportunity: fc.integer({ min: 0, max: 6 }),
  at: moment,
  buy: someSymbol,
  sell: someSymbol,
  purpose: fc.constantFrom("enter", "exit"),
  strategy: fc.constantFrom("inventory", "basis", ""),
  outcome: fc.constantFrom(...outcomes),
  reason: fc.constantFrom("", "too slow", "no depth"),
  orders: fc.option(fc.integer({ min: 0, max: 9 }), { freq: 9 }),
  /** Each stage after the one before; null for one that never came. */
  delays: fc.tuple(delay, delay, delay, delay, delay, delay),
  wanted: amount,
  missed: amount,
  hedged: amount,
  residue: amount,
  edge: amount,
  expected: amount,
  profit: amount,
  expectedFees: amount,
  chargedFees: amount,
});

/** What {@link someOpportunity} makes. */
export type MadeOpportunity = typeof someOpportunity extends fc.Arbitrary<infer Made> ? Made : never;
/** What {@link someExecution} makes. */
export type MadeExecution = typeof someExecution extends fc.Arbitrary<infer Made> ? Made : never;

/** The moments of an execution in their order, epoch milliseconds; null for one that never came. */
export function momentsOf({ at, delays }: MadeExecution): (number | null)[] {
  let last = at;
  return [at, ...delays.map((each) => each === null ? null : last += each)];
}

/** Numbers from 1 on within each run. */
export function numbered<Each extends { readonly run: number }>(
  all: readonly Each[],
): (Each & { id: number })[] {
  const counts = [0, 0];
  return all.map((each) => ({ ...each, id: counts[each.run]! += 1 }));
}

/** Opportunities as rows of their table; `runs` are the ids of the two runs. */
export function opportunityRows(all: readonly MadeOpportunity[], runs: readonly number[]): Row[] {
  return numbered(all).map(({ run, id, at, buy, sell, counted, decision, rejectedBy }) => ({
    run_id: runs[run],
    id,
    buy_symbol_id: buy + 1,
    sell_symbol_id: sell + 1,
    started_at: iso(at),
    ended_at: iso(at + 150),
    duration_ms: 150,
    end_reason: "closed",
    peak_edge_bps: at - start,
    peak_quantity: 1,
    peak_profit: (at - start) / 4,
    executions: counted,
    decision,
    rejected_by: rejectedBy,
  }));
}

/** Executions as rows of their table. */
export function executionRows(all: readonly MadeExecution[], runs: readonly number[]): Row[] {
  return numbered(all).map((each) => {
    const [seen, decided, sent, acknowledged, filled, hedged, ended] = momentsOf(each)
      .map((at) => at === null ? null : iso(at));
    return {
      run_id: runs[each.run],
      id: each.id,
      opportunity_id: each.opportunity === 0 ? null : each.opportunity,
      purpose: each.purpose,
      buy_symbol_id: each.buy + 1,
      sell_symbol_id: each.sell + 1,
      quantity: 1,
      edge_quote: each.edge,
      executed_at: iso(each.at),
      strategy: each.strategy,
      outcome: each.outcome,
      reason: each.reason,
      orders: each.orders,
      seen_at: seen,
      decided_at: decided,
      sent_at: sent,
      acknowledged_at: acknowledged,
      filled_at: filled,
      hedged_at: hedged,
      ended_at: ended,
      wanted_quantity: each.wanted,
      missed_quantity: each.missed,
      hedged_quantity: each.hedged,
      residue_quantity: each.residue,
      expected_quote: each.expected,
      profit_quote: each.profit,
      expected_fees: each.expectedFees,
      charged_fees: each.chargedFees,
    };
  });
}
