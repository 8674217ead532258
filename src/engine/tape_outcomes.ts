/**
 * What became of everything that was seen on a tape.
 * @module
 */
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import { TradingCounts } from "../telemetry/trading_counts.ts";
import type { ExchangeKey } from "../core/exchange.ts";

/** Counts by name, the largest first. */
export type NamedCounts = Readonly<Record<string, number>>;

/** Why things were done or not. */
export interface TapeOutcomesReport {
  /** Opportunities by what was decided about them: `taken`, or what kept them from being taken. */
  readonly decisions: NamedCounts;
  /** Executions that opened a position or matched a pair at once, and those that took a position off. */
  readonly entries: number;
  readonly exits: number;
  /** Executions by strategy and by how they ended. */
  readonly outcomes: Readonly<Record<string, NamedCounts>>;
  /** Trades that strategies wanted, by the limit that kept them. */
  readonly refusals: NamedCounts;
  /** Hedges that were sent for what one leg of a pair had left unmatched. */
  readonly hedges: number;
}

/** An opportunity during which another trade of the coin was carried through. */
const busy = "another trade was under way";

/** Counts reasons. */
export class TapeOutcomes {
  /** Where the trader counts what limits kept. */
  readonly counts: TradingCounts;
  readonly #decisions = new Map<string, number>();
  #entries = 0;
  #exits = 0;
  #hedges = 0;

  constructor(exchanges: readonly ExchangeKey[]) {
    this.counts = new TradingCounts(exchanges, []);
  }

  /** An opportunity has ended. */
  onEnded({ decision }: ArbitrageOpportunity): void {
    const reason = decision || busy;
    this.#decisions.set(reason, (this.#decisions.get(reason) ?? 0) + 1);
  }

  /** An execution has ended. */
  onExecution({ purpose, attribution }: Execution): void {
    if (purpose === "enter") this.#entries += 1;
    else this.#exits += 1;
    if (attribution === undefined) return;
    this.counts.countExecution(attribution.strategy, attribution.outcome);
    this.#hedges += attribution.orders - 2;
  }

  /** Everything counted so far. */
  report(): TapeOutcomesReport {
    const outcomes: Record<string, NamedCounts> = {};
    for (const { strategy, outcome, count } of this.counts.executions) {
      outcomes[strategy] = { ...outcomes[strategy], [outcome]: count };
    }
    return {
      decisions: largestFirst(this.#decisions),
      entries: this.#entries,
      exits: this.#exits,
      outcomes,
      refusals: largestFirst(this.counts.intentRefusals),
      hedges: this.#hedges,
    };
  }
}

function largestFirst(counts: ReadonlyMap<string, number>): NamedCounts {
  const found = [...counts].filter(([, count]) => count > 0);
  return Object.fromEntries(found.sort(([, a], [, b]) => b - a));
}
