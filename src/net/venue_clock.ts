/**
 * A venue's time as a clock.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { ClockOffset } from "./clock_offset.ts";

/** Wall-clock time of a venue, for whoever signs; everything else is that of the local clock. */
export class VenueClock implements Clock {
  constructor(private readonly clock: Clock, private readonly offset: ClockOffset) {}

  /**
   * The venue's time in whole epoch milliseconds.
   *
   * @throws {ClockError} when it is not known well enough to sign with it.
   */
  epochMs(): number {
    return Math.floor(this.offset.now());
  }

  monotonicMs(): number {
    return this.clock.monotonicMs();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.clock.setTimer(delayMs, callback);
  }
}
