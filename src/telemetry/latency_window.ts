/**
 * What a latency has been lately.
 * @module
 */
import { LatencyHistogram } from "./latency_histogram.ts";

/**
 * The last part of a distribution that only grows. Whoever records knows nothing of it and pays nothing: it keeps
 * copies and subtracts them.
 */
export class LatencyWindow {
  readonly #source: () => LatencyHistogram;
  #older: LatencyHistogram | undefined;
  #newer: LatencyHistogram | undefined;

  /** @param source Reads everything that was recorded so far. */
  constructor(source: () => LatencyHistogram) {
    this.#source = source;
  }

  /** Begins another part. To be called at even intervals; the window is then one to two of them long. */
  rotate(): void {
    this.#older = this.#newer;
    this.#newer = this.#source().copy();
  }

  /** What was recorded within the window; everything until it has been rotated twice. */
  recent(): LatencyHistogram {
    const recent = this.#source().copy();
    if (this.#older !== undefined) recent.subtract(this.#older);
    return recent;
  }
}
