/**
 * Writing to standard output and standard error.
 * @module
 */
import { LineLogger, type LogLevel, standardErrorSink } from "../logging/logger.ts";

const encoder = new TextEncoder();

/** Writes a line to standard output, whole. */
export function writeLine(line: string): void {
  writeAll(Deno.stdout, line + "\n");
}

/** Writes text to standard output as it is. */
export function writeText(text: string): void {
  writeAll(Deno.stdout, text);
}

/** Writes a line to standard error. */
export function writeError(line: string): void {
  standardErrorSink(line);
}

/** A log on standard error. */
export function errorLogger(level: LogLevel): LineLogger {
  return new LineLogger(standardErrorSink, () => Date.now(), level);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = encoder.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    // Whoever read the output, such as `head`, has seen enough.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
