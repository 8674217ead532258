/**
 * What is on its way out of one connection.
 * @module
 */

/** Where the bytes go; may take fewer than it is given, and says how many. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Room of a new buffer in bytes; larger ones than this many times as much are not kept. */
const initialBytes = 16 * 1024;
const keptBytes = 64 * initialBytes;

/**
 * Gathers small writes: what is written in one turn goes out in one system call, and what is written while that call
 * is under way goes out in the next.
 */
export class Outbox {
  readonly #sink: ByteSink;
  readonly #limit: number;
  readonly #overflow: () => void;
  #filling: Uint8Array = new Uint8Array(initialBytes);
  #length = 0;
  #spare: Uint8Array | undefined;
  #inFlight = 0;
  #state: "idle" | "busy" | "dead" = "idle";
  #waiting: (() => void)[] = [];

  /**
   * @param limit Most bytes that wait.
   * @param overflow Called once when a write would exceed the limit; from then on nothing is written.
   */
  constructor(sink: ByteSink, limit: number, overflow: () => void) {
    this.#sink = sink;
    this.#limit = limit;
    this.#overflow = overflow;
  }

  /** Copies the bytes and sends them at the end of this turn. Without effect once the connection is broken. */
  write(bytes: Uint8Array): void {
    if (this.#state === "dead") return;
    const length = this.#length + bytes.length;
    if (length + this.#inFlight > this.#limit) {
      this.discard();
      this.#overflow();
      return;
    }
    if (length > this.#filling.length) this.#grow(length);
    this.#filling.set(bytes, this.#length);
    this.#length = length;
    if (this.#state === "busy") return;
    this.#state = "busy";
    queueMicrotask(this.#start);
  }

  /** Forgets what has not been handed to the system yet. */
  clear(): void {
    this.#length = 0;
  }

  /** Forgets everything and takes nothing any more. */
  discard(): void {
    this.#state = "dead";
    this.#length = 0;
    this.#release();
  }

  /** Resolves when everything is with the system, or lost with the connection. */
  drained(): Promise<void> {
    if (this.#state !== "busy") return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(length, 2 * this.#filling.length));
    larger.set(this.#filling.subarray(0, this.#length));
    this.#filling = larger;
  }

  readonly #start = (): void => {
    // A write fails only when the connection is broken, which whoever reads from it notices and handles.
    this.#run().catch(() => this.discard());
  };

  async #run(): Promise<void> {
    while (this.#length > 0) {
      const bytes = this.#filling;
      this.#filling = this.#spare ?? new Uint8Array(initialBytes);
      this.#inFlight = this.#length;
      this.#length = 0;
      for (let sent = 0; sent < this.#inFlight;) {
        sent += await this.#sink.write(bytes.subarray(sent, this.#inFlight));
      }
      this.#inFlight = 0;
      this.#spare = bytes.length <= keptBytes ? bytes : undefined;
    }
    if (this.#state === "busy") this.#state = "idle";
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
