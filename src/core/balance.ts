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
  /** Held by the venue; 0 when left out. */
  readonly frozen?: number;
  /** Borrowed; 0 when left out. */
  readonly borrowing?: number;
  /** Owed for what is borrowed; 0 when left out. */
  readonly interest?: number;
  /** Epoch milliseconds. */
  readonly time: number;
}
