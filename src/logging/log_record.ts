/**
 * A record as backends see it.
 * @module
 */
import type { EventDefinition } from "./event_definition.ts";
import { maxValues } from "./ring_layout.ts";

/** What a value is. */
export type LogValueKind = "number" | "boolean" | "text";

/** One record. There is one object for all of them: it holds the next one as soon as a backend has returned. */
export class LogRecord {
  definition: EventDefinition;
  /** Epoch milliseconds with fractions. */
  time = 0;
  /** What the record belongs to, such as an opportunity; 0 for nothing. */
  correlation = 0;
  /** Kinds of the values, in the order of the definition's fields. */
  readonly kinds: LogValueKind[] = new Array(maxValues).fill("number");
  /** Values that are numbers; 1 and 0 for true and false. */
  readonly numbers = new Float64Array(maxValues);
  /** Values that are texts. */
  readonly texts: string[] = new Array(maxValues).fill("");

  constructor(definition: EventDefinition) {
    this.definition = definition;
  }

  /** The value of a field; undefined when there is no such field. */
  value(field: string): string | number | boolean | undefined {
    const index = this.definition.fields.indexOf(field);
    return index < 0 ? undefined : this.at(index);
  }

  /** The value at a place. */
  at(index: number): string | number | boolean {
    const kind = this.kinds[index]!;
    return kind === "text"
      ? this.texts[index]!
      : kind === "boolean"
      ? this.numbers[index] === 1
      : this.numbers[index]!;
  }

  /** Sets a value. */
  set(index: number, value: string | number | boolean): void {
    this.kinds[index] = typeof value === "string"
      ? "text"
      : typeof value === "boolean"
      ? "boolean"
      : "number";
    if (typeof value === "string") this.texts[index] = value;
    else this.numbers[index] = Number(value);
  }
}
