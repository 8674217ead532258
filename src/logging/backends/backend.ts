/**
 * What a backend of the log is.
 * @module
 */
import type { LogRecord } from "../log_record.ts";

/** A place where records go. What it throws is dealt with by its guard and reaches nobody else. */
export interface LogBackend {
  readonly name: string;
  /** Whether it takes records while it cannot write them, and writes them later. Others miss them. */
  readonly keeps?: boolean;
  /** Takes a record. It must copy what it needs, and does not write yet. */
  write(record: LogRecord): void;
  /** Writes what was taken. */
  flush(): void;
  /** Gives up what was taken and not written, unless it keeps that; returns how many records are lost. */
  discard(): number;
  /** Writes what is left and ends. */
  close(): Promise<void>;
}
