/**
 * Logs of parts.
 * @module
 */
import type { Logger } from "./logger.ts";

/** A log that knows its part of the program and can make those of parts of it. */
export interface TaggedLogger extends Logger {
  /** The log of a part, such as `ws`. */
  child(name: string): TaggedLogger;
}

/** The log of a part: with a tag of its own where the log has tags, otherwise the log itself. */
export function childLogger(logger: Logger, name: string): Logger {
  return isTagged(logger) ? logger.child(name) : logger;
}

function isTagged(logger: Logger): logger is TaggedLogger {
  return "child" in logger;
}
