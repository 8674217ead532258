/**
 * The text of one value inside a JSON text, exactly as it was sent: signatures are computed over it.
 * @module
 */

const space = /\s/;
const scalarEnd = /[\s,\]}]/;

/** Position behind the string that begins at `start`. */
function afterString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

function afterSpace(text: string, start: number): number {
  let index = start;
  while (space.test(text[index] ?? "")) index += 1;
  return index;
}

/** Position behind the value that begins at `start`. */
function afterValue(text: string, start: number): number {
  if (text[start] === '"') return afterString(text, start);
  if (text[start] !== "{" && text[start] !== "[") {
    let index = start;
    while (index < text.length && !scalarEnd.test(text[index]!)) index += 1;
    return index;
  }
  let depth = 0;
  for (let index = start; index < text.length;) {
    const letter = text[index]!;
    if (letter === '"') {
      index = afterString(text, index);
      continue;
    }
    index += 1;
    if (letter === "{" || letter === "[") depth += 1;
    else if ((letter === "}" || letter === "]") && --depth === 0) return index;
  }
  return text.length;
}

/**
 * The text of the member `name` of the object that `text` is; undefined when it has none. A name that occurs twice
 * counts the last time, as in `JSON.parse`.
 *
 * @param text Valid JSON.
 */
export function rawMember(text: string, name: string): string | undefined {
  let index = afterSpace(text, 0);
  if (text[index] !== "{") return undefined;
  let found: string | undefined;
  index = afterSpace(text, index + 1);
  while (text[index] === '"') {
    const keyEnd = afterString(text, index);
    const key: unknown = JSON.parse(text.slice(index, keyEnd));
    const start = afterSpace(text, afterSpace(text, keyEnd) + 1);
    const end = afterValue(text, start);
    if (key === name) found = text.slice(start, end);
    index = afterSpace(text, end);
    if (text[index] === ",") index = afterSpace(text, index + 1);
  }
  return found;
}
