/**
 * What becomes of an intent at once.
 * @module
 */
import type { ExecutionRun } from "./execution_run.ts";

/** Why an intent was not carried through, in a few words; the same words for the same reason. */
export interface Refusal {
  readonly kind: "refused";
  /** What kept it: `stopped`, `busy`, `rules`, `account`, `balance`, the name of a limit, `journal`. */
  readonly limit: string;
  readonly reason: string;
}

/** What becomes of an intent at once. */
export type Submission = { readonly kind: "sent"; readonly run: ExecutionRun } | Refusal;

/** A refusal. */
export function refusal(limit: string, reason: string): Refusal {
  return { kind: "refused", limit, reason };
}
