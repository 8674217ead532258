/**
 * Health of a run, as those ask who start, stop and watch it.
 * @module
 */

/** Whether something is well, and why not. */
export interface Health {
  readonly ok: boolean;
  /** One sentence for each thing that is not well. */
  readonly reasons: readonly string[];
}

/** Health with these reasons against it. */
export function healthOf(reasons: readonly string[]): Health {
  return { ok: reasons.length === 0, reasons };
}
