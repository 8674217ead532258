/**
 * A log that a test can read.
 * @module
 */
import type { LogFields, Logger, LogLevel } from "../../src/logging/logger.ts";

/** One record. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps every record. */
export class MemoryLogger implements Logger {
  readonly records: LogRecord[] = [];

  /** Messages of one level, in order. */
  messages(level: LogLevel): string[] {
    return this.records.filter((record) => record.level === level).map(({ message }) => message);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.records.push({ level: "debug", message, fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.records.push({ level: "info", message, fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.records.push({ level: "warn", message, fields });
  }

  error(message: string, fields: LogFields = {}): void {
    this.records.push({ level: "error", message, fields });
  }
}
