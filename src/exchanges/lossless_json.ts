/**
 * JSON whose numbers may be beyond what a double holds: order ids of Gate.io futures are.
 * @module
 */
import { errorMessage, ProtocolError } from "../core/errors.ts";

/** Digits that may be a whole number beyond 2^53: texts without them are read the fast way. */
const longDigits = /9\d{15}|\d{17}/;
const wholePattern = /^-?\d+$/;

/**
 * Reads JSON. A whole number that a double does not hold exactly becomes its text; everything else is as
 * `JSON.parse` has it.
 *
 * @param what What the text is, for the error.
 * @throws {ProtocolError} when it is not JSON.
 */
export function parseLossless(text: string, what: string): unknown {
  try {
    return longDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (error) {
    throw new ProtocolError(`${what} is not JSON: ${errorMessage(error)}`);
  }
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return wholePattern.test(source) ? source : value;
}
