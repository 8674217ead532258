/**
 * A backend that may fail.
 * @module
 */
import { errorMessage } from "../../core/errors.ts";
import type { LogRecord } from "../log_record.ts";
import type { LogFields, LogLevel } from "../logger.ts";
import type { LogBackend } from "./backend.ts";

/** Tells about the log itself, by way of the other backends. */
export type LogReport = (level: LogLevel, message: string, fields: LogFields) => void;

/** First and longest time between two attempts, milliseconds. */
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/**
 * Keeps the failures of a backend away from everybody. A backend that fails is told of once, gets no records, and is
 * tried again after 1, 2, 4… up to 60 seconds; what it misses is counted, and told when it works again.
 */
export class GuardedBackend {
  #missed = 0;
  #missedBefore = 0;
  #failedAt: number | undefined;
  #retryMs = firstRetryMs;

  /**
   * @param monotonicMs Reads a clock that never goes back, milliseconds.
   */
  constructor(
    readonly backend: LogBackend,
    private readonly monotonicMs: () => number,
    private readonly report: LogReport,
  ) {}

  get name(): string {
    return this.backend.name;
  }

  /** Whether it failed and has not worked since. */
  get isFailing(): boolean {
    return this.#failedAt !== undefined;
  }

  /** Records that it did not get, or lost. */
  get missed(): number {
    return this.#missed;
  }

  /** Hands over a record. */
  write(record: LogRecord): void {
    if (this.isFailing && this.backend.keeps !== true && !this.#isDue()) {
      this.#missed += 1;
      return;
    }
    try {
      this.backend.write(record);
    } catch (error) {
      this.#missed += 1;
      this.#fail(error);
    }
  }

  /** Has it write what it was given. */
  flush(): void {
    if (this.isFailing && !this.#isDue()) return;
    try {
      this.backend.flush();
      this.#recover();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    try {
      await this.backend.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #isDue(): boolean {
    return this.monotonicMs() - this.#failedAt! >= this.#retryMs;
  }

  #fail(error: unknown): void {
    this.#missed += this.backend.discard();
    const isFirst = !this.isFailing;
    this.#retryMs = isFirst ? firstRetryMs : Math.min(2 * this.#retryMs, longestRetryMs);
    this.#failedAt = this.monotonicMs();
    if (isFirst) {
      this.report("error", "A log backend failed", { backend: this.name, error: errorMessage(error) });
    }
  }

  #recover(): void {
    if (!this.isFailing) return;
    this.#failedAt = undefined;
    const missed = this.#missed - this.#missedBefore;
    this.#missedBefore = this.#missed;
    this.report("warn", "A log backend works again", { backend: this.name, missed });
  }
}
