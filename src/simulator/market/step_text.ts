/**
 * Decimal text of ticks and lots.
 * @module
 */
import type { DecimalStep } from "../../core/decimal_step.ts";

/**
 * Most prices of a book are written again and again; beyond this many the memory starts over. Hundreds of
 * instruments have two such memories each, so it is no larger than a book and its neighbourhood need.
 */
const cacheLimit = 1024;

/** Formats whole numbers of one step and remembers the texts. */
export class StepText {
  readonly #step: DecimalStep;
  readonly #texts = new Map<number, string>();

  constructor(step: DecimalStep) {
    this.#step = step;
  }

  /** Exact decimal text of `count` steps. */
  of(count: number): string {
    let text = this.#texts.get(count);
    if (text === undefined) {
      text = this.#step.format(count);
      if (this.#texts.size >= cacheLimit) this.#texts.clear();
      this.#texts.set(count, text);
    }
    return text;
  }
}
