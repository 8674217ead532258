/**
 * The time of log records.
 * @module
 */
import type { LogTime } from "./record_source.ts";

/**
 * The machine's time of day with fractions of a millisecond: the monotonic clock, which costs no allocation to read, set
 * by the time of day every now and then.
 */
export class SystemLogTime implements LogTime {
  #offset = Date.now() - performance.now();

  now(): number {
    return this.#offset + performance.now();
  }

  stamp(floats: Float64Array, at: number): void {
    floats[at] = this.#offset + performance.now();
  }

  /** Follows the time of day where it has been changed; what is less than 2 ms is its own coarseness. */
  adjust(): void {
    const offset = Date.now() - performance.now();
    if (Math.abs(offset - this.#offset) >= 2) this.#offset = offset;
  }
}
