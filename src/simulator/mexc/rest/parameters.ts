/**
 * What a client sent along with a request.
 * @module
 */
import type { ServerRequest } from "../../transport/server_port.ts";
import { mexcErrors } from "./errors.ts";

const wholeNumber = /^\d{1,16}$/;

/** Parameters by name. An empty text counts as absent. */
export class Parameters {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /**
   * Reads the query and, except for GET, the body, which is a form or a JSON object. What is in both is taken from
   * the query.
   *
   * @throws {MexcError} 700013 for another kind of body, 33333 for JSON that is not an object.
   */
  static of(request: ServerRequest): Parameters {
    const texts = request.method === "GET" ? new Map<string, string>() : bodyTexts(request);
    const seen = new Set<string>();
    for (const [name, value] of request.query) {
      // UNCONFIRMED: which one counts when the query has a parameter twice.
      if (!seen.has(name)) texts.set(name, value);
      seen.add(name);
    }
    return new Parameters(texts);
  }

  /** Reads a JSON object. */
  static ofObject(value: object): Parameters {
    return new Parameters(objectTexts(value));
  }

  /** A parameter as it was sent, decoded. */
  text(name: string): string | undefined {
    const text = this.#texts.get(name);
    return text === "" ? undefined : text;
  }

  /** A parameter that must be there. @throws {MexcError} 44444. */
  required(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw mexcErrors.missingParameter(name);
    return text;
  }

  /**
   * A whole number within a range; a larger one counts as the largest. UNCONFIRMED, but clients in the field send
   * limits beyond the documented ones.
   *
   * @throws {MexcError} 33333.
   */
  count(
    name: string,
    range: { readonly min?: number; readonly max: number; readonly initial: number },
  ): number {
    const text = this.text(name);
    if (text === undefined) return range.initial;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < (range.min ?? 1)) throw mexcErrors.badParameter(name);
    return Math.min(value, range.max);
  }

  /** Epoch milliseconds. @throws {MexcError} 33333 when it is not a whole number. */
  time(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!wholeNumber.test(text)) throw mexcErrors.badParameter(name);
    return Number(text);
  }

  /** `startTime` and `endTime`. @throws {MexcError} 400 when the range ends before it begins. */
  timeRange(): { readonly startMs: number | undefined; readonly endMs: number | undefined } {
    const startMs = this.time("startTime");
    const endMs = this.time("endTime");
    if (startMs !== undefined && endMs !== undefined && endMs < startMs) throw mexcErrors.badTimeRange();
    return { startMs, endMs };
  }
}

/** Whether a body is a form rather than JSON. @throws {MexcError} 700013 when it is neither. */
export function isForm({ headers, body }: ServerRequest): boolean {
  const [kind = ""] = (headers.get("content-type") ?? "").toLowerCase().split(/\s*;/);
  if (kind === "application/json") return false;
  // UNCONFIRMED: what a body without any content type counts as.
  if (kind === "application/x-www-form-urlencoded" || kind === "") return true;
  if (kind === "text/plain" && body === "") return true;
  throw mexcErrors.badContentType();
}

function bodyTexts(request: ServerRequest): Map<string, string> {
  if (isForm(request)) return new Map([...new URLSearchParams(request.body)].reverse());
  if (request.body.trim() === "") return new Map();
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    throw mexcErrors.badParameter("body");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw mexcErrors.badParameter("body");
  }
  return objectTexts(value);
}

/** Members of a JSON object; null counts as absent. */
function objectTexts(value: object): Map<string, string> {
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return new Map(members.map(([name, member]) => [name, memberText(member)]));
}

/** The text that a query would have carried. */
function memberText(member: unknown): string {
  if (typeof member === "object") return JSON.stringify(member);
  const text = String(member);
  if (typeof member !== "number" || !text.includes("e")) return text;
  return Math.abs(member) < 1 ? member.toFixed(18).replace(/\.?0+$/, "") : BigInt(member).toString();
}
