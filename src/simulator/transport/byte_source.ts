/**
 * What came in over one connection and has not been read yet.
 * @module
 */

/** Where bytes come from; null at the end. */
export interface ByteReader {
  read(buffer: Uint8Array): Promise<number | null>;
}

const initialBytes = 16 * 1024;

/** Collects bytes until there are enough for whoever reads them. */
export class ByteSource {
  readonly #reader: ByteReader;
  #buffer: Uint8Array = new Uint8Array(initialBytes);
  #start = 0;
  #end = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** The bytes that are there. Valid until the next {@link ByteSource.fill}. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Steps over the first `count` bytes. */
  skip(count: number): void {
    this.#start += count;
    if (this.#start < this.#end) return;
    this.#start = 0;
    this.#end = 0;
  }

  /** Waits for more bytes. False when none will come: the other side is done, or the connection broken or closed. */
  async fill(): Promise<boolean> {
    if (this.#end === this.#buffer.length) this.#makeRoom();
    try {
      const count = await this.#reader.read(this.#buffer.subarray(this.#end));
      if (count === null) return false;
      this.#end += count;
      return true;
    } catch {
      return false;
    }
  }

  /** Waits until there are `count` bytes. False when they will not come. */
  async need(count: number): Promise<boolean> {
    while (this.#end - this.#start < count) {
      if (!await this.fill()) return false;
    }
    return true;
  }

  #makeRoom(): void {
    const unread = this.bytes;
    const target = 2 * unread.length > this.#buffer.length
      ? new Uint8Array(2 * this.#buffer.length)
      : this.#buffer;
    target.set(unread);
    this.#buffer = target;
    this.#start = 0;
    this.#end = unread.length;
  }
}
