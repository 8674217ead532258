/**
 * What can be set about logging. Types only: the configuration reads them from YAML, the logging runtime takes them.
 * @module
 */
import type { LogLevel } from "./logger.ts";

/** Form of a line: text for people, or one JSON object. */
export type LogLineFormat = "text" | "json";

/** When the audit file is forced to the disk: after every batch of records, at intervals, or when the system likes. */
export type AuditSync = "batch" | "interval" | "none";

/** Lines on standard error. */
export interface ConsoleBackendSettings {
  readonly kind: "console";
  /** Name that rules use. */
  readonly name: string;
  /** Default `text`. */
  readonly format?: LogLineFormat;
  /** Default `auto`: colours on a terminal only. */
  readonly colour?: "auto" | "always" | "never";
}

/** Lines in a file that is replaced by a new one when it is full or the day (UTC) ends. */
export interface FileBackendSettings {
  readonly kind: "file";
  readonly name: string;
  /** Path of the file that is being written. Older ones lie beside it: `<name>.<UTC date>.<number>.gz`. */
  readonly path: string;
  /** Default `text`. */
  readonly format?: LogLineFormat;
  /** Size at which a new file begins, bytes. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Whether a new file begins with every UTC day. Default true. */
  readonly daily?: boolean;
  /** Older files that are kept. Default 14. */
  readonly keep?: number;
  /** Whether older files are compressed with gzip. Default true. */
  readonly compress?: boolean;
}

/** Counts records, and the counters and histograms that events declare. */
export interface MetricsBackendSettings {
  readonly kind: "metrics";
  readonly name: string;
}

/** The file of everything that orders and operators did: appended to only, each line bound to the one before it. */
export interface AuditBackendSettings {
  readonly kind: "audit";
  readonly name: string;
  readonly path: string;
  /** Default `batch`. */
  readonly sync?: AuditSync;
  /** Time between two of `interval`, milliseconds. Default 1000. */
  readonly syncIntervalMs?: number;
}

/** Where records go. */
export type LogBackendSettings =
  | ConsoleBackendSettings
  | FileBackendSettings
  | MetricsBackendSettings
  | AuditBackendSettings;

/** Sends records to backends. A record goes to every backend that one of the rules that fit it names, once. */
export interface LogRule {
  /** Only records of this tag and those below it, such as `exchange.mexc`. Default all. */
  readonly tag?: string;
  /** Only records of this level and above. Default all. */
  readonly level?: LogLevel;
  /** Names of backends. Audit records go to the audit backends whatever the rules say, other records never. */
  readonly to: readonly string[];
}

/** All of logging. */
export interface LoggingSettings {
  /** Lowest level of a tag that has none of its own. */
  readonly level: LogLevel;
  /** Lowest level by tag; the longest tag that fits counts: `exchange.mexc` also for `exchange.mexc.ws`. */
  readonly levels?: Readonly<Record<string, LogLevel>>;
  /** Room for records on their way, bytes: a power of two from 65536 to 268435456. Default 4 MiB. */
  readonly ringBytes?: number;
  /** Time between two looks into the ring, milliseconds, from 1. `kill -9` loses no more than that. Default 10. */
  readonly drainIntervalMs?: number;
  readonly backends: readonly LogBackendSettings[];
  readonly rules: readonly LogRule[];
}
