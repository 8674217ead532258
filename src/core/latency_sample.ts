/**
 * How long work took.
 * @module
 */
import type { ExchangeKey } from "./exchange.ts";

/** A stage of the work over a window of time. */
export interface LatencySample {
  /** The venue whose work it was; undefined for what is no venue's. */
  readonly exchange: ExchangeKey | undefined;
  /** `frame_to_book`, `frame_to_decision`, `request`, `order_round_trip`, … */
  readonly stage: string;
  /** Times that it was measured; at least 1. */
  readonly samples: number;
  /** Percentiles and the longest, microseconds. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** End of the window, epoch milliseconds. */
  readonly time: number;
}
