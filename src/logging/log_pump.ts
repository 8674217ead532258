/**
 * What gets records from the ring to the backends.
 * @module
 */
import { LogDrain, type LogDrainOptions } from "./log_drain.ts";
import type { LogMetrics } from "./log_metrics.ts";
import type { LogRule } from "./logging_settings.ts";
import type { RingWriter } from "./ring_writer.ts";

/** Empties the ring until it is closed. */
export interface LogPump {
  /** A record was written that is rare enough to be written out at once, where that costs no other thread. */
  written(): void;
  /** Replaces the rules. */
  setRules(rules: readonly LogRule[]): void;
  /** What was last known of the log. */
  metrics(): LogMetrics;
  /** Returns when everything is written out, or after this time: for the end of the program. */
  flushSync(timeoutMs: number): boolean;
  /** Writes out everything and ends. */
  close(): Promise<void>;
}

/** Empties the ring in the thread that fills it: for short runs, simulated ones and tests. Nothing is dropped. */
export class InlinePump implements LogPump {
  readonly #drain: LogDrain;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(options: LogDrainOptions, writer: RingWriter, intervalMs: number) {
    this.#drain = new LogDrain(options);
    writer.onFull(() => {
      this.#drain.drain(Infinity);
      return true;
    });
    this.#timer = setInterval(() => this.written(), intervalMs);
    Deno.unrefTimer(Number(this.#timer));
  }

  written(): void {
    this.#drain.drain(Infinity);
  }

  setRules(rules: readonly LogRule[]): void {
    this.#drain.rules = rules;
  }

  metrics(): LogMetrics {
    return this.#drain.metrics();
  }

  flushSync(_timeoutMs: number): boolean {
    this.#drain.drain(Infinity);
    return true;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#drain.close();
  }
}
