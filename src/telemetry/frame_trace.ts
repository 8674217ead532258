/**
 * How long a frame has been inside the program.
 * @module
 */

/**
 * Stamp of the frame that is being worked on. One thread works on one frame at a time, so one object serves all
 * connections. It reads the machine's timer even in a run on a simulated clock: it measures the program.
 */
export class FrameTrace {
  #receivedAt = 0;
  #bookAt = 0;
  #active = false;

  /** Whether a frame is being worked on: not so when a book changes because a request was answered. */
  get active(): boolean {
    return this.#active;
  }

  /** When the frame came in, on `performance.now()`. */
  get receivedAt(): number {
    return this.#receivedAt;
  }

  /** When the frame was in its book, on `performance.now()`; without meaning before. */
  get bookAt(): number {
    return this.#bookAt;
  }

  /** A frame has come in. */
  begin(): void {
    this.#active = true;
    this.#receivedAt = performance.now();
  }

  /** The frame has been worked on. */
  end(): void {
    this.#active = false;
  }

  /** The frame is in its book. Returns how long that took, milliseconds. */
  reachBook(): number {
    this.#bookAt = performance.now();
    return this.#bookAt - this.#receivedAt;
  }

  /** Milliseconds since the frame came in. */
  elapsedMs(): number {
    return performance.now() - this.#receivedAt;
  }
}
