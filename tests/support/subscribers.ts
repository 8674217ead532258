/**
 * Clients that only count, in a thread of their own.
 * @module
 */
import type { CountingJob } from "./frame_counter.ts";

/** Ends this turn, so that sockets can move. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The thread that holds the WebSockets and counts their frames. */
export class Subscribers {
  readonly #worker = new Worker(import.meta.resolve("./frame_counter.ts"), { type: "module" });
  readonly #counter = new SharedArrayBuffer(4);
  readonly #count = new Int32Array(this.#counter);

  /** Frames that came since {@link Subscribers.open}, answers to its messages left out. */
  get count(): number {
    return Atomics.load(this.#count, 0);
  }

  /** Opens WebSockets and waits until every message has its answer. */
  async open(sockets: CountingJob["sockets"]): Promise<void> {
    Atomics.store(this.#count, 0, 0);
    await this.#ask({ sockets, counter: this.#counter }, "open");
    const answers = sockets.reduce((sum, { messages }) => sum + messages.length, 0);
    while (this.count < answers) await nextTurn();
    Atomics.sub(this.#count, 0, answers);
  }

  /** Waits until so many frames have come. */
  async reach(count: number): Promise<void> {
    while (this.count < count) await nextTurn();
  }

  /** Waits until nothing has come for 100 ms; returns when the last frame came, as `performance.now()` says. */
  async settle(): Promise<number> {
    let last = performance.now();
    for (let count = -1; performance.now() - last < 100; await nextTurn()) {
      if (this.count === count) continue;
      count = this.count;
      last = performance.now();
    }
    return last;
  }

  /** Closes all WebSockets. */
  async close(): Promise<void> {
    await this.#ask("close", "closed");
  }

  /** Ends the thread. */
  terminate(): void {
    this.#worker.terminate();
  }

  #ask(message: CountingJob | "close", answer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }): void =>
        data === answer ? resolve() : reject(new Error(String(data)));
      this.#worker.onerror = ({ message }): void => reject(new Error(message));
      this.#worker.postMessage(message);
    });
  }
}
