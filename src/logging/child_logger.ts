/**
 * Logs of parts.
 * @module
 */
import type { Logger } from "./logger.ts";

/** A log that knows its part of the program and can make those of parts of it. */
export interface TaggedLogger extends Logger {
  /** The log of a part, such as `ws`. */
  child(name: string): TaggedLogger;
  /** Records written until the block ends belong to this id. */
  correlate(id: number): Disposable;
}

/** The log of a part: with a tag of its own where the log has tags, otherwise the log itself. */
export function childLogger(logger: Logger, name: string): Logger {
  return isTagged(logger) ? logger.child(name) : logger;
}

/**
 * Records written until the block ends belong to this id, where the log knows such ids: `using _ = correlate(log, id)`.
 */
export function correlate(logger: Logger, id: number): Disposable {
  return isTagged(logger) ? logger.correlate(id) : uncorrelated;
}

const uncorrelated: Disposable = { [Symbol.dispose]: () => {} };

function isTagged(logger: Logger): logger is TaggedLogger {
  return "child" in logger;
}
