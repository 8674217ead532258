/**
 * Time. Nothing in cexarb reads the system clock or starts a timer by itself: both come from a {@link Clock},
 * so a run on a simulated clock makes the same decisions as the same input live.
 * @module
 */

/** A timer that has been started. */
export interface Timer {
  /** Stops it; without effect when it has fired or was stopped. */
  cancel(): void;
}

/** Source of time and timers. */
export interface Clock {
  /** Wall clock in epoch milliseconds. May jump: use it for stamps, never for ages. */
  epochMs(): number;
  /** Milliseconds since some fixed moment, with fractions. Never goes back: use it for ages and time-outs. */
  monotonicMs(): number;
  /** Calls back once, `delayMs` from now. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

/** The machine's own clock. */
export class SystemClock implements Clock {
  epochMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const handle = setTimeout(callback, delayMs);
    return { cancel: (): void => clearTimeout(handle) };
  }
}

/** Resolves after `delayMs` on this clock. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve);
  });
}
