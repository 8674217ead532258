/**
 * What goes wrong with a journal.
 * @module
 */
import { CexarbError } from "../../core/errors.ts";

/** The journal cannot be opened, read or written. Nothing may be sent without it. */
export class JournalError extends CexarbError {
  override readonly name = "JournalError";
}
