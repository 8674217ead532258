/**
 * What a recovery has found, in words too.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { Logger } from "../logging/logger.ts";
import type { JournalBalances } from "./journal_record.ts";
import type { InterruptedExecution } from "./recovery_memory.ts";

/**
 * - `order`: an order of the journal whose end was not known; it is now.
 * - `adopted-order`: an order of ours that the journal did not have; it is in it now.
 * - `foreign-order`: an open order of somebody else. It is left alone.
 * - `fill`: a trade of ours that the journal did not have; it is booked now.
 * - `adjustment`: the venue has another position than the ledger; the venue's counts now.
 * - `shortage`: less of a coin than expected; acquisition is stopped.
 * - `surplus`: more of a coin than expected, such as after a deposit.
 * - `interrupted`: an execution had not ended.
 * - `lost-holding`: a strategy's position in instruments that are not traded together any more.
 * - `torn`: the end of the journal was not written whole.
 */
export type RecoveryKind =
  | "order"
  | "adopted-order"
  | "foreign-order"
  | "fill"
  | "adjustment"
  | "shortage"
  | "surplus"
  | "interrupted"
  | "lost-holding"
  | "torn";

/** One thing that was found. */
export interface RecoveryFinding {
  readonly kind: RecoveryKind;
  /** Undefined where it is about no one venue. */
  readonly exchange: ExchangeKey | undefined;
  /** Client order id, symbol or coin. */
  readonly subject: string;
  /** In words, with numbers. */
  readonly text: string;
}

/** How a recovery went. Acquisition may begin when it is there, except where it was stopped. */
export interface RecoveryReport {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly findings: readonly RecoveryFinding[];
  /** Executions that are to be brought to an end: what they left unmatched is in the exposure. */
  readonly interrupted: readonly InterruptedExecution[];
  /** What accounts hold now, to compare with later. */
  readonly balances: readonly JournalBalances[];
}

const loud: readonly RecoveryKind[] = ["adopted-order", "adjustment", "shortage", "lost-holding", "torn"];

/** Collects findings and logs each. */
export class RecoveryFindings {
  readonly all: RecoveryFinding[] = [];

  constructor(private readonly logger: Logger) {}

  tell(kind: RecoveryKind, exchange: ExchangeKey | undefined, subject: string, text: string): void {
    this.all.push({ kind, exchange, subject, text });
    const fields = { kind, subject, ...(exchange === undefined ? {} : { exchange }) };
    if (loud.includes(kind)) this.logger.warn(text, fields);
    else this.logger.info(text, fields);
  }
}
