/**
 * JSON as clients send it.
 * @module
 */

/** Levels of lists and objects inside each other that are read. No request has more than a few. */
const deepest = 64;

/**
 * The value of a JSON text. Text that is nested beyond any sense is refused: a parser reads it, but whatever writes it
 * again, as an echo or in an error, calls itself once per level and runs out of stack.
 *
 * @throws {SyntaxError} when the text is not JSON, or too deep.
 */
export function parseJson(text: string): unknown {
  if (isDeep(text)) throw new SyntaxError(`More than ${deepest} levels of lists and objects`);
  return JSON.parse(text);
}

function isDeep(text: string): boolean {
  // Every level has an opening and a closing letter.
  if (text.length <= 2 * deepest) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (inString) {
      if (letter === "\\") index += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === "[" || letter === "{") {
      depth += 1;
      if (depth > deepest) return true;
    } else if (letter === "]" || letter === "}") depth -= 1;
  }
  return false;
}

/**
 * A JSON text, number or boolean as text; empty for anything else. `String` itself breaks on an object with a member
 * `toString`.
 */
export function scalarText(value: unknown): string {
  return value === null || typeof value === "object" ? "" : String(value ?? "");
}
