/**
 * How long things are under way between the program and an account on paper.
 * @module
 */
import { maxDelayMs } from "../../core/clock.ts";
import { ConfigError } from "../../core/errors.ts";
import type { SeededRandom } from "../../core/random.ts";

/** One way: a part that is always there, and one that is drawn anew each time. */
export interface PaperDelay {
  /** Milliseconds that it takes at least. */
  readonly leastMs: number;
  /** Largest addition, milliseconds. */
  readonly jitterMs: number;
}

/** The ways that have a delay of their own. */
export interface PaperLatency {
  /** Orders, cancels and questions to the venue. */
  readonly orderEntry: PaperDelay;
  /** Their answers. */
  readonly response: PaperDelay;
  /** What the venue tells by itself: orders, fills, balances and positions. */
  readonly report: PaperDelay;
}

/** A host in the region of the exchange: about what the simulated exchanges take by default as well. */
export const defaultPaperLatency: PaperLatency = {
  orderEntry: { leastMs: 3, jitterMs: 12 },
  response: { leastMs: 3, jitterMs: 12 },
  report: { leastMs: 1.5, jitterMs: 6 },
};

/** So many times the mean of an exponential is the largest addition; the one draw in 55 beyond it counts as it. */
const largestInMeans = 4;

/** Draws the delays of one way: small additions are more frequent than large ones, as on real lines. */
export class PaperDelays {
  /** No delay is longer, milliseconds. */
  readonly longestMs: number;

  /**
   * @param name Of the setting, for the error.
   * @throws {ConfigError} when a number is negative, not finite or too long for a timer.
   */
  constructor(private readonly random: SeededRandom, private readonly delay: PaperDelay, name: string) {
    for (const [part, value] of Object.entries(delay)) {
      if (!(value >= 0 && value <= maxDelayMs / 2)) {
        throw new ConfigError(
          `The paper latency ${name}.${part} is ${value}: use milliseconds from 0 to ` +
            Math.floor(maxDelayMs / 2),
        );
      }
    }
    this.longestMs = delay.leastMs + delay.jitterMs;
  }

  /** The next delay in milliseconds. */
  drawMs(): number {
    const { leastMs, jitterMs } = this.delay;
    return leastMs + Math.min(jitterMs, this.random.exponential(jitterMs / largestInMeans));
  }
}
