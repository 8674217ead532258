/**
 * Empties the ring into the backends.
 * @module
 */
import { AuditBackend } from "./backends/audit_backend.ts";
import type { LogBackend } from "./backends/backend.ts";
import { ConsoleBackend } from "./backends/console_backend.ts";
import { FileBackend } from "./backends/file_backend.ts";
import { GuardedBackend } from "./backends/guarded_backend.ts";
import { MetricsBackend } from "./backends/metrics_backend.ts";
import type { LogMetrics } from "./log_metrics.ts";
import type { LogRecord } from "./log_record.ts";
import { LogRouter } from "./log_router.ts";
import type { LogBackendSettings, LoggingSettings, LogRule } from "./logging_settings.ts";
import type { RecordSource } from "./record_source.ts";
import { recordLevels } from "./ring_layout.ts";
import { RingReader } from "./ring_reader.ts";

/** Makes a backend; a test may put another in its place. */
export type OpenBackend = (settings: LogBackendSettings, epochMs: () => number) => LogBackend;

/** What a drain takes. */
export interface LogDrainOptions {
  readonly ring: SharedArrayBuffer;
  readonly settings: Pick<LoggingSettings, "backends" | "rules">;
  /** What was defined before, if this is not the first drain of the ring. */
  readonly known?: RecordSource["vocabulary"];
  /** Default the backends of the settings' kinds. */
  readonly openBackend?: OpenBackend;
}

/** Records between two writes to the backends. */
const batchRecords = 8_192;
/** Time between two reports of dropped records, milliseconds. */
const reportMs = 1_000;

/** Reads records, routes them, and has the backends write. Where it runs is somebody else's matter. */
export class LogDrain {
  readonly #reader: RingReader;
  readonly #router: LogRouter;
  readonly #backends: readonly LogBackend[];
  readonly #take: (record: LogRecord) => void;
  #flushed: number;
  #dropsTold: readonly number[] = recordLevels.map(() => 0);
  #toldAt = -Infinity;

  constructor({ ring, settings, known, openBackend = openDefaultBackend }: LogDrainOptions) {
    this.#reader = new RingReader(ring, known);
    const epochMs = (): number => Date.now();
    const router = new LogRouter(settings.rules, epochMs);
    this.#router = router;
    this.#backends = settings.backends.map((each) => openBackend(each, epochMs));
    router.backends = this.#backends.map((backend, i) => ({
      guard: new GuardedBackend(
        backend,
        () => performance.now(),
        (...report) => router.report(...report),
      ),
      isAudit: settings.backends[i]!.kind === "audit",
    }));
    this.#take = (record): void => router.route(record);
    this.#flushed = this.#reader.flushDone;
  }

  /** Replaces the rules. */
  set rules(rules: readonly LogRule[]) {
    this.#router.rules = rules;
  }

  /** Whether nothing is in the ring. */
  get isEmpty(): boolean {
    return this.#reader.isEmpty;
  }

  /**
   * Writes out what is in the ring, for about this long.
   *
   * @returns Whether there may be more.
   */
  drain(budgetMs: number): boolean {
    const wanted = this.#reader.flushWanted;
    const end = performance.now() + budgetMs;
    let isMore = true;
    while (isMore && (wanted !== this.#flushed || performance.now() < end)) {
      isMore = this.#reader.read(this.#take, batchRecords) >= batchRecords;
      this.#router.flush();
    }
    this.#tellDrops();
    if (!isMore && wanted !== this.#flushed) {
      this.#reader.flushed(wanted);
      this.#flushed = wanted;
    }
    return isMore;
  }

  /** What is known of the log. */
  metrics(): LogMetrics {
    const dropped = this.#reader.dropped().map((value, level) => ({
      kind: "counter" as const,
      name: "cexarb_log_dropped_total",
      help: "Log records dropped because the ring was full, by level",
      labels: { level: recordLevels[level]! },
      value,
    }));
    const backends = this.#router.backends.map(({ guard: { name, isFailing, missed } }) => ({
      name,
      isFailing,
      missed,
    }));
    const missed = backends.map(({ name, missed }) => ({
      kind: "counter" as const,
      name: "cexarb_log_missed_total",
      help: "Log records that a backend did not get because it failed",
      labels: { backend: name },
      value: missed,
    }));
    const own = this.#backends.flatMap((backend) =>
      backend instanceof MetricsBackend ? backend.snapshot() : []
    );
    return { series: [...dropped, ...missed, ...own], backends };
  }

  /** Writes what is left and closes the backends. */
  async close(): Promise<void> {
    this.drain(Infinity);
    await Promise.all(this.#router.backends.map(({ guard }) => guard.close()));
  }

  #tellDrops(): void {
    const drops = this.#reader.dropped();
    const now = performance.now();
    if (now - this.#toldAt < reportMs || drops.every((count, i) => count === this.#dropsTold[i])) return;
    const fresh = recordLevels.map((level, i) => [level, drops[i]! - this.#dropsTold[i]!] as const);
    this.#dropsTold = drops;
    this.#toldAt = now;
    this.#router.report("warn", "Log records dropped: the ring was full", Object.fromEntries(fresh));
    this.#router.flush();
  }
}

/** The backend of these settings. */
export function openDefaultBackend(settings: LogBackendSettings, epochMs: () => number): LogBackend {
  switch (settings.kind) {
    case "console": {
      const { name, format = "text", colour = "auto" } = settings;
      const isColoured = colour === "always" ||
        (colour === "auto" && !Deno.noColor && Deno.stderr.isTerminal());
      return new ConsoleBackend(name, { format, colour: isColoured });
    }
    case "file":
      return new FileBackend(settings, epochMs);
    case "metrics":
      return new MetricsBackend(settings.name);
    case "audit":
      return new AuditBackend(settings, () => performance.now());
  }
}
