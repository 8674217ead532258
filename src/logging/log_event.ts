/**
 * Events that are registered once and written without any allocation.
 * @module
 */
import type { EventDefinition, EventMetric } from "./event_definition.ts";
import { LogSetupError } from "./logging_error.ts";
import type { RecordSource } from "./record_source.ts";
import { levelNumber, recordHeaderWords, recordKind } from "./ring_layout.ts";
import { recordHead } from "./ring_writer.ts";

/** What a field holds: a text when its name ends in `:text`, otherwise a number. */
export type FieldValue<Field> = Field extends `${string}:text` ? string : number;

/** The values of fields, in their order. */
export type FieldValues<Fields extends readonly string[]> = {
  -readonly [Index in keyof Fields]: FieldValue<Fields[Index]>;
};

/** Most fields of an event. */
export const maxEventFields = 8;

/** What an event may be given besides. */
export interface EventOptions {
  /** The figure that its records add to. */
  readonly metric?: EventMetric;
}

/**
 * A kind of record: `const seen = logger.event("debug", "Quote seen", ["venue:text", "bid", "ask"])`, then
 * `seen.write("MEXC", 99.5, 99.6)`. Writing never throws and never waits.
 */
export interface LogEvent<Fields extends readonly string[]> {
  /** Whether its level is written: for whoever has work to do for the values. */
  readonly enabled: boolean;
  /** Writes a record. */
  write(...values: FieldValues<Fields>): void;
  /** Writes a record with a time that was read before, epoch milliseconds: reading the clock is most of the work. */
  writeAt(time: number, ...values: FieldValues<Fields>): void;
}

/** An event as its logger keeps it. */
export interface RegisteredEvent {
  readonly definition: EventDefinition;
  enabled: boolean;
  /** The reader may have forgotten it: it is told again. */
  forget(): void;
}

/** What both kinds of event have in common. */
abstract class AnyEvent implements RegisteredEvent {
  protected readonly source: RecordSource;
  protected readonly id: number;
  protected readonly level: number;
  protected readonly count: number;
  protected readonly head: number;
  protected readonly words: number;
  /** Enabled and defined: the one thing to look at before a record is written. */
  protected ready = false;
  #enabled = false;
  #defined = false;

  constructor(source: RecordSource, readonly definition: EventDefinition) {
    this.source = source;
    this.id = source.register(definition);
    this.level = levelNumber[definition.level];
    this.count = definition.fields.length;
    this.words = recordHeaderWords + this.count;
    this.head = recordHead(this.words, this.level, recordKind.values);
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  set enabled(enabled: boolean) {
    this.#enabled = enabled;
    this.ready = enabled && this.#defined;
  }

  forget(): void {
    this.#defined = false;
    this.ready = false;
  }

  /** Whether a record may be written after all: the first time its event is defined. */
  protected prepare(): boolean {
    if (!this.#enabled) return false;
    if (this.id < 0 || !this.source.define(this.id)) {
      this.source.writer.drop(this.level);
      return false;
    }
    this.#defined = true;
    this.ready = true;
    return true;
  }

  /** Puts a record with these float64 values. Small, so that the compiler puts it where it is called. */
  protected put(
    time: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
    h: number,
  ): void {
    const { writer } = this.source;
    const at = writer.begin(this.words, this.level);
    if (at < 0) return writer.drop(this.level);
    const { floats, ints } = writer;
    ints[2 * at] = this.head;
    ints[2 * at + 1] = this.id;
    floats[at + 1] = time;
    floats[at + 2] = this.source.correlation;
    const { count } = this;
    if (count > 0) floats[at + 3] = a;
    if (count > 1) floats[at + 4] = b;
    if (count > 2) floats[at + 5] = c;
    if (count > 3) floats[at + 6] = d;
    if (count > 4) floats[at + 7] = e;
    if (count > 5) floats[at + 8] = f;
    if (count > 6) floats[at + 9] = g;
    if (count > 7) floats[at + 10] = h;
    writer.commit(this.words);
  }
}

/** An event of numbers only. */
class NumberEvent extends AnyEvent {
  write(a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    if (this.ready || this.prepare()) this.put(this.source.time.now(), a, b, c, d, e, f, g, h);
  }

  writeAt(time: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    if (this.ready || this.prepare()) this.put(time, a, b, c, d, e, f, g, h);
  }
}

type Value = number | string;

/** An event with texts: those that have an id are written as numbers. */
class TextEvent extends AnyEvent {
  /** Whether a text of the record has no id, so that it is written out. */
  #untold = false;

  write(a?: Value, b?: Value, c?: Value, d?: Value, e?: Value, f?: Value, g?: Value, h?: Value): void {
    if (this.ready || this.prepare()) this.writeAt(this.source.time.now(), a, b, c, d, e, f, g, h);
  }

  writeAt(
    time: number,
    a?: Value,
    b?: Value,
    c?: Value,
    d?: Value,
    e?: Value,
    f?: Value,
    g?: Value,
    h?: Value,
  ): void {
    if (!this.ready && !this.prepare()) return;
    this.#untold = false;
    const A = this.#number(a), B = this.#number(b), C = this.#number(c), D = this.#number(d);
    const E = this.#number(e), F = this.#number(f), G = this.#number(g), H = this.#number(h);
    if (this.#untold) {
      const values = [a, b, c, d, e, f, g, h].slice(0, this.count) as Value[];
      if (!this.source.writeTyped(this.id, this.level, time, values)) this.source.writer.drop(this.level);
    } else {
      this.put(time, A, B, C, D, E, F, G, H);
    }
  }

  #number(value: Value | undefined): number {
    if (typeof value !== "string") return value ?? 0;
    const id = this.source.textId(value);
    if (id < 0) this.#untold = true;
    return id;
  }
}

/**
 * Registers an event.
 *
 * @throws {LogSetupError} when it has more than 8 fields, or names one twice.
 */
export function createEvent<const Fields extends readonly string[]>(
  source: RecordSource,
  identity: Pick<EventDefinition, "tag" | "level" | "message">,
  fields: Fields,
  { metric }: EventOptions = {},
): LogEvent<Fields> & RegisteredEvent {
  const names = fields.map((field) => field.replace(/:text$/, ""));
  if (names.length > maxEventFields || new Set(names).size < names.length) {
    throw new LogSetupError(
      `The event "${identity.message}" cannot have the fields ${names.join(", ")}: ` +
        `${maxEventFields} different ones are the most`,
    );
  }
  const texts = fields.map((field) => field.endsWith(":text"));
  const definition = { ...identity, fields: names, texts, ...(metric === undefined ? {} : { metric }) };
  const event = texts.includes(true)
    ? new TextEvent(source, definition)
    : new NumberEvent(source, definition);
  return event as unknown as LogEvent<Fields> & RegisteredEvent;
}
