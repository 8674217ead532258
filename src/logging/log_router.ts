/**
 * Which records go where.
 * @module
 */
import type { GuardedBackend } from "./backends/guarded_backend.ts";
import type { EventDefinition } from "./event_definition.ts";
import { LogRecord } from "./log_record.ts";
import type { LogFields, LogLevel } from "./logger.ts";
import type { LogRule } from "./logging_settings.ts";
import { levelNumber } from "./ring_layout.ts";
import { isTagWithin } from "./tag_levels.ts";

/** A backend and whether it is for the audit trail. */
export interface RoutedBackend {
  readonly guard: GuardedBackend;
  readonly isAudit: boolean;
}

/** Hands each record to the backends that the rules name for it. */
export class LogRouter {
  #backends: readonly RoutedBackend[] = [];
  #rules: readonly LogRule[];
  readonly #routes = new Map<EventDefinition, readonly GuardedBackend[]>();

  /** @param epochMs Reads the time of records about the log itself, epoch milliseconds. */
  constructor(rules: readonly LogRule[], private readonly epochMs: () => number) {
    this.#rules = rules;
  }

  /** The backends. */
  get backends(): readonly RoutedBackend[] {
    return this.#backends;
  }

  set backends(backends: readonly RoutedBackend[]) {
    this.#backends = backends;
    this.#routes.clear();
  }

  /** Replaces the rules. */
  set rules(rules: readonly LogRule[]) {
    this.#rules = rules;
    this.#routes.clear();
  }

  /** Hands over a record. */
  route(record: LogRecord): void {
    const { definition } = record;
    const known = this.#routes.get(definition);
    const guards = known ?? this.#find(definition);
    if (known === undefined) this.#routes.set(definition, guards);
    for (let i = 0; i < guards.length; i++) guards[i]!.write(record);
  }

  /** Has every backend write what it was given. */
  flush(): void {
    for (const { guard } of this.#backends) guard.flush();
  }

  /** Tells something about the log itself. */
  report(level: LogLevel, message: string, fields: LogFields): void {
    const names = Object.keys(fields);
    const definition = { tag: "logging", level, message, fields: names, texts: [] };
    const record = new LogRecord(definition);
    record.time = this.epochMs();
    names.forEach((name, i) => record.set(i, fields[name]!));
    for (const guard of this.#find(definition)) if (!guard.isFailing) guard.write(record);
  }

  #find({ tag, level }: EventDefinition): readonly GuardedBackend[] {
    if (level === "audit") return this.#guards(({ isAudit }) => isAudit);
    const named = new Set(
      this.#rules.filter((rule) =>
        isTagWithin(tag, rule.tag ?? "") && levelNumber[level] >= levelNumber[rule.level ?? "debug"]
      ).flatMap(({ to }) => to),
    );
    return this.#guards(({ guard, isAudit }) => !isAudit && named.has(guard.name));
  }

  #guards(isWanted: (backend: RoutedBackend) => boolean): readonly GuardedBackend[] {
    return this.#backends.filter(isWanted).map(({ guard }) => guard);
  }
}
