/**
 * How long something takes.
 * @module
 */
import type { LatencyHistogram } from "../telemetry/latency_histogram.ts";
import type { LogEvent } from "./log_event.ts";

/** A measurement under way; the end of its block ends it. */
export interface RunningTimer extends Disposable {
  /** Milliseconds since it began. */
  readonly elapsedMs: number;
}

/**
 * Measures blocks: `using _ = timer.start()` takes the time until the block ends, puts it into a latency histogram and
 * writes a record. Blocks may nest or overlap.
 */
export class LoggingTimer {
  /** Measurements that are over, for the next ones. */
  readonly #idle: Measurement[] = [];

  /**
   * @param event Gets the time in microseconds.
   * @param histogram Gets the time; none when left out.
   */
  constructor(readonly event: LogEvent<readonly ["us"]>, readonly histogram?: LatencyHistogram) {}

  /** Begins to measure. */
  start(): RunningTimer {
    const measurement = this.#idle.pop() ?? new Measurement(this);
    measurement.begin();
    return measurement;
  }

  /** Takes a measurement that is over. Called by the measurement itself. */
  finish(measurement: Measurement, elapsedMs: number): void {
    this.histogram?.recordMs(elapsedMs);
    this.event.write(Math.round(elapsedMs * 1e6) / 1e3);
    this.#idle.push(measurement);
  }
}

class Measurement implements RunningTimer {
  #startedAt = 0;
  #running = false;

  constructor(private readonly timer: LoggingTimer) {}

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  begin(): void {
    this.#running = true;
    this.#startedAt = performance.now();
  }

  [Symbol.dispose](): void {
    if (!this.#running) return;
    this.#running = false;
    this.timer.finish(this, this.elapsedMs);
  }
}
