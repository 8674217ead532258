/**
 * The hot thread's end of the log ring.
 * @module
 */
import { headerBytes, headerField, recordKind } from "./ring_layout.ts";

/** Share of the ring that must stay free after a record of each level: the lower the level, the sooner it is dropped. */
const reservedShare = [1 / 4, 1 / 8, 1 / 16, 1 / 64, 0] as const;

/**
 * Puts records into the ring. One thread only. Never waits: without room a record is dropped and counted.
 *
 * A record is written between {@link RingWriter.begin} and {@link RingWriter.commit}; nobody sees it before the latter.
 */
export class RingWriter {
  /** The words as numbers. */
  readonly floats: Float64Array;
  /** The words as pairs of integers. */
  readonly ints: Int32Array;
  readonly #units: Uint16Array;
  readonly #header: Int32Array;
  readonly #reserves: Int32Array;
  readonly #words: number;
  /** Highest position. */
  readonly #positions: number;
  #head: number;
  /** Position of the reader when it was last looked up: it may have gone on since. */
  #tail: number;
  /** Asks whoever empties the ring in this thread to do so now; true when that may have made room. */
  #makeRoom: () => boolean = () => false;

  /** @param ring From `makeRing`. */
  constructor(ring: SharedArrayBuffer) {
    this.#header = new Int32Array(ring, 0, headerBytes / 4);
    this.floats = new Float64Array(ring, headerBytes);
    this.ints = new Int32Array(ring, headerBytes);
    this.#units = new Uint16Array(ring, headerBytes);
    const words = this.floats.length;
    this.#words = words;
    this.#positions = 2 * words - 1;
    this.#reserves = Int32Array.from(reservedShare, (share) => words * share);
    this.#head = Atomics.load(this.#header, headerField.head);
    this.#tail = Atomics.load(this.#header, headerField.tail);
  }

  /** Sets what is called when the ring is full: for a ring that the same thread empties. */
  onFull(makeRoom: () => boolean): void {
    this.#makeRoom = makeRoom;
  }

  /** Records dropped so far, by number of their level. */
  dropped(level: number): number {
    return this.#header[headerField.dropped + level]! >>> 0;
  }

  /** Counts a record of this level as dropped. */
  drop(level: number): void {
    Atomics.add(this.#header, headerField.dropped + level, 1);
  }

  /**
   * Makes room for a record of this many words. Returns the index of its first word; -1 without room: then the caller
   * says with {@link RingWriter.drop} what is lost.
   */
  begin(words: number, level: number): number {
    const at = this.#head & (this.#words - 1);
    if (this.#free() - words < this.#reserves[level]! || at + words > this.#words) {
      return this.#beginSlowly(words, level);
    }
    return at;
  }

  /** Hands the record that was begun last to the reader. */
  commit(words: number): void {
    this.#head = (this.#head + words) & this.#positions;
    Atomics.store(this.#header, headerField.head, this.#head);
  }

  /** Writes the first so many units of a text; returns the index after it. */
  putText(at: number, text: string, length: number): number {
    const units = this.#units;
    this.ints[2 * at] = length;
    const start = 4 * (at + 1);
    for (let i = 0; i < length; i++) units[start + i] = text.charCodeAt(i);
    return at + 1 + ((length + 3) >> 2);
  }

  /** Whether everything has been read. */
  get isEmpty(): boolean {
    return Atomics.load(this.#header, headerField.tail) === this.#head;
  }

  /** Asks the reader to write out everything that is in the ring; returns the number of the request. */
  requestFlush(): number {
    return Atomics.add(this.#header, headerField.flushWanted, 1) + 1;
  }

  /** Whether a request is done. */
  isFlushed(request: number): boolean {
    return ((Atomics.load(this.#header, headerField.flushDone) - request) | 0) >= 0;
  }

  /** Blocks this thread until a request is done or the time is over; only for the end of the program. */
  waitForFlush(request: number, timeoutMs: number): boolean {
    const end = performance.now() + timeoutMs;
    while (!this.isFlushed(request)) {
      const left = end - performance.now();
      if (left <= 0) return false;
      const done = Atomics.load(this.#header, headerField.flushDone);
      if (((done - request) | 0) < 0) Atomics.wait(this.#header, headerField.flushDone, done, left);
    }
    return true;
  }

  #free(): number {
    return this.#words - ((this.#head - this.#tail) & this.#positions);
  }

  #beginSlowly(words: number, level: number): number {
    const at = this.#place(words, level);
    if (at >= 0) return at;
    return this.#makeRoom() ? this.#place(words, level) : -1;
  }

  #place(words: number, level: number): number {
    this.#tail = Atomics.load(this.#header, headerField.tail);
    const at = this.#head & (this.#words - 1);
    const filler = at + words > this.#words ? this.#words - at : 0;
    if (this.#free() - filler - words < this.#reserves[level]!) return -1;
    if (filler === 0) return at;
    this.ints[2 * at] = recordHead(filler, 0, recordKind.filler);
    this.ints[2 * at + 1] = 0;
    this.commit(filler);
    return 0;
  }
}

/** First integer of a record. */
export function recordHead(words: number, level: number, kind: number): number {
  return words | (level << 16) | (kind << 20);
}
