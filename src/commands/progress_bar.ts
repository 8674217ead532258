/**
 * A progress bar on a terminal.
 * @module
 */
import { standardErrorSink } from "../logging/logger.ts";

const width = 40;
const encoder = new TextEncoder();

/** Shows on standard error how far something is, if that is a terminal; otherwise it shows nothing. */
export class ProgressBar {
  readonly #shown = Deno.stderr.isTerminal();
  #percent = -1;

  constructor(private readonly label: string) {}

  /** @param share 0 to 1. */
  update(share: number): void {
    const percent = Math.floor(Math.min(share, 1) * 100);
    if (!this.#shown || percent === this.#percent) return;
    this.#percent = percent;
    const filled = Math.round((percent / 100) * width);
    const bar = "█".repeat(filled) + "░".repeat(width - filled);
    Deno.stderr.writeSync(encoder.encode(`\r${this.label} ${bar} ${String(percent).padStart(3)} %`));
  }

  /** Leaves the bar on its line. */
  finish(): void {
    if (this.#shown && this.#percent >= 0) standardErrorSink("");
    this.#percent = -1;
  }
}
