/**
 * How late the program's timers are: how long something else kept the thread busy.
 * @module
 */
import { LatencyHistogram } from "./latency_histogram.ts";

/** Time between two looks, milliseconds. */
const intervalMs = 20;
/** Looks in a half of the window of {@link EventLoopMonitor.recentMaxMs}: five seconds when nothing is late. */
const looksPerHalf = 250;

/**
 * Looks at intervals how late it is called. Deno's `monitorEventLoopDelay` is not used: 2.4 does not have it, and in
 * 2.9 it does not see a thread that was busy for a tenth of a second.
 */
export class EventLoopMonitor {
  /** All delays since the start. */
  readonly delays: LatencyHistogram = new LatencyHistogram();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;
  #looks = 0;
  #halfMaxMs = 0;
  #previousMaxMs = 0;

  /** Starts to look. The process may end while it does. */
  start(): void {
    this.#due = performance.now() + intervalMs;
    this.#timer = setTimeout(() => this.#look(), intervalMs);
    // A number in Deno 2.4, an object that stands for one later.
    Deno.unrefTimer(Number(this.#timer));
  }

  /** Ends it. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  /** The longest delay of the last five to ten seconds in milliseconds, with one that is not over yet. */
  get recentMaxMs(): number {
    return Math.max(this.#halfMaxMs, this.#previousMaxMs, performance.now() - this.#due, 0);
  }

  #look(): void {
    const lateMs = Math.max(0, performance.now() - this.#due);
    this.delays.recordMs(lateMs);
    this.#looks += 1;
    if (this.#looks % looksPerHalf === 0) {
      this.#previousMaxMs = this.#halfMaxMs;
      this.#halfMaxMs = 0;
    }
    this.#halfMaxMs = Math.max(this.#halfMaxMs, lateMs);
    this.start();
  }
}
