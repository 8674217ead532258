/**
 * Sending again what is safe to send again.
 * @module
 */
import { type Clock, delay } from "../core/clock.ts";
import { NetworkError, VenueError } from "../core/errors.ts";
import { RequestError } from "../core/network.ts";
import type { SeededRandom } from "../core/random.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import { RateLimitError } from "./rate_limiter.ts";

/** How often and how fast something is repeated. */
export interface RepeatOptions {
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** Most attempts altogether. Default 3. */
  readonly attempts?: number;
  readonly backoff?: BackoffOptions;
}

/**
 * Whether a failed request may be sent again: when provably nothing of it was sent, or when it is a question, which
 * changes nothing however often it is asked. A request that a limit holds back is not repeated: the limit knows best.
 *
 * @param isQuestion Whether it is a GET whose sender says that it changes nothing.
 */
export function maySendAgain(error: unknown, isQuestion: boolean): boolean {
  if (error instanceof RateLimitError) return false;
  if (error instanceof RequestError && error.sent === "no") return true;
  return isQuestion &&
    (error instanceof NetworkError || (error instanceof VenueError && error.status >= 500));
}

/**
 * Makes attempts until one succeeds, as long as that is safe and there is time.
 *
 * @param timeoutMs Time for all attempts together with the waits between them.
 * @param attempt Gets the time that is left for it.
 * @throws What the last attempt has thrown.
 */
export async function repeatSafely<Value>(
  options: RepeatOptions,
  isQuestion: boolean,
  timeoutMs: number,
  attempt: (timeoutMs: number) => Promise<Value>,
): Promise<Value> {
  const { clock, random, attempts = 3 } = options;
  const backoff = new Backoff(random, options.backoff);
  const end = clock.monotonicMs() + timeoutMs;
  for (let made = 1;; made++) {
    const left = end - clock.monotonicMs();
    try {
      return await attempt(left);
    } catch (error) {
      const wait = backoff.next();
      const isTooLate = clock.monotonicMs() + wait >= end;
      if (made >= attempts || isTooLate || !maySendAgain(error, isQuestion)) throw error;
      await delay(clock, wait);
    }
  }
}
