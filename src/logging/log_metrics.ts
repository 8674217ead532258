/**
 * Figures about and from the log, in a form that any registry can take.
 * @module
 */

/** A counter of one set of labels. */
export interface LogCounterSeries {
  readonly kind: "counter";
  /** Name in Prometheus' form. */
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram of one set of labels. */
export interface LogHistogramSeries {
  readonly kind: "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
  /** Values in each bucket alone; what is above the last bound is in none. */
  readonly buckets: readonly number[];
  /** Sum and number of all values. */
  readonly sum: number;
  readonly count: number;
}

/** One series. */
export type LogMetricSeries = LogCounterSeries | LogHistogramSeries;

/** How a backend fares. */
export interface BackendState {
  readonly name: string;
  readonly isFailing: boolean;
  /** Records that it did not get, or lost. */
  readonly missed: number;
}

/** Everything that is known of the log. */
export interface LogMetrics {
  readonly series: readonly LogMetricSeries[];
  readonly backends: readonly BackendState[];
}

/** Before anything was written. */
export const noLogMetrics: LogMetrics = { series: [], backends: [] };
