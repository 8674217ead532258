/**
 * Text that must not be printed.
 * @module
 */

const hidden = "***";

/**
 * A key, a password or the like. Every way of printing it (a template, `String`, `JSON.stringify`, `Deno.inspect` and
 * Node's inspection) shows `***`, and the text is in no property that an inspection, a copy or a debugger dump finds.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for the one place that sends or signs with it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }

  get [Symbol.toStringTag](): string {
    return hidden;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return hidden;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}
