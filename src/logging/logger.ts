/**
 * What the rest of the program writes its log to.
 * @module
 */

import { messageText, textOfField } from "./plain_text.ts";

/** Importance of a record, most detailed first. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Facts that go with a message. Never put a secret in. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** A log. Writing to it never throws and never waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Takes one finished line, without line break. */
export type LineSink = (line: string) => void;

const severity: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * A log of plain lines: time, level, message, then `key=value` for each field. Text with spaces or control characters
 * is quoted, so that what a venue sends cannot break a line or pass for another field.
 */
export class LineLogger implements Logger {
  /**
   * @param sink Where lines go, such as standard error.
   * @param epochMs Reads the time of a record in epoch milliseconds.
   * @param level Records under this level are dropped; may be changed at any time.
   */
  constructor(
    private readonly sink: LineSink,
    private readonly epochMs: () => number,
    public level: LogLevel = "info",
  ) {}

  debug(message: string, fields?: LogFields): void {
    this.#write("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write("error", message, fields);
  }

  #write(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (severity[level] < severity[this.level]) return;
    const details = Object.entries(fields).map(([key, value]) => ` ${key}=${textOfField(String(value))}`)
      .join("");
    try {
      const time = new Date(this.epochMs()).toISOString();
      this.sink(`${time} ${level.padEnd(5)} ${messageText(message)}${details}`);
    } catch {
      // A log must not stop the engine.
    }
  }
}

/** A sink that writes lines to standard error. Output that fails is dropped: a log must not stop the engine. */
export function standardErrorSink(line: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(line + "\n"));
  } catch {
    // A closed pipe is the reader's choice.
  }
}
