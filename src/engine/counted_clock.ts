/**
 * A clock that counts what it has called.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";

/** Passes everything on, and counts timers that have fired: promises may be waiting to run after each. */
export class CountedClock implements Clock {
  /** Timers that have fired. */
  fired = 0;

  constructor(private readonly clock: Clock) {}

  epochMs(): number {
    return this.clock.epochMs();
  }

  monotonicMs(): number {
    return this.clock.monotonicMs();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.clock.setTimer(delayMs, () => {
      this.fired += 1;
      callback();
    });
  }
}
