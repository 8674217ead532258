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

/** Longest delay of a timer, about 24.8 days: the runtime fires a longer one at once instead of late. */
export const maxDelayMs: number = 2 ** 31 - 1;

/** The delay that a clock is to use for the one that it was asked for. Errors as {@link Clock.setTimer}. */
export function checkedDelay(delayMs: number): number {
  if (!(delayMs <= maxDelayMs)) {
    throw new RangeError(`Cannot set a timer of ${delayMs} ms: it must be a number up to ${maxDelayMs}`);
  }
  return Math.max(0, delayMs);
}

/** Source of time and timers. */
export interface Clock {
  /** Wall clock in epoch milliseconds. May jump: use it for stamps, never for ages. */
  epochMs(): number;
  /** Milliseconds since some fixed moment, with fractions. Never goes back: use it for ages and time-outs. */
  monotonicMs(): number;
  /**
   * Calls back once, `delayMs` from now; a delay under 0 counts as 0.
   *
   * @throws {RangeError} when the delay is NaN or longer than {@link maxDelayMs}.
   */
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
    // Deno 2.4 may still run a timer that was due when it was cleared.
    let cancelled = false;
    const handle = setTimeout(() => {
      if (!cancelled) callback();
    }, checkedDelay(delayMs));
    return {
      cancel: (): void => {
        cancelled = true;
        clearTimeout(handle);
      },
    };
  }
}

/** Resolves after `delayMs` on this clock. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve);
  });
}
