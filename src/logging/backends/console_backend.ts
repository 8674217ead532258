/**
 * Lines on standard error.
 * @module
 */
import { LineEncoder, type LineEncoderOptions } from "../line_encoder.ts";
import type { LogRecord } from "../log_record.ts";
import type { LogBackend } from "./backend.ts";
import { type ByteSink, writeWhole } from "./byte_sink.ts";

/** Writes lines to a terminal or whatever standard error is. */
export class ConsoleBackend implements LogBackend {
  readonly #encoder: LineEncoder;
  #taken = 0;

  constructor(
    readonly name: string,
    options: Pick<LineEncoderOptions, "format" | "colour">,
    private readonly sink: ByteSink = Deno.stderr,
  ) {
    this.#encoder = new LineEncoder({ ...options, digits: 3 });
  }

  write(record: LogRecord): void {
    this.#encoder.add(record);
    this.#taken += 1;
  }

  flush(): void {
    if (this.#taken === 0) return;
    writeWhole(this.sink, this.#encoder.lines);
    this.#encoder.clear();
    this.#taken = 0;
  }

  discard(): number {
    const lost = this.#taken;
    this.#encoder.clear();
    this.#taken = 0;
    return lost;
  }

  close(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }
}
