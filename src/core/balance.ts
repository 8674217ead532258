/**
 * Balances.
 * @module
 */
import type { ExchangeKey } from "./exchange.ts";

/** What an account holds of one coin at one moment. All amounts are in units of the coin. */
export interface BalanceSnapshot {
  readonly exchange: ExchangeKey;
  readonly coin: string;
  /** Free for new orders. */
  readonly available: number;
  /** Bound in open orders. */
  readonly locked: number;
  /** Epoch milliseconds. */
  readonly time: number;
}
