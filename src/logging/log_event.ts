/**
 * Events that are registered once and written without any allocation.
 * @module
 */
import type { EventDefinition, EventMetric } from "./event_definition.ts";
import { LogSetupError } from "./logging_error.ts";
import type { RecordSource } from "./record_source.ts";
import { levelNumber, recordHeaderWords, recordKind } from "./ring_layout.ts";
import { recordHead } from "./ring_writer.ts";

/** What a field holds: a text when its name ends in `:text`, otherwise a number. Only the first can be a text. */
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
  protected readonly floats: Float64Array;
  /** Enabled and defined: the one thing to look at before a record is written. */
  protected ready = false;
  #enabled = false;
  #defined = false;

  constructor(source: RecordSource, readonly definition: EventDefinition) {
    this.source = source;
    this.id = source.register(definition);
    this.floats = source.writer.floats;
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

  /**
   * Room for a record with everything but its time and values; -1 when it is dropped. Numbers with fractions are never
   * handed on from here: between functions they would be objects on the heap.
   */
  protected begin(): number {
    const { writer } = this.source;
    const at = writer.begin(this.words, this.level);
    if (at < 0) {
      writer.drop(this.level);
      return at;
    }
    const { ints } = writer;
    ints[2 * at] = this.head;
    ints[2 * at + 1] = this.id;
    this.floats[at + 2] = this.source.correlation;
    return at;
  }

  /** The same with the time. */
  protected beginNow(): number {
    const at = this.begin();
    if (at >= 0) this.source.time.stamp(this.floats, at + 1);
    return at;
  }

  /** The record is complete. */
  protected commit(): void {
    this.source.writer.commit(this.words);
  }
}

/** An event of one number. */
class OneNumberEvent extends AnyEvent {
  write(a: number): void {
    if (!this.ready && !this.prepare()) return;
    const at = this.beginNow();
    if (at < 0) return;
    this.floats[at + 3] = a;
    this.commit();
  }

  writeAt(time: number, a: number): void {
    if (!this.ready && !this.prepare()) return;
    const at = this.begin();
    if (at < 0) return;
    this.floats[at + 1] = time;
    this.floats[at + 3] = a;
    this.commit();
  }
}

/** An event of three numbers. */
class ThreeNumberEvent extends AnyEvent {
  write(a: number, b: number, c: number): void {
    if (!this.ready && !this.prepare()) return;
    const at = this.beginNow();
    if (at < 0) return;
    const { floats } = this;
    floats[at + 3] = a;
    floats[at + 4] = b;
    floats[at + 5] = c;
    this.commit();
  }

  writeAt(time: number, a: number, b: number, c: number): void {
    if (!this.ready && !this.prepare()) return;
    const at = this.begin();
    if (at < 0) return;
    const { floats } = this;
    floats[at + 1] = time;
    floats[at + 3] = a;
    floats[at + 4] = b;
    floats[at + 5] = c;
    this.commit();
  }
}

/** An event of any number of numbers. */
class NumberEvent extends AnyEvent {
  write(a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    if (!this.ready && !this.prepare()) return;
    const at = this.beginNow();
    if (at < 0) return;
    const { floats, count } = this;
    if (count > 0) floats[at + 3] = a;
    if (count > 1) floats[at + 4] = b;
    if (count > 2) floats[at + 5] = c;
    if (count > 3) floats[at + 6] = d;
    if (count > 4) floats[at + 7] = e;
    if (count > 5) floats[at + 8] = f;
    if (count > 6) floats[at + 9] = g;
    if (count > 7) floats[at + 10] = h;
    this.commit();
  }

  writeAt(time: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    if (!this.ready && !this.prepare()) return;
    const at = this.begin();
    if (at < 0) return;
    const { floats, count } = this;
    floats[at + 1] = time;
    if (count > 0) floats[at + 3] = a;
    if (count > 1) floats[at + 4] = b;
    if (count > 2) floats[at + 5] = c;
    if (count > 3) floats[at + 6] = d;
    if (count > 4) floats[at + 7] = e;
    if (count > 5) floats[at + 8] = f;
    if (count > 6) floats[at + 9] = g;
    if (count > 7) floats[at + 10] = h;
    this.commit();
  }
}

/** What events whose first value is a text have in common: a text that has an id is written as a number. */
abstract class AnyTextEvent extends AnyEvent {
  /** A record with a text that has no id. */
  protected writeOut(time: number, values: readonly (number | string)[]): void {
    const { source, id, level, count } = this;
    if (!source.writeTyped(id, level, time, values.slice(0, count))) source.writer.drop(level);
  }
}

/** An event of a text and up to two numbers. */
class ShortTextEvent extends AnyTextEvent {
  write(a: string, b = 0, c = 0): void {
    if (!this.ready && !this.prepare()) return;
    const id = this.source.textId(a);
    if (id < 0) return this.writeOut(this.source.time.now(), [a, b, c]);
    const at = this.beginNow();
    if (at < 0) return;
    this.floats[at + 3] = id;
    if (this.count > 1) this.floats[at + 4] = b;
    if (this.count > 2) this.floats[at + 5] = c;
    this.commit();
  }

  writeAt(time: number, a: string, b = 0, c = 0): void {
    if (!this.ready && !this.prepare()) return;
    const id = this.source.textId(a);
    if (id < 0) return this.writeOut(time, [a, b, c]);
    const at = this.begin();
    if (at < 0) return;
    this.floats[at + 1] = time;
    this.floats[at + 3] = id;
    if (this.count > 1) this.floats[at + 4] = b;
    if (this.count > 2) this.floats[at + 5] = c;
    this.commit();
  }
}

/** An event of a text and any number of numbers. */
class TextEvent extends AnyTextEvent {
  write(a: string, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    if (!this.ready && !this.prepare()) return;
    const id = this.source.textId(a);
    if (id < 0) return this.writeOut(this.source.time.now(), [a, b, c, d, e, f, g, h]);
    const at = this.beginNow();
    if (at < 0) return;
    const { floats, count } = this;
    floats[at + 3] = id;
    if (count > 1) floats[at + 4] = b;
    if (count > 2) floats[at + 5] = c;
    if (count > 3) floats[at + 6] = d;
    if (count > 4) floats[at + 7] = e;
    if (count > 5) floats[at + 8] = f;
    if (count > 6) floats[at + 9] = g;
    if (count > 7) floats[at + 10] = h;
    this.commit();
  }

  writeAt(time: number, a: string, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    if (!this.ready && !this.prepare()) return;
    const id = this.source.textId(a);
    if (id < 0) return this.writeOut(time, [a, b, c, d, e, f, g, h]);
    const at = this.begin();
    if (at < 0) return;
    const { floats, count } = this;
    floats[at + 1] = time;
    floats[at + 3] = id;
    if (count > 1) floats[at + 4] = b;
    if (count > 2) floats[at + 5] = c;
    if (count > 3) floats[at + 6] = d;
    if (count > 4) floats[at + 7] = e;
    if (count > 5) floats[at + 8] = f;
    if (count > 6) floats[at + 9] = g;
    if (count > 7) floats[at + 10] = h;
    this.commit();
  }
}

/**
 * Registers an event.
 *
 * @throws {LogSetupError} when it has more than 8 fields, names one twice, or has a text that is not its first.
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
  if (texts.lastIndexOf(true) > 0) {
    throw new LogSetupError(`Only the first field of the event "${identity.message}" can be a text`);
  }
  const definition = { ...identity, fields: names, texts, ...(metric === undefined ? {} : { metric }) };
  const Kind = kindOf(texts);
  const event = new Kind(source, definition);
  return event as unknown as LogEvent<Fields> & RegisteredEvent;
}

/** The quickest class for these fields. */
function kindOf(
  texts: readonly boolean[],
): new (source: RecordSource, definition: EventDefinition) => AnyEvent {
  if (texts[0] === true) return texts.length <= 3 ? ShortTextEvent : TextEvent;
  return texts.length === 1 ? OneNumberEvent : texts.length === 3 ? ThreeNumberEvent : NumberEvent;
}
