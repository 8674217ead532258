/**
 * The venue's time for what is not signed.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { CexarbError } from "../../core/errors.ts";

/**
 * A clock that goes on from what it knew last where another one says that it does not know the time well enough to
 * sign: good for heartbeats and stamps, which must not fail.
 */
export class LenientClock implements Clock {
  readonly #clock: Clock;
  /** Epoch milliseconds minus monotonic ones. */
  #offset = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  epochMs(): number {
    try {
      const now = this.#clock.epochMs();
      this.#offset = now - this.monotonicMs();
      return now;
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      return Math.floor(this.#offset + this.monotonicMs());
    }
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#clock.setTimer(delayMs, callback);
  }
}
