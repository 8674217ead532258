/**
 * Patience with the venues' network.
 * @module
 */
import * as v from "valibot";
import { positiveTime } from "./setting_schemas.ts";

/** Times of requests and connections for market data. */
export const networkSchema = v.strictObject({
  /** Time for one request, milliseconds. */
  requestTimeoutMs: v.optional(positiveTime, 10_000),
  /** Longest wait before a lost connection is made again, milliseconds. */
  maxReconnectDelayMs: v.optional(positiveTime, 30_000),
});
