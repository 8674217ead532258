/**
 * Latency distributions.
 * @module
 */
import { Int32Histogram } from "hdr-histogram-js";

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
  readonly #histogram = new Int32Histogram(1, highestNs, 2);
  #sumMs = 0;

  /** Number of recorded values. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Sum of all recorded values in seconds, exact but for the doubles. */
  get sumSeconds(): number {
    return this.#sumMs / 1_000;
  }

  /** Adds a latency in milliseconds, as differences of `performance.now()` are. Negative ones count as 0. */
  recordMs(milliseconds: number): void {
    const ns = Math.round(milliseconds * 1e6);
    this.#histogram.recordValue(ns < 0 ? 0 : ns > highestNs ? highestNs : ns);
    if (ns > 0) this.#sumMs += milliseconds;
  }

  /** Percentiles in microseconds, rounded to a tenth. */
  summary(): LatencySummary {
    return { p50: this.#percentileUs(50), p99: this.#percentileUs(99) };
  }

  /** More percentiles and the longest, in microseconds, rounded to a tenth. */
  percentiles(): LatencyPercentiles {
    return { ...this.summary(), p90: this.#percentileUs(90), max: this.#percentileUs(100) };
  }

  /**
   * How many values did not exceed each bound. A value within 1 % of a bound may count on either side of it.
   *
   * @param bounds Seconds, rising.
   */
  countsUpTo(bounds: readonly number[]): number[] {
    const histogram = this.#histogram;
    const last = histogram.countsArrayIndex(histogram.maxValue);
    let index = 0, count = 0;
    return cellsUpTo(bounds, histogram).map((end) => {
      for (const stop = Math.min(end, last + 1); index < stop; index++) {
        count += histogram.getCountAtIndex(index);
      }
      return count;
    });
  }

  /** Adds everything that another one has. */
  add(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
    this.#sumMs += other.#sumMs;
  }

  /** Takes away what an earlier copy of this one had. */
  subtract(earlier: LatencyHistogram): void {
    this.#histogram.subtract(earlier.#histogram);
    this.#sumMs -= earlier.#sumMs;
  }

  /** One with the same values. */
  copy(): LatencyHistogram {
    return LatencyHistogram.sumOf([this]);
  }

  /** One with the values of all of these. */
  static sumOf(parts: Iterable<LatencyHistogram>): LatencyHistogram {
    const sum = new LatencyHistogram();
    for (const part of parts) sum.add(part);
    return sum;
  }

  #percentileUs(percentile: number): number {
    return Math.round(this.#histogram.getValueAtPercentile(percentile) / 100) / 10;
  }
}

const knownCells = new WeakMap<readonly number[], readonly number[]>();

/** How many cells of a histogram lie up to each bound in seconds; the same for all, as they are all built alike. */
function cellsUpTo(bounds: readonly number[], histogram: Int32Histogram): readonly number[] {
  const known = knownCells.get(bounds);
  if (known !== undefined) return known;
  let index = 0;
  const cells = bounds.map((bound) => {
    while (index < histogram.countsArrayLength && histogram.valueFromIndex(index) <= bound * 1e9) index += 1;
    return index;
  });
  knownCells.set(bounds, cells);
  return cells;
}
