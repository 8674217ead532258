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
  #active = false;

  /** Whether a frame is being worked on: not so when a book changes because a request was answered. */
  get active(): boolean {
    return this.#active;
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

  /** Milliseconds since the frame came in. */
  elapsedMs(): number {
    return performance.now() - this.#receivedAt;
  }
}
