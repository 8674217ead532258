/**
 * Where records are made: the ring, the time, and what the reader has been told so far.
 * @module
 */
import type { EventDefinition } from "./event_definition.ts";
import {
  levelNumber,
  maxTextUnits,
  recordHeaderWords,
  recordKind,
  textWords,
  valueType,
} from "./ring_layout.ts";
import { recordHead, RingWriter } from "./ring_writer.ts";

/** A value of a record. */
export type LogValue = string | number | boolean;

/** Reads the time. */
export interface LogTime {
  /** Epoch milliseconds with fractions. */
  now(): number;
  /** Puts the same at a place of an array. Unlike the number itself, that needs no object on the heap. */
  stamp(floats: Float64Array, at: number): void;
}

/** Texts that get an id; the others are written out each time. */
const maxTexts = 4_096;
/** Longest text that gets an id, UTF-16 units. */
const maxInternedUnits = 64;
/** Events that are kept apart; further ones are dropped. */
const maxEvents = 16_384;

/** Writes definitions and records of one thread into its ring. */
export class RecordSource {
  /** Id of what is being worked on, such as an opportunity; it goes with every record. 0 for none. */
  correlation = 0;
  readonly #definitions: EventDefinition[] = [];
  readonly #texts: string[] = [];
  readonly #textIds = new Map<string, number>();

  constructor(readonly writer: RingWriter, readonly time: LogTime) {}

  /** What was defined so far: for a reader that begins anew. */
  get vocabulary(): { readonly events: readonly EventDefinition[]; readonly texts: readonly string[] } {
    return { events: this.#definitions, texts: this.#texts };
  }

  /** Gives an event its id, or -1 when there are too many. Its definition still has to be sent. */
  register(definition: EventDefinition): number {
    if (this.#definitions.length >= maxEvents) return -1;
    return this.#definitions.push(definition) - 1;
  }

  /** Tells the reader about an event. Returns false without room for that. */
  define(id: number): boolean {
    const definition = this.#definitions[id]!;
    const text = JSON.stringify(definition);
    return this.#putDefinition(recordKind.defineEvent, id, text, levelNumber[definition.level]);
  }

  /** Id of a text, which the reader is told when it is new; -1 when it gets none. */
  textId(text: string): number {
    return this.#textIds.get(text) ?? this.#newTextId(text);
  }

  /** Writes a record with values of any type. Returns false without room for it. */
  writeTyped(id: number, level: number, time: number, values: readonly LogValue[]): boolean {
    const { writer } = this;
    let units = maxTextUnits, words = recordHeaderWords + 1;
    const kept = values.map((value) => {
      if (typeof value !== "string") return value;
      const text = value.slice(0, units);
      units -= text.length;
      return text;
    });
    for (const value of kept) words += typeof value === "string" ? textWords(value.length) : 1;
    let at = writer.begin(words, level);
    if (at < 0) return false;
    this.#putHead(at, recordHead(words, level, recordKind.typed), id, time);
    at = this.#putTypes(at + recordHeaderWords, kept);
    for (const value of kept) {
      if (typeof value === "string") at = writer.putText(at, value, value.length);
      else writer.floats[at++] = Number(value);
    }
    writer.commit(words);
    return true;
  }

  #putHead(at: number, head: number, id: number, time: number): void {
    const { ints, floats } = this.writer;
    ints[2 * at] = head;
    ints[2 * at + 1] = id;
    floats[at + 1] = time;
    floats[at + 2] = this.correlation;
  }

  /** Two bits a value. */
  #putTypes(at: number, values: readonly LogValue[]): number {
    const { ints } = this.writer;
    let low = 0, high = 0;
    values.forEach((value, i) => {
      const type = typeof value === "string"
        ? valueType.text
        : typeof value === "boolean"
        ? valueType.boolean
        : valueType.number;
      if (i < 16) low |= type << (2 * i);
      else high |= type << (2 * (i - 16));
    });
    ints[2 * at] = low;
    ints[2 * at + 1] = high;
    return at + 1;
  }

  #newTextId(text: string): number {
    if (this.#texts.length >= maxTexts || text.length > maxInternedUnits) return -1;
    const id = this.#texts.length;
    if (!this.#putDefinition(recordKind.defineText, id, text, levelNumber.warn)) return -1;
    this.#texts.push(text);
    this.#textIds.set(text, id);
    return id;
  }

  #putDefinition(kind: number, id: number, text: string, level: number): boolean {
    const { writer } = this;
    const length = Math.min(text.length, maxTextUnits);
    const words = recordHeaderWords + textWords(length);
    const at = writer.begin(words, level);
    if (at < 0) return false;
    this.#putHead(at, recordHead(words, 0, kind), id, 0);
    writer.putText(at + recordHeaderWords, text, length);
    writer.commit(words);
    return true;
  }
}
