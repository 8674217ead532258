/**
 * What of a run is recorded, and how often.
 * @module
 */
import * as v from "valibot";
import { interval, wholeNumber } from "./setting_schemas.ts";

/** What is recorded. */
export const recordingSchema = v.strictObject({
  /** Levels of each side of a recorded book; 0 records none. */
  depthLevels: v.optional(wholeNumber(0, 200), 10),
  /** Time between two records of a book that changed, and of its pressure, milliseconds. */
  depthIntervalMs: v.optional(interval, 1_000),
  /** Whether everybody's trades are recorded. */
  trades: v.optional(v.boolean(), true),
  /** Time between two records of latencies and of the feeds' state, milliseconds. */
  statusIntervalMs: v.optional(interval, 10_000),
  /** Time between two questions for the funding of all contracts, milliseconds. */
  fundingIntervalMs: v.optional(interval, 60_000),
  /** Time between two records of balances and positions, milliseconds. */
  balanceIntervalMs: v.optional(interval, 10_000),
});
