/**
 * A venue whose clock is wrong.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";

/** Tells another time of day than the clock behind it; timers and ages are the same. */
export class SkewedClock implements Clock {
  readonly #clock: Clock;
  /** Milliseconds by which it is ahead. */
  offsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  epochMs(): number {
    return this.#clock.epochMs() + this.offsetMs;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#clock.setTimer(delayMs, callback);
  }
}
