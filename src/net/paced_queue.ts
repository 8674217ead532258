/**
 * Work that must not come too fast.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";

/** Limits of a {@link PacedQueue}. */
export interface PacedQueueOptions {
  readonly clock: Clock;
  /** Least time between two starts, milliseconds. */
  readonly spacingMs: number;
  /** Most tasks under way at once. */
  readonly concurrency: number;
}

/** Starts tasks in order, spaced in time and limited in number. A venue's limit is kept by one queue per venue. */
export class PacedQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #nextStart = 0;
  #wakeUp: Timer | undefined;

  constructor(private readonly options: PacedQueueOptions) {}

  /** Adds a task. It handles its own errors: one that rejects is a defect and reaches the runtime. */
  push(task: () => Promise<void>): void {
    this.#waiting.push(task);
    this.#pump();
  }

  /** Forgets the tasks that have not started. */
  clear(): void {
    this.#waiting.length = 0;
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
  }

  #pump(): void {
    while (
      this.#wakeUp === undefined && this.#running < this.options.concurrency && this.#waiting.length > 0
    ) {
      const now = this.options.clock.monotonicMs();
      if (now < this.#nextStart) {
        this.#wakeUp = this.options.clock.setTimer(this.#nextStart - now, () => {
          this.#wakeUp = undefined;
          this.#pump();
        });
        return;
      }
      this.#nextStart = now + this.options.spacingMs;
      void this.#run(this.#waiting.shift()!);
    }
  }

  async #run(task: () => Promise<void>): Promise<void> {
    this.#running += 1;
    try {
      await task();
    } finally {
      this.#running -= 1;
      this.#pump();
    }
  }
}
