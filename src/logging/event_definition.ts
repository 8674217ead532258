/**
 * What is said once about an event, so that its records need not.
 * @module
 */
import type { RecordLevel } from "./ring_layout.ts";

/** A figure that an event's records add to. */
export interface EventMetric {
  readonly kind: "counter" | "histogram";
  /** Name in Prometheus' form, such as `cexarb_order_ack_ms`. */
  readonly name: string;
  /** A sentence about it. */
  readonly help: string;
  /** The number that is added or observed; a counter without one counts records. */
  readonly field?: string;
  /** Text fields that tell series apart. Default none. */
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending, in the field's unit. */
  readonly bounds?: readonly number[];
}

/** Everything of a record that is the same every time. */
export interface EventDefinition {
  /** Part of the program, such as `exchange.mexc.ws`; empty for none. */
  readonly tag: string;
  readonly level: RecordLevel;
  readonly message: string;
  /** Names of the values, in their order. */
  readonly fields: readonly string[];
  /** Which values of a record of the kind `values` are ids of texts. */
  readonly texts: readonly boolean[];
  readonly metric?: EventMetric;
}
