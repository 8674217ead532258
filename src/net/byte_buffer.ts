/**
 * Bytes that arrived and wait to be read.
 * @module
 */

/** Capacity at the start, and the one above which an emptied buffer is given back. */
const initialCapacity = 4_096;
const keptCapacity = 1_048_576;

/** A queue of bytes in one piece: filled at the end, read at the start. */
export class ByteBuffer {
  #store: Uint8Array = new Uint8Array(initialCapacity);
  #start = 0;
  #end = 0;

  /** Number of bytes that wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** The bytes that wait; valid until the next change. */
  get bytes(): Uint8Array {
    return this.#store.subarray(this.#start, this.#end);
  }

  /** Adds a copy of these bytes. */
  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#store.length) this.#makeRoom(bytes.length);
    this.#store.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Takes the first `count` bytes away and returns them; valid until the next change. */
  take(count: number): Uint8Array {
    const taken = this.#store.subarray(this.#start, Math.min(this.#start + count, this.#end));
    this.#start += taken.length;
    return taken;
  }

  /** Forgets everything. */
  clear(): void {
    this.#start = this.#end = 0;
    if (this.#store.length > keptCapacity) this.#store = new Uint8Array(initialCapacity);
  }

  #makeRoom(count: number): void {
    const waiting = this.bytes;
    if (waiting.length + count <= this.#store.length) this.#store.copyWithin(0, this.#start, this.#end);
    else {
      const larger = new Uint8Array(Math.max(2 * this.#store.length, waiting.length + count));
      larger.set(waiting);
      this.#store = larger;
    }
    this.#start = 0;
    this.#end = waiting.length;
  }
}
