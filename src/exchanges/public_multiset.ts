/**
 * How often something is there.
 * @module
 */

/** Counts of keys. */
export class Multiset {
  readonly #counts = new Map<string, number>();

  /** Adds one. */
  add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Whether there is one. */
  has(key: string): boolean {
    return this.#counts.has(key);
  }

  /** Takes one away. Returns whether there was one. */
  take(key: string): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.#counts.delete(key);
    else this.#counts.set(key, count - 1);
    return true;
  }
}
