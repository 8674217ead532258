/**
 * A fingerprint of everything that was decided.
 * @module
 */
import { createHash, type Hash } from "node:crypto";

/** SHA-256 over the decisions of a run, in order. Two runs with the same fingerprint decided the same. */
export class DecisionHash {
  readonly #hash: Hash = createHash("sha256");

  /** Adds a decision. Its parts are joined as text, numbers with all their digits. */
  add(...parts: readonly (string | number)[]): void {
    this.#hash.update(parts.join(" ") + "\n");
  }

  /** The fingerprint so far, as hexadecimal text. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
