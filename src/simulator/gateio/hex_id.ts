/**
 * Random identifiers as Gate.io writes them.
 * @module
 */
import type { SeededRandom } from "../../core/random.ts";

/** `length` lower-case hexadecimal digits. */
export function hexId(random: SeededRandom, length: number): string {
  let text = "";
  while (text.length < length) text += Math.floor(random.uniform() * 0x10000).toString(16).padStart(4, "0");
  return text.slice(0, length);
}
