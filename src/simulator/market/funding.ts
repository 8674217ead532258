/**
 * Funding of perpetual contracts.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";

/** One settled rate. */
export interface FundingPoint {
  /** Unix seconds of the settlement. */
  readonly timeSeconds: number;
  /** Ratio of the position value, as text with six decimals; positive when longs pay shorts. */
  readonly rate: string;
}

/** Settles every 8 hours on the UTC grid. A rate depends on the seed and its settlement only. */
export class FundingSchedule {
  /** Seconds between two settlements. */
  readonly intervalSeconds = 28_800;
  readonly #random: SeededRandom;

  /** @param random A stream of its own for the contract. */
  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Unix seconds of the first settlement after `nowMs`. */
  nextSettlement(nowMs: number): number {
    return (Math.floor(nowMs / 1000 / this.intervalSeconds) + 1) * this.intervalSeconds;
  }

  /** Rate of the settlement at these Unix seconds: around 0.005 % with a spread of as much. */
  rateAt(settlementSeconds: number): string {
    return (0.00005 + 0.00005 * this.#random.fork(`funding ${settlementSeconds}`).normal()).toFixed(6);
  }

  /** The latest settlements before `nowMs`, newest first. */
  history(nowMs: number, limit: number): FundingPoint[] {
    const next = this.nextSettlement(nowMs);
    return Array.from({ length: limit }, (_, index) => {
      const timeSeconds = next - (index + 1) * this.intervalSeconds;
      return { timeSeconds, rate: this.rateAt(timeSeconds) };
    });
  }
}
