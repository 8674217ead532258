/**
 * A log that goes nowhere.
 * @module
 */
import type { Logger } from "../../../src/logging/logger.ts";

/** Drops every record. */
export const quietLogger: Logger = {
  debug: (): void => {},
  info: (): void => {},
  warn: (): void => {},
  error: (): void => {},
};
