/**
 * Records as lines of bytes.
 * @module
 */
import type { EventDefinition } from "./event_definition.ts";
import type { LogRecord } from "./log_record.ts";
import type { LogLineFormat } from "./logging_settings.ts";
import { messageText, textOfField } from "./plain_text.ts";
import { writeAscii, writeNumber, writePadded } from "./number_text.ts";

/** Form of the lines. */
export interface LineEncoderOptions {
  readonly format: LogLineFormat;
  /** Digits after the second. */
  readonly digits: 3 | 6;
  /** Whether levels have colours. Text only. */
  readonly colour?: boolean;
}

/** What of a definition's lines is always the same. */
interface Prepared {
  /** From the time to the first value. */
  readonly head: Uint8Array;
  /** Before each value. */
  readonly names: readonly Uint8Array[];
  /** Most bytes of a line without its texts. */
  readonly bytes: number;
}

const encoder = new TextEncoder();
/** Bytes of a line that are neither texts nor names: time, correlation id and 32 numbers. */
const fixedBytes = 1_024;
/** Texts whose bytes are kept. */
const maxKeptTexts = 4_096;
const colours: Readonly<Record<EventDefinition["level"], string>> = {
  debug: "\x1b[90m",
  info: "\x1b[32m",
  warn: "\x1b[33m",
  error: "\x1b[31m",
  audit: "\x1b[36m",
};
const colourEnd = "\x1b[39m";
/** The end of a line: of JSON, and of text. */
const jsonEnd = encoder.encode("}}\n");
const textEnd = encoder.encode("\n");
const correlationNames = {
  json: encoder.encode(',"correlation":'),
  text: encoder.encode(" correlation="),
};

/** Collects lines. Encoding a record of numbers makes no text and no object. */
export class LineEncoder {
  #bytes = new Uint8Array(65_536);
  #length = 0;
  /** Most bytes of the line that is being made, without its texts. */
  #lineBytes = 0;
  #second = NaN;
  /** Time up to the full second, with the point. */
  readonly #clock = new Uint8Array(64);
  #clockLength = 0;
  readonly #prepared = new Map<EventDefinition, Prepared>();
  readonly #texts = new Map<string, Uint8Array>();

  constructor(private readonly options: LineEncoderOptions) {}

  /** Bytes collected so far. */
  get length(): number {
    return this.#length;
  }

  /** The lines; valid until something is added or {@link LineEncoder.clear} is called. */
  get lines(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets the lines. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds a record as a line. */
  add(record: LogRecord): void {
    const { definition } = record;
    const prepared = this.#prepared.get(definition) ?? this.#prepare(definition);
    this.#lineBytes = prepared.bytes;
    this.#reserve(prepared.bytes);
    this.#putTime(record.time);
    this.#putBytes(prepared.head);
    if (this.options.format === "json") this.#putJson(record, prepared);
    else this.#putText(record, prepared);
  }

  #putJson(record: LogRecord, { names }: Prepared): void {
    if (record.correlation !== 0) this.#putCorrelation(record.correlation);
    this.#putFieldsStart();
    for (let i = 0; i < names.length; i++) {
      this.#putBytes(names[i]!);
      this.#putValue(record, i);
    }
    this.#putBytes(jsonEnd);
  }

  #putText(record: LogRecord, { names }: Prepared): void {
    for (let i = 0; i < names.length; i++) {
      this.#putBytes(names[i]!);
      this.#putValue(record, i);
    }
    if (record.correlation !== 0) this.#putCorrelation(record.correlation);
    this.#putBytes(textEnd);
  }

  #putCorrelation(id: number): void {
    this.#putBytes(correlationNames[this.options.format]);
    this.#length = writeNumber(this.#bytes, this.#length, id);
  }

  #putFieldsStart(): void {
    this.#length = writeAscii(this.#bytes, this.#length, ',"fields":{');
  }

  #putValue(record: LogRecord, index: number): void {
    const kind = record.kinds[index]!;
    const number = record.numbers[index]!;
    if (kind === "text") return this.#putTextValue(record.texts[index]!);
    if (kind === "boolean") {
      this.#length = writeAscii(this.#bytes, this.#length, number === 1 ? "true" : "false");
    } else if (this.options.format === "json" && !Number.isFinite(number)) {
      this.#length = writeAscii(this.#bytes, this.#length, `"${number}"`);
    } else {
      this.#length = writeNumber(this.#bytes, this.#length, number);
    }
  }

  #putTextValue(text: string): void {
    let bytes = this.#texts.get(text);
    if (bytes === undefined) {
      bytes = encoder.encode(this.options.format === "json" ? JSON.stringify(text) : textOfField(text));
      if (this.#texts.size < maxKeptTexts) this.#texts.set(text, bytes);
    }
    this.#reserve(this.#lineBytes + bytes.length);
    this.#putBytes(bytes);
  }

  /** ISO 8601 in UTC. A time that is none is written as the beginning of the epoch. */
  #putTime(time: number): void {
    const sound = Math.abs(time) < 8.64e15 ? time : 0;
    const second = Math.floor(sound / 1_000);
    if (second !== this.#second) {
      const text = new Date(second * 1_000).toISOString().slice(0, -4);
      const start = this.options.format === "json" ? '{"time":"' : "";
      this.#clockLength = writeAscii(this.#clock, 0, start + text);
      this.#second = second;
    }
    for (let i = 0; i < this.#clockLength; i++) this.#bytes[this.#length + i] = this.#clock[i]!;
    const { digits } = this.options;
    const part = Math.floor((sound - second * 1_000) * (digits === 3 ? 1 : 1_000));
    this.#length = writePadded(this.#bytes, this.#length + this.#clockLength, part, digits);
  }

  #putBytes(bytes: Uint8Array): void {
    const out = this.#bytes, at = this.#length;
    // For a few bytes a loop is quicker than the typed array's own copy.
    if (bytes.length > 40) out.set(bytes, at);
    else for (let i = 0; i < bytes.length; i++) out[at + i] = bytes[i]!;
    this.#length = at + bytes.length;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.lines);
    this.#bytes = larger;
  }

  #prepare(definition: EventDefinition): Prepared {
    const prepared = this.options.format === "json"
      ? preparedJson(definition)
      : this.#preparedText(definition);
    this.#prepared.set(definition, prepared);
    return prepared;
  }

  #preparedText({ tag, level, message, fields }: EventDefinition): Prepared {
    const word = level.padEnd(5);
    const shown = this.options.colour === true ? `${colours[level]}${word}${colourEnd}` : word;
    const part = tag === "" ? "" : `${messageText(tag)}: `;
    return prepare(
      `Z ${shown} ${part}${messageText(message)}`,
      fields.map((field) => ` ${messageText(field)}=`),
    );
  }
}

function prepare(start: string, texts: readonly string[]): Prepared {
  const head = encoder.encode(start);
  const names = texts.map((text) => encoder.encode(text));
  return { head, names, bytes: names.reduce((sum, { length }) => sum + length, fixedBytes + head.length) };
}

function preparedJson({ tag, level, message, fields }: EventDefinition): Prepared {
  const rest = JSON.stringify({ level, tag, message }).slice(1, -1);
  return prepare(`Z",${rest}`, fields.map((field, i) => `${i === 0 ? "" : ","}${JSON.stringify(field)}:`));
}
