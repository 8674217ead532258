/**
 * The log of a program: makes its loggers and gets what they write to the backends.
 * @module
 */
import { type AuditTrail, noAudit, RingAuditTrail } from "./audit_trail.ts";
import { HftLogger, type LoggerHome } from "./hft_logger.ts";
import { LogCorrelation } from "./log_correlation.ts";
import type { OpenBackend } from "./log_drain.ts";
import type { RegisteredEvent } from "./log_event.ts";
import type { LogMetrics } from "./log_metrics.ts";
import { InlinePump, type LogPump } from "./log_pump.ts";
import { SystemLogTime } from "./log_time.ts";
import type { LogLevel } from "./logger.ts";
import { LogSetupError } from "./logging_error.ts";
import type { LoggingSettings, LogRule } from "./logging_settings.ts";
import { type LogTime, RecordSource } from "./record_source.ts";
import { levelNumber, makeRing, type RecordLevel, recordLevels } from "./ring_layout.ts";
import { RingWriter } from "./ring_writer.ts";
import { TagLevels } from "./tag_levels.ts";
import { WorkerPump } from "./worker_pump.ts";

/** What a factory may be given besides its settings. */
export interface HftLoggerFactoryOptions {
  /** Who empties the ring: a worker, or the thread that fills it. Default `worker`. */
  readonly drain?: "worker" | "inline";
  /** Time of the records. Default the machine's. */
  readonly time?: LogTime;
  /** Makes the backends; inline only. Default those of the settings' kinds. */
  readonly openBackend?: OpenBackend;
  /** Starts the worker. Default `worker.ts`. */
  readonly startWorker?: () => Worker;
}

const defaultRingBytes = 4 * 2 ** 20;
const defaultIntervalMs = 10;
/** Time between two looks at the time of day, and at audit records that wait, milliseconds. */
const upkeepMs = 250;

/**
 * Makes loggers by tag. All of them write into one ring of shared memory; a worker, or this thread, writes it out. Close
 * it at the end of the program.
 */
export class HftLoggerFactory implements LoggerHome {
  readonly source: RecordSource;
  readonly correlation: LogCorrelation;
  /** Where orders and operators leave their trail; leads nowhere without an audit backend. */
  readonly audit: AuditTrail;
  #levels: TagLevels;
  readonly #loggers = new Map<string, HftLogger>();
  readonly #events: RegisteredEvent[] = [];
  readonly #pump: LogPump;
  readonly #trail: RingAuditTrail;
  readonly #upkeep: ReturnType<typeof setInterval>;
  readonly #onUnload = (): void => void this.flushSync();
  #isClosed = false;

  /** @throws {LogSetupError} when the settings contradict themselves. */
  constructor(settings: LoggingSettings, options: HftLoggerFactoryOptions = {}) {
    checkSettings(settings);
    const { ringBytes = defaultRingBytes, drainIntervalMs = defaultIntervalMs } = settings;
    const systemTime = new SystemLogTime();
    const ring = makeRing(ringBytes);
    const writer = new RingWriter(ring);
    this.source = new RecordSource(writer, options.time ?? systemTime);
    this.correlation = new LogCorrelation(this.source);
    this.#levels = new TagLevels(settings.level, settings.levels);
    this.#trail = new RingAuditTrail(this.source);
    this.audit = settings.backends.some(({ kind }) => kind === "audit") ? this.#trail : noAudit;
    const { openBackend } = options;
    this.#pump = options.drain === "inline"
      ? new InlinePump(
        { ring, settings, ...(openBackend === undefined ? {} : { openBackend }) },
        writer,
        drainIntervalMs,
      )
      : new WorkerPump(ring, this.source, settings, drainIntervalMs, options.startWorker);
    this.#upkeep = setInterval(() => {
      systemTime.adjust();
      this.#trail.retry();
    }, upkeepMs);
    Deno.unrefTimer(Number(this.#upkeep));
    globalThis.addEventListener("unload", this.#onUnload);
  }

  /** The logger of a tag such as `exchange.mexc`; the same one every time. */
  logger(tag: string): HftLogger {
    let logger = this.#loggers.get(tag);
    if (logger === undefined) {
      logger = new HftLogger(this, tag, this.#levels.of(tag));
      this.#loggers.set(tag, logger);
    }
    return logger;
  }

  /**
   * Changes the lowest level that is written, now: of a tag and of those below it that have none of their own.
   *
   * @param level Undefined takes the tag's own level back. The empty tag always has one.
   */
  setLevel(tag: string, level: LogLevel | undefined): void {
    this.#levels.set(tag, level);
    this.#applyLevels();
  }

  /** Takes over levels and rules of new settings, now. Backends and ring stay as they are. */
  update({ level, levels, rules }: Pick<LoggingSettings, "level" | "levels" | "rules">): void {
    this.#levels = new TagLevels(level, levels);
    this.#applyLevels();
    this.setRules(rules);
  }

  /** The lowest level that is written of a tag. */
  levelOf(tag: string): LogLevel {
    return this.#levels.of(tag);
  }

  /** Replaces the rules, now. */
  setRules(rules: readonly LogRule[]): void {
    this.#pump.setRules(rules);
  }

  /** Records dropped so far because the ring was full, by level. */
  get dropped(): Readonly<Record<RecordLevel, number>> {
    const counts = recordLevels.map((level) => [level, this.source.writer.dropped(levelNumber[level])]);
    return Object.fromEntries(counts);
  }

  /** Figures about the log, and those that its records declare; at most half a second old. */
  metrics(): LogMetrics {
    return this.#pump.metrics();
  }

  /**
   * Returns when everything is written out: for the moment before the program ends. Blocks this thread.
   *
   * @returns Whether that was so within the time.
   */
  flushSync(timeoutMs = 1_000): boolean {
    if (this.#isClosed) return true;
    return this.#trail.retry() && this.#pump.flushSync(timeoutMs);
  }

  /** Writes out everything and ends. What is written afterwards is lost. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#trail.retry();
    this.#isClosed = true;
    clearInterval(this.#upkeep);
    globalThis.removeEventListener("unload", this.#onUnload);
    await this.#pump.close();
  }

  adopt(event: RegisteredEvent): void {
    this.#events.push(event);
    this.#switch(event);
  }

  written(): void {
    if (!this.#isClosed) this.#pump.written();
  }

  #applyLevels(): void {
    for (const [tag, logger] of this.#loggers) logger.level = this.#levels.of(tag);
    for (const event of this.#events) this.#switch(event);
  }

  #switch(event: RegisteredEvent): void {
    const { level, tag } = event.definition;
    event.enabled = levelNumber[level] >= levelNumber[this.#levels.of(tag)];
  }
}

function checkSettings({ backends, rules, drainIntervalMs = defaultIntervalMs }: LoggingSettings): void {
  const names = backends.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new LogSetupError(`Two log backends are named ${twice}: rename one`);
  const unknown = rules.flatMap(({ to }) => to).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new LogSetupError(
      `A log rule sends to ${unknown}, which is no backend: use ${names.join(", ") || "none"}`,
    );
  }
  if (!(drainIntervalMs >= 1 && drainIntervalMs <= 60_000)) {
    throw new LogSetupError(`drainIntervalMs is ${drainIntervalMs}: use 1 to 60000`);
  }
}
