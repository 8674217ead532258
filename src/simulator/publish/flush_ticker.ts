/**
 * The beat of a channel: changes are gathered and go out together every so many milliseconds.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";

/** Something that gathers changes and can send them. */
export interface Flushable {
  /** Sends what was gathered. @param nowMs Epoch milliseconds, whole. */
  flush(nowMs: number): void;
}

/** Flushes whoever asked for it at the next point of a fixed time grid; at once when the interval is 0. */
export class FlushTicker {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #phaseMs: number;
  #waiting: Flushable[] = [];
  #timer: Timer | undefined;
  #lastPoint = -1;

  /** @param phaseMs Shift of the grid, so that venues do not all send at the same moment. */
  constructor(clock: Clock, intervalMs: number, phaseMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#phaseMs = phaseMs;
  }

  /** Flushes `target` at the next point of the grid. The target asks once until it is flushed. */
  schedule(target: Flushable): void {
    if (this.#intervalMs === 0) {
      target.flush(Math.floor(this.#clock.epochMs()));
      return;
    }
    this.#waiting.push(target);
    if (this.#timer !== undefined) return;
    const now = this.#clock.monotonicMs() - this.#phaseMs;
    const point = Math.max(this.#lastPoint, Math.floor(now / this.#intervalMs)) + 1;
    this.#timer = this.#clock.setTimer(point * this.#intervalMs - now, () => {
      this.#lastPoint = point;
      this.#run();
    });
  }

  /** Forgets everybody. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
  }

  #run(): void {
    this.#timer = undefined;
    const due = this.#waiting;
    this.#waiting = [];
    const nowMs = Math.floor(this.#clock.epochMs());
    for (const target of due) target.flush(nowMs);
  }
}
