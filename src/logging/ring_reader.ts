/**
 * The other end of the log ring.
 * @module
 */
import type { EventDefinition } from "./event_definition.ts";
import { LogRecord } from "./log_record.ts";
import type { RecordSource } from "./record_source.ts";
import {
  headerBytes,
  headerField,
  recordHeaderWords,
  recordKind,
  recordLevels,
  valueType,
} from "./ring_layout.ts";

/** An event that the reader was not told of: the record says as much as can be said. */
const unknownEvent: EventDefinition = {
  tag: "logging",
  level: "warn",
  message: "A record of an unknown event",
  fields: [],
  texts: [],
};

/** Records after which their room is given back within a batch. */
const releaseEvery = 256;

/** Takes records out of the ring, in their order. One thread only. */
export class RingReader {
  readonly #header: Int32Array;
  readonly #floats: Float64Array;
  readonly #ints: Int32Array;
  readonly #units: Uint16Array;
  readonly #words: number;
  readonly #events: EventDefinition[];
  readonly #texts: string[];
  readonly #record = new LogRecord(unknownEvent);
  #tail: number;

  /**
   * @param ring The ring.
   * @param known What was defined before this reader began, if it is not the first one of the ring.
   */
  constructor(ring: SharedArrayBuffer, known?: RecordSource["vocabulary"]) {
    this.#header = new Int32Array(ring, 0, headerBytes / 4);
    this.#floats = new Float64Array(ring, headerBytes);
    this.#ints = new Int32Array(ring, headerBytes);
    this.#units = new Uint16Array(ring, headerBytes);
    this.#words = this.#floats.length;
    this.#events = [...known?.events ?? []];
    this.#texts = [...known?.texts ?? []];
    this.#tail = Atomics.load(this.#header, headerField.tail);
  }

  /** Hands over what is in the ring, at most so many records; returns how many there were. */
  read(take: (record: LogRecord) => void, maxRecords: number): number {
    const head = Atomics.load(this.#header, headerField.head);
    let count = 0, pieces = 0;
    while (this.#tail !== head && count < maxRecords) {
      const at = this.#tail & (this.#words - 1);
      const first = this.#ints[2 * at]!;
      const words = first & 0xffff;
      if (this.#decode(at, first >>> 20)) {
        count += 1;
        take(this.#record);
      }
      this.#tail = (this.#tail + words) & (2 * this.#words - 1);
      if (++pieces % releaseEvery === 0) this.#release();
    }
    this.#release();
    return count;
  }

  /** Whether nothing is in the ring. */
  get isEmpty(): boolean {
    return Atomics.load(this.#header, headerField.head) === this.#tail;
  }

  /** Records that were dropped so far, by number of their level. */
  dropped(): number[] {
    return recordLevels.map((_, level) => Atomics.load(this.#header, headerField.dropped + level) >>> 0);
  }

  /** Number of the last flush that was asked for. */
  get flushWanted(): number {
    return Atomics.load(this.#header, headerField.flushWanted);
  }

  /** Number of the last flush that is done. */
  get flushDone(): number {
    return Atomics.load(this.#header, headerField.flushDone);
  }

  /** Says that a flush, and those before it, are done. */
  flushed(request: number): void {
    Atomics.store(this.#header, headerField.flushDone, request);
    Atomics.notify(this.#header, headerField.flushDone);
  }

  #release(): void {
    Atomics.store(this.#header, headerField.tail, this.#tail);
  }

  /** Reads what begins here. Returns whether it is a record. */
  #decode(at: number, kind: number): boolean {
    const id = this.#ints[2 * at + 1]!;
    switch (kind) {
      case recordKind.values:
        this.#decodeHead(at, id);
        this.#decodeValues(at + recordHeaderWords);
        return true;
      case recordKind.typed:
        this.#decodeHead(at, id);
        this.#decodeTyped(at + recordHeaderWords);
        return true;
      case recordKind.defineEvent:
        this.#events[id] = parseDefinition(this.#text(at + recordHeaderWords));
        return false;
      case recordKind.defineText:
        this.#texts[id] = this.#text(at + recordHeaderWords);
        return false;
      default:
        return false;
    }
  }

  #decodeHead(at: number, id: number): void {
    const record = this.#record;
    record.definition = this.#events[id] ?? unknownEvent;
    record.time = this.#floats[at + 1]!;
    record.correlation = this.#floats[at + 2]!;
  }

  #decodeValues(at: number): void {
    const { definition, kinds, numbers, texts } = this.#record;
    const isText = definition.texts;
    for (let i = 0; i < definition.fields.length; i++) {
      const value = this.#floats[at + i]!;
      if (isText[i] === true) {
        kinds[i] = "text";
        texts[i] = this.#texts[value] ?? "?";
      } else {
        kinds[i] = "number";
        numbers[i] = value;
      }
    }
  }

  #decodeTyped(start: number): void {
    const { definition, kinds, numbers, texts } = this.#record;
    let at = start + 1;
    for (let i = 0; i < definition.fields.length; i++) {
      const types = i < 16
        ? this.#ints[2 * start]! >>> (2 * i)
        : this.#ints[2 * start + 1]! >>> (2 * (i - 16));
      const type = types & 3;
      kinds[i] = type === valueType.text ? "text" : type === valueType.boolean ? "boolean" : "number";
      if (type === valueType.text) {
        texts[i] = this.#text(at);
        at += 1 + ((this.#ints[2 * at]! + 3) >> 2);
      } else {
        numbers[i] = this.#floats[at]!;
        at += 1;
      }
    }
  }

  #text(at: number): string {
    const length = this.#ints[2 * at]!;
    const start = 4 * (at + 1);
    let text = "";
    for (let from = 0; from < length; from += 1_024) {
      const part = this.#units.subarray(start + from, start + Math.min(length, from + 1_024));
      text += String.fromCharCode(...part);
    }
    return text;
  }
}

/** A definition so long that its end was cut off cannot be read. */
function parseDefinition(text: string): EventDefinition {
  try {
    return JSON.parse(text);
  } catch {
    return unknownEvent;
  }
}
