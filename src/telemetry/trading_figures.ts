/**
 * Figures of trading, as metrics and reports show them.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";

/** A breaker that is open. */
export interface OpenBreaker {
  /** What it guards, such as `daily loss`. */
  readonly name: string;
  /** What it stops: `all`, a venue or a coin. */
  readonly scope: string;
}

/** How trading stands at this moment. Whoever trades shows it; nothing in it changes by being read. */
export interface TradingState {
  /** Orders that have not ended. */
  readonly openOrders: number;
  /** Of them, those of which nobody knows whether the venue has taken them. */
  readonly unresolvedOrders: number;
  /** Executions that have not ended. */
  readonly openExecutions: number;
  /**
   * Value of what is unhedged by coin, quote, not negative: as far as an order can be made of it. Coins that are hedged
   * are there with 0.
   */
  readonly exposures: ReadonlyMap<string, number>;
  /** Value of what is carried because it is less than the least order, quote, not negative; by coin as above. */
  readonly residues: ReadonlyMap<string, number>;
  readonly breakers: readonly OpenBreaker[];
  readonly isKilled: boolean;
  /** Scopes in which nothing new is begun: `all` or coins, with the reason. */
  readonly stops: ReadonlyMap<string, string>;
  /** Records that the journal took since the start of the run. */
  readonly journalAppends: number;
}

/** What became of the sending of an order. */
export type SendOutcome = "accepted" | "refused" | "unknown";

/** Every {@link SendOutcome}. */
export const sendOutcomes: readonly SendOutcome[] = ["accepted", "refused", "unknown"];

/** Orders of a venue whose sending came to the same. */
export interface SendCount {
  readonly exchange: ExchangeKey;
  readonly outcome: SendOutcome;
  readonly count: number;
}

/** Refusals of a venue for the same reason. */
export interface RefusalCount {
  readonly exchange: ExchangeKey;
  readonly reason: string;
  readonly count: number;
}

/** Executions of a strategy that ended the same way. */
export interface ExecutionCount {
  readonly strategy: string;
  readonly outcome: string;
  readonly count: number;
}
