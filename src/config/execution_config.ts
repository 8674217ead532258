/**
 * How orders are carried through, and where the journal of them is.
 * @module
 */
import * as v from "valibot";
import { basisPointBands, interval, positiveTime, text, wholeNumber } from "./setting_schemas.ts";

/** How what one leg has left unmatched is hedged. */
const hedgeSchema = v.strictObject({
  /** How far beyond the best price each try may go, basis points; the last one counts for all further tries. */
  bandsBps: v.optional(basisPointBands, [10, 30, 100]),
  /** Time for one try, milliseconds. */
  waitMs: v.optional(positiveTime, 500),
  /** Tries on one instrument before another one is taken. */
  maxAttempts: v.optional(wholeNumber(1, 100), 6),
});

/** Where the journal is. */
const journalSchema = v.strictObject({
  /** Its folder; see {@link journalDirectory} where it is left out. */
  directory: v.optional(text),
  /** Time between two times that it is forced to the disk, milliseconds: what a loss of power can cost. */
  syncMs: v.optional(positiveTime, 50),
  /** Older files of it that are kept. */
  segments: v.optional(wholeNumber(1, 10_000), 20),
});

/** How orders are carried through. */
export const executionSchema = v.strictObject({
  /** Time for the answer on an order before its outcome counts as unknown, milliseconds. */
  orderTimeoutMs: v.optional(positiveTime, 5_000),
  /** Time for an order's fills to be all known before the venue is asked for them, milliseconds. */
  settleTimeoutMs: v.optional(positiveTime, 2_000),
  hedge: v.nullish(hedgeSchema, {}),
  /** Time between two comparisons with what the venues say, milliseconds. */
  reconcileMs: v.optional(interval, 30_000),
  /** Seconds after which Gate.io cancels all orders when it has not heard of the program; 0 for never. */
  deadManSeconds: v.optional(
    v.pipe(
      wholeNumber(0, 3_600),
      v.check((seconds) => seconds === 0 || seconds >= 5, "must be 0, or 5 or more"),
    ),
    30,
  ),
  /** Trading stops when this file appears; see {@link killFile} where it is left out. */
  killFile: v.optional(text),
  journal: v.nullish(journalSchema, {}),
});

/** As much of a configuration as says where files are. */
export interface FilePlaces {
  readonly execution: {
    readonly killFile?: string | undefined;
    readonly journal: { readonly directory?: string | undefined };
  };
  readonly storage: { readonly dataDirectory?: string | undefined };
}

/** Folder of the journal: `journal` in the data folder unless it is named; undefined when there is neither. */
export function journalDirectory({ execution, storage }: FilePlaces): string | undefined {
  return execution.journal.directory ?? inside(storage.dataDirectory, "journal");
}

/** File that stops trading when it appears: `kill` in the data folder unless it is named; undefined when there is neither. */
export function killFile({ execution, storage }: FilePlaces): string | undefined {
  return execution.killFile ?? inside(storage.dataDirectory, "kill");
}

function inside(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : `${folder}/${name}`;
}
