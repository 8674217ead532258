/**
 * Latency distributions.
 * @module
 */
import { build, type Histogram } from "hdr-histogram-js";

/** Percentiles of a latency in microseconds; both are 0 when nothing was recorded. */
export interface LatencySummary {
  readonly p50: number;
  readonly p99: number;
}

/** Percentiles and the longest latency in microseconds. */
export interface LatencyPercentiles extends LatencySummary {
  readonly p90: number;
  readonly max: number;
}

/** Highest latency that is told apart: ten seconds in nanoseconds. Longer ones count as this. */
const highestNs = 10_000_000_000;

/** A latency distribution of fixed size: nanosecond values with two significant digits, so within 1 %. */
export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestNs,
    numberOfSignificantValueDigits: 2,
  });

  /** Number of recorded values. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Adds a latency in milliseconds, as differences of `performance.now()` are. Negative ones count as 0. */
  recordMs(milliseconds: number): void {
    const ns = Math.round(milliseconds * 1e6);
    this.#histogram.recordValue(ns < 0 ? 0 : ns > highestNs ? highestNs : ns);
  }

  /** Percentiles in microseconds, rounded to a tenth. */
  summary(): LatencySummary {
    return { p50: this.#percentileUs(50), p99: this.#percentileUs(99) };
  }

  /** More percentiles and the longest, in microseconds, rounded to a tenth. */
  percentiles(): LatencyPercentiles {
    return { ...this.summary(), p90: this.#percentileUs(90), max: this.#percentileUs(100) };
  }

  /** Forgets everything that was recorded. */
  reset(): void {
    this.#histogram.reset();
  }

  #percentileUs(percentile: number): number {
    return Math.round(this.#histogram.getValueAtPercentile(percentile) / 100) / 10;
  }
}
