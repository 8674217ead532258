/**
 * Errors of setting up the log. Writing to a log throws none.
 * @module
 */
import { CexarbError } from "../core/errors.ts";

/** The log was asked for something that is not possible, such as a field too many. */
export class LogSetupError extends CexarbError {
  override readonly name = "LogSetupError";
}
