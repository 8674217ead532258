/**
 * Patience after a refusal: what a limit did not allow is not asked for again with every change of a book.
 * @module
 */
import type { Route } from "../arbitrage/route.ts";

/** First wait after a refusal, and the longest one, milliseconds. It doubles with each refusal in a row. */
const firstWaitMs = 50, longestWaitMs = 1_000;

/** Which routes are to wait. Times are monotonic milliseconds. */
export class RoutePauses {
  readonly #until: Float64Array;
  readonly #waits: Float64Array;

  /** @param routeCount Routes of the run. */
  constructor(routeCount: number) {
    this.#until = new Float64Array(routeCount).fill(-Infinity);
    this.#waits = new Float64Array(routeCount);
  }

  /** Whether a route waits at this moment. */
  isPaused({ id }: Route, now: number): boolean {
    return now < this.#until[id]!;
  }

  /** The route was refused: it waits, each time longer. After a while without a refusal it begins anew. */
  refused({ id }: Route, now: number): void {
    const isInRow = now - this.#until[id]! <= longestWaitMs;
    const wait = isInRow ? Math.min(Math.max(2 * this.#waits[id]!, firstWaitMs), longestWaitMs) : firstWaitMs;
    this.#waits[id] = wait;
    this.#until[id] = now + wait;
  }

  /** The route was traded. */
  taken({ id }: Route): void {
    this.#waits[id] = 0;
  }
}
