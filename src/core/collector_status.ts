/**
 * State of what collects data.
 * @module
 */
import type { ExchangeKey } from "./exchange.ts";

/** How a collector of one venue is. Counts are since the start of the run. */
export interface CollectorStatus {
  readonly exchange: ExchangeKey;
  /** `books`, `trades`, `funding`, `balances`, … */
  readonly collector: string;
  /** `degraded`: it runs, and part of what it collects is missing. */
  readonly state: "starting" | "running" | "degraded" | "stopped";
  readonly messages: number;
  readonly errors: number;
  /** Sequences that were lost. */
  readonly gaps: number;
  readonly reconnects: number;
  /** Epoch milliseconds; 0 when none has come. */
  readonly lastMessageAt: number;
  /** Epoch milliseconds. */
  readonly time: number;
}
