/**
 * What the hot thread and the logging worker say to each other, apart from the records, which are in shared memory.
 * @module
 */
import type { LogMetrics } from "./log_metrics.ts";
import type { LoggingSettings, LogRule } from "./logging_settings.ts";

/** To the worker. The first message is `open`. */
export type LogWorkerRequest =
  | {
    readonly type: "open";
    readonly ring: SharedArrayBuffer;
    readonly settings: Pick<LoggingSettings, "backends" | "rules">;
    /** Time between two looks into the ring, milliseconds. */
    readonly intervalMs: number;
  }
  | { readonly type: "rules"; readonly rules: readonly LogRule[] }
  | { readonly type: "close" };

/** From the worker. After `closed` nothing follows. */
export type LogWorkerReply =
  | { readonly type: "metrics"; readonly metrics: LogMetrics }
  | { readonly type: "closed"; readonly metrics: LogMetrics };
