/**
 * Request limits of the simulated exchanges.
 * @module
 */
import type { Clock } from "../core/clock.ts";

/** What is left after a request. */
export interface RateState {
  /** Whether the request is within the limit. */
  readonly allowed: boolean;
  /** Weight that is left in the window. */
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

interface Window {
  startMs: number;
  used: number;
}

/** Counts weights per key in windows that start with the first request. All clients count as one address. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  /**
   * @param limit Weight that a window holds.
   * @param windowMs Length of a window in milliseconds.
   */
  constructor(clock: Clock, readonly limit: number, readonly windowMs: number) {
    this.#clock = clock;
  }

  /** Counts one request of this weight. A request over the limit is not counted. */
  take(key: string, weight = 1): RateState {
    const now = this.#clock.monotonicMs();
    let window = this.#windows.get(key);
    if (window === undefined || now - window.startMs >= this.windowMs) {
      window = { startMs: now, used: 0 };
      this.#windows.set(key, window);
    }
    const allowed = window.used + weight <= this.limit;
    if (allowed) window.used += weight;
    return { allowed, remaining: this.limit - window.used, resetMs: window.startMs + this.windowMs - now };
  }
}
