/**
 * Waiting times between attempts.
 * @module
 */
import type { SeededRandom } from "../core/random.ts";

/** Bounds of a {@link Backoff}. */
export interface BackoffOptions {
  /** Longest first wait in milliseconds. Default 250. */
  readonly baseMs?: number;
  /** Longest wait at all in milliseconds. Default 30,000. */
  readonly capMs?: number;
}

/**
 * Capped exponential back-off with jitter: attempt n waits between half and all of min(cap, base · 2^n). The
 * jitter keeps many clients from coming back at the same moment; the lower half keeps it a wait.
 */
export class Backoff {
  readonly #baseMs: number;
  readonly #capMs: number;
  #attempt = 0;

  constructor(private readonly random: SeededRandom, options: BackoffOptions = {}) {
    this.#baseMs = options.baseMs ?? 250;
    this.#capMs = options.capMs ?? 30_000;
  }

  /** Attempts since the last success. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const longest = Math.min(this.#capMs, this.#baseMs * 2 ** Math.min(this.#attempt, 40));
    this.#attempt += 1;
    return longest * (0.5 + 0.5 * this.random.uniform());
  }

  /** Goes straight to waits of at least `ms`, as far as the cap lets it: for an answer that says "slow down". */
  raiseTo(ms: number): void {
    // The jitter may take half of the longest wait away.
    while (this.#baseMs * 2 ** this.#attempt < Math.min(2 * ms, this.#capMs)) this.#attempt += 1;
  }

  /** Starts over after a success. */
  reset(): void {
    this.#attempt = 0;
  }
}
