/**
 * A venue and a machine whose clocks are not the same.
 * @module
 */
import { type Clock, maxDelayMs, type Timer } from "../../../src/core/clock.ts";
import type { ClockSample } from "../../../src/net/clock_offset.ts";

/** How the clocks differ from true time. */
export interface TwoClocksOptions {
  /** Parts per million by which each runs fast. */
  readonly localPpm?: number;
  readonly venuePpm?: number;
  /** The venue's time at the start, epoch milliseconds. */
  readonly venueStart?: number;
}

/** True time that the test moves, the local clock and the venue's. */
export class TwoClocks implements Clock {
  #true = 0;
  /** Added to the local wall clock: what a person or a time service sets it by. */
  wallShift = 1_700_000_000_000;
  /** Monotonic time that did not pass because the machine slept. */
  #slept = 0;
  /** Added to the venue's clock. */
  venueShift = 0;

  constructor(private readonly options: TwoClocksOptions = {}) {}

  monotonicMs(): number {
    return (this.#true - this.#slept) * (1 + (this.options.localPpm ?? 0) / 1e6);
  }

  epochMs(): number {
    return this.wallShift + this.#slept + this.monotonicMs();
  }

  /** The venue's time with all its digits. */
  venueMs(): number {
    const { venueStart = 1_700_000_000_123, venuePpm = 0 } = this.options;
    return venueStart + this.venueShift + this.#true * (1 + venuePpm / 1e6);
  }

  setTimer(_delayMs: number, _callback: () => void): Timer {
    throw new Error(`No timer of up to ${maxDelayMs} ms is needed here`);
  }

  pass(ms: number): void {
    this.#true += ms;
  }

  /** The machine sleeps: the wall clock goes on, the monotonic one does not. */
  sleep(ms: number): void {
    this.#true += ms;
    this.#slept += ms;
  }

  /** Asks the venue for its time, with these delays on the way there and back. */
  ask(there: number, back: number, resolutionMs = 1, workMs = 0): ClockSample {
    const sentAt = this.monotonicMs();
    this.pass(there);
    const serverMs = Math.floor(this.venueMs() / resolutionMs) * resolutionMs;
    this.pass(workMs);
    const serverDoneMs = Math.floor(this.venueMs() / resolutionMs) * resolutionMs;
    this.pass(back);
    return { sentAt, receivedAt: this.monotonicMs(), serverMs, ...(workMs > 0 ? { serverDoneMs } : {}) };
  }
}
