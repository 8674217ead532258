/**
 * Arguments of a call, wherever they stand: in the path, in the JSON body, in the query.
 * @module
 */
import type { GateCall } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { isRecord } from "./gate_request.ts";

/** A whole number in digits; NaN for any other text, such as `1e2`, ` 7` or `0x10`. */
export function wholeNumber(text: string): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : NaN;
}

/** Reads arguments by name. Unknown arguments are ignored. */
export class GateFields {
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param values JSON values by name. */
  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /**
   * The arguments of a call; one in the path wins over one in the body, and that over one in the query.
   *
   * @throws {GateRestError} INVALID_REQUEST_BODY when the body is not an object.
   */
  static ofCall({ query, body, params }: GateCall): GateFields {
    if (body !== undefined && !isRecord(body)) throw gateRestErrors.invalidBody();
    return new GateFields({ ...Object.fromEntries(query), ...body, ...params });
  }

  /** The value as it was sent. */
  raw(name: string): unknown {
    return this.#values[name];
  }

  /**
   * A text, or a number or boolean as text; undefined when absent, null or empty.
   *
   * @throws {GateRestError} INVALID_PARAM_VALUE for an object or a list.
   */
  optional(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "object") throw gateRestErrors.badParameter(name, JSON.stringify(value));
    return String(value);
  }

  /** A mandatory text. @throws {GateRestError} MISSING_REQUIRED_PARAM. */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw gateRestErrors.missingParameter(name);
    return value;
  }

  /**
   * One of the allowed words.
   *
   * @param fallback For an absent one; without it the argument is mandatory.
   * @throws {GateRestError} INVALID_PARAM_VALUE, MISSING_REQUIRED_PARAM.
   */
  choice<Word extends string>(name: string, allowed: readonly Word[], fallback?: Word): Word {
    const value = fallback === undefined ? this.required(name) : this.optional(name) ?? fallback;
    if (!(allowed as readonly string[]).includes(value)) throw gateRestErrors.badParameter(name, value);
    return value as Word;
  }

  /** A whole number from `min` to `max`. @throws {GateRestError} INVALID_PARAM_VALUE. */
  whole(name: string, fallback: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
    const text = this.optional(name) ?? String(fallback);
    const value = wholeNumber(text);
    if (Number.isNaN(value) || value < min || value > max) throw gateRestErrors.badParameter(name, text);
    return value;
  }
}

/** A list of JSON objects. @throws {GateRestError} INVALID_REQUEST_BODY. */
export function recordsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(body) || !body.every(isRecord)) throw gateRestErrors.invalidBody();
  return body;
}
