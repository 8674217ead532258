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

  /** A frame has come in. */
  begin(): void {
    this.#receivedAt = performance.now();
  }

  /** Milliseconds since then. */
  elapsedMs(): number {
    return performance.now() - this.#receivedAt;
  }
}
