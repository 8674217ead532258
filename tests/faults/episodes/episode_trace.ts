/**
 * What happened in an episode, line by line.
 * @module
 */
import type { Clock } from "../../../src/core/clock.ts";
import type { LogFields, Logger } from "../../../src/logging/logger.ts";

/** Keeps lines with their simulated time; nothing when it is switched off. */
export class EpisodeTrace {
  readonly lines: string[] = [];
  readonly #startMs: number;

  constructor(private readonly clock: Clock, readonly isOn: boolean) {
    this.#startMs = clock.epochMs();
  }

  /** Adds a line. The text is made only when it is kept. */
  add(text: () => string): void {
    if (!this.isOn) return;
    const seconds = (this.clock.epochMs() - this.#startMs) / 1000;
    this.lines.push(`${seconds.toFixed(4).padStart(10)} ${text()}`);
  }

  /** A log that writes into the trace. */
  logger(name: string): Logger {
    const write = (level: string) => (message: string, fields: LogFields = {}): void => {
      this.add(() => `  ${name} ${level} ${message} ${JSON.stringify(fields)}`);
    };
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }
}
