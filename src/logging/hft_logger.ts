/**
 * The log of one part of the program.
 * @module
 */
import type { LatencyHistogram } from "../telemetry/latency_histogram.ts";
import type { EventDefinition } from "./event_definition.ts";
import type { LogCorrelation } from "./log_correlation.ts";
import { createEvent, type EventOptions, type LogEvent, type RegisteredEvent } from "./log_event.ts";
import { childTag } from "./tag_levels.ts";
import type { TaggedLogger } from "./child_logger.ts";
import type { LogFields, LogLevel } from "./logger.ts";
import { LoggingTimer } from "./logging_timer.ts";
import type { LogValue, RecordSource } from "./record_source.ts";
import { levelNumber, maxValues } from "./ring_layout.ts";

/** What loggers share. */
export interface LoggerHome {
  readonly source: RecordSource;
  readonly correlation: LogCorrelation;
  /** Keeps an event and switches it on or off as its tag's level says. */
  adopt(event: RegisteredEvent): void;
  /** The logger of a tag. */
  logger(tag: string): HftLogger;
  /** Called after a record that was not registered beforehand: time to write it out where nobody else does. */
  written(): void;
}

/** Longest message that is kept, UTF-16 units. */
const maxMessageUnits = 1_024;
/** Messages of a level that are kept apart; more are written as a field of one event. */
const maxMessages = 1_000;
const otherMessages = "Various";

/** A message with the names of its fields. */
class MessageEvent implements RegisteredEvent {
  readonly #id: number;
  readonly #level: number;
  enabled = true;
  #defined = false;

  constructor(private readonly source: RecordSource, readonly definition: EventDefinition) {
    this.#id = source.register(definition);
    this.#level = levelNumber[definition.level];
  }

  forget(): void {
    this.#defined = false;
  }

  /** Whether its fields are these, in this order. */
  fits(names: readonly string[]): boolean {
    const { fields } = this.definition;
    return fields.length === names.length && fields.every((field, i) => field === names[i]);
  }

  write(values: readonly LogValue[]): void {
    if (!this.#defined) this.#defined = this.#id >= 0 && this.source.define(this.#id);
    const { writer, time } = this.source;
    const isWritten = this.#defined && this.source.writeTyped(this.#id, this.#level, time.now(), values);
    if (!isWritten) writer.drop(this.#level);
  }
}

/**
 * Writes records of one tag into the shared ring. For what happens rarely there are `debug` to `error`; for the hot
 * path {@link HftLogger.event} registers a message once, after which writing it allocates nothing.
 */
export class HftLogger implements TaggedLogger {
  readonly #home: LoggerHome;
  readonly #messages: Record<LogLevel, Map<string, MessageEvent[]>> = {
    debug: new Map(),
    info: new Map(),
    warn: new Map(),
    error: new Map(),
  };
  /** Number of the lowest level that is written. */
  #lowest = 0;

  /** @param tag Part of the program, such as `exchange.mexc.ws`; empty for the whole. */
  constructor(home: LoggerHome, readonly tag: string, level: LogLevel) {
    this.#home = home;
    this.level = level;
  }

  /** Sets the lowest level that is written. */
  set level(level: LogLevel) {
    this.#lowest = levelNumber[level];
  }

  /** The logger of a part of this part. */
  child(name: string): HftLogger {
    return this.#home.logger(childTag(this.tag, name));
  }

  /** Whether records of a level are written. */
  isEnabled(level: LogLevel): boolean {
    return levelNumber[level] >= this.#lowest;
  }

  /**
   * Registers a kind of record; see {@link LogEvent}. Once, not for each record.
   *
   * @param fields Names of its values, at most 8; the first is a text when `:text` follows its
   * name. A text that is always another one does not belong here.
   * @throws {LogSetupError} for other fields than these.
   */
  event<const Fields extends readonly string[]>(
    level: LogLevel,
    message: string,
    fields: Fields,
    options?: EventOptions,
  ): LogEvent<Fields> {
    const event = createEvent(this.#home.source, { tag: this.tag, level, message }, fields, options);
    this.#home.adopt(event);
    return event;
  }

  /** A stopwatch whose times are written at this level, in microseconds, and put into a histogram. */
  timer(message: string, histogram?: LatencyHistogram, level: LogLevel = "debug"): LoggingTimer {
    return new LoggingTimer(this.event(level, message, ["us"]), histogram);
  }

  /** Records written until the block ends belong to this id: `using _ = logger.correlate(opportunity.id)`. */
  correlate(id: number): Disposable {
    return this.#home.correlation.begin(id);
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#lowest <= levelNumber.debug) this.#write("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    if (this.#lowest <= levelNumber.info) this.#write("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#lowest <= levelNumber.warn) this.#write("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write("error", message, fields);
  }

  #write(level: LogLevel, message: string, fields: LogFields = {}): void {
    try {
      const { names, values } = columns(fields);
      const event = this.#messageEvent(level, message.slice(0, maxMessageUnits), names);
      if (event !== undefined) event.write(values);
      else {this.#messageEvent(level, otherMessages, ["text"])?.write([
          `${message} ${JSON.stringify(fields)}`,
        ]);}
      this.#home.written();
    } catch {
      // A log must not stop the engine.
    }
  }

  #messageEvent(level: LogLevel, message: string, names: readonly string[]): MessageEvent | undefined {
    const messages = this.#messages[level];
    const known = messages.get(message);
    const found = known?.find((event) => event.fits(names));
    if (found !== undefined) return found;
    const isFull = messages.size >= maxMessages || (known?.length ?? 0) >= maxValues;
    if (isFull && message !== otherMessages) return undefined;
    const definition = { tag: this.tag, level, message, fields: names, texts: [] };
    const event = new MessageEvent(this.#home.source, definition);
    this.#home.adopt(event);
    messages.set(message, [...known ?? [], event]);
    return event;
  }
}

/** Names and values; what is neither text, number nor boolean is turned into its text, what a secret has none of. */
export function columns(fields: LogFields): { names: string[]; values: LogValue[] } {
  const entries = Object.entries(fields as Readonly<Record<string, unknown>>);
  const kept = entries.length <= maxValues ? entries : [
    ...entries.slice(0, maxValues - 1),
    ["more", entries.slice(maxValues - 1).map(([name, value]) => `${name}=${value}`).join(" ")] as const,
  ];
  return {
    names: kept.map(([name]) => name.slice(0, maxNameUnits)),
    values: kept.map(([, value]) =>
      typeof value === "number" || typeof value === "boolean" ? value : String(value)
    ),
  };
}

/** Longest name of a field that is kept, UTF-16 units. */
const maxNameUnits = 64;
