/**
 * Trying again what may succeed the next time.
 * @module
 */
import { type Clock, delay } from "../../core/clock.ts";
import { NetworkError, VenueError } from "../../core/errors.ts";
import type { SeededRandom } from "../../core/random.ts";
import { Backoff } from "../../net/backoff.ts";

/** How often and how fast something is tried again. */
export interface RetryOptions {
  readonly clock: Clock;
  /** For the jitter of the waits. */
  readonly random: SeededRandom;
  /** Attempts altogether; 4. */
  readonly attempts?: number;
}

/** Whether a venue may answer the next time: no answer, an error of its own, or too many requests. */
export function mayAnswerLater(error: unknown): boolean {
  if (error instanceof VenueError) return error.status >= 500 || error.status === 429;
  return error instanceof NetworkError;
}

/**
 * Attempts until one succeeds.
 *
 * @param mayRetry Whether there is a point in another attempt after this error.
 * @throws What the last attempt has thrown.
 */
export async function retry<Value>(
  { clock, random, attempts = 4 }: RetryOptions,
  mayRetry: (error: unknown) => boolean,
  attempt: () => Promise<Value>,
): Promise<Value> {
  const backoff = new Backoff(random);
  for (let made = 1;; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (made >= attempts || !mayRetry(error)) throw error;
      await delay(clock, backoff.next());
    }
  }
}
