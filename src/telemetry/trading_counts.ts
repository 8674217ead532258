/**
 * Counts of what trading came to.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import { type ExecutionOutcome, executionOutcomes } from "../core/opportunity.ts";
import {
  type ExecutionCount,
  type RefusalCount,
  type SendCount,
  type SendOutcome,
  sendOutcomes,
} from "./trading_figures.ts";

/** Different reasons that are told apart for each venue, and limits; what comes beyond them counts as `other`. */
const maxReasons = 64;

/** Counts sends, refusals, hedges and executions. What can be known before is there with zeroes. */
export class TradingCounts {
  readonly #sends = new Map<ExchangeKey, Map<string, number>>();
  readonly #refusals = new Map<ExchangeKey, Map<string, number>>();
  readonly #executions = new Map<string, Map<string, number>>();
  readonly #hedges = new Map<ExchangeKey, number>();
  readonly #intentRefusals: Map<string, number>;

  /** @param limits Names of limits that are known before; others come as they are counted. */
  constructor(venues: Iterable<ExchangeKey>, strategies: Iterable<string>, limits: readonly string[] = []) {
    this.#intentRefusals = zeroes(limits);
    for (const venue of venues) {
      this.#sends.set(venue, zeroes(sendOutcomes));
      this.#refusals.set(venue, new Map());
      this.#hedges.set(venue, 0);
    }
    for (const strategy of strategies) this.#executions.set(strategy, zeroes(executionOutcomes));
  }

  /** Orders by venue and by what their sending came to. */
  get sends(): SendCount[] {
    return flat(this.#sends, (exchange, outcome, count) => ({
      exchange,
      outcome: outcome as SendOutcome,
      count,
    }));
  }

  /** Orders that venues have refused, by the reason. */
  get refusals(): RefusalCount[] {
    return flat(this.#refusals, (exchange, reason, count) => ({ exchange, reason, count }));
  }

  /** Executions that have ended. */
  get executions(): ExecutionCount[] {
    return flat(this.#executions, (strategy, outcome, count) => ({ strategy, outcome, count }));
  }

  /** Orders that hedged what a pair of orders had left unmatched, by venue. */
  get hedges(): ReadonlyMap<ExchangeKey, number> {
    return this.#hedges;
  }

  /** Intents that were not carried through, by the limit that kept them. */
  get intentRefusals(): ReadonlyMap<string, number> {
    return this.#intentRefusals;
  }

  /** An order was sent, and this came of it. */
  countSend(exchange: ExchangeKey, outcome: SendOutcome): void {
    count(known(this.#sends, exchange), outcome);
  }

  /** A venue has refused an order; `reason` is one of few words. Counts the sending too. */
  countRefusal(exchange: ExchangeKey, reason: string): void {
    this.countSend(exchange, "refused");
    count(known(this.#refusals, exchange), reason);
  }

  /** A hedge was sent. */
  countHedge(exchange: ExchangeKey): void {
    const count = this.#hedges.get(exchange);
    if (count === undefined) throw unknownVenue(exchange);
    this.#hedges.set(exchange, count + 1);
  }

  /** An execution has ended. */
  countExecution(strategy: string, outcome: ExecutionOutcome): void {
    let own = this.#executions.get(strategy);
    if (own === undefined) this.#executions.set(strategy, own = zeroes(executionOutcomes));
    count(own, outcome);
  }

  /** An intent was kept by a limit. */
  countIntentRefusal(limit: string): void {
    count(this.#intentRefusals, limit);
  }
}

function zeroes(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name) => [name, 0]));
}

/** Counts under a name. Labels of metrics must stay few, whatever a venue says. */
function count(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < maxReasons ? name : "other";
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function known(
  counts: ReadonlyMap<ExchangeKey, Map<string, number>>,
  exchange: ExchangeKey,
): Map<string, number> {
  const own = counts.get(exchange);
  if (own === undefined) throw unknownVenue(exchange);
  return own;
}

function flat<Outer, Result>(
  counts: ReadonlyMap<Outer, ReadonlyMap<string, number>>,
  result: (outer: Outer, inner: string, count: number) => Result,
): Result[] {
  return [...counts].flatMap(([outer, own]) => [...own].map(([inner, count]) => result(outer, inner, count)));
}

function unknownVenue(exchange: ExchangeKey): RangeError {
  return new RangeError(`${exchange} is no venue of this run`);
}
