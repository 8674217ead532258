/**
 * One direction of a connection inside the process: things arrive late, but in order.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";

interface Parcel {
  readonly dueMs: number;
  readonly deliver: () => void;
}

/** Runs callbacks after a delay and never lets one overtake another. One timer serves the whole queue. */
export class DeliveryQueue {
  readonly #clock: Clock;
  readonly #parcels: Parcel[] = [];
  #head = 0;
  #lastDueMs = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Delivers after `delayMs`, or right after its predecessor when that one is slower. */
  post(delayMs: number, deliver: () => void): void {
    const dueMs = Math.max(this.#lastDueMs, this.#clock.monotonicMs() + delayMs);
    this.#lastDueMs = dueMs;
    this.#parcels.push({ dueMs, deliver });
    this.#arm();
  }

  /** Forgets everything that is under way. */
  clear(): void {
    this.#parcels.length = 0;
    this.#head = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const next = this.#parcels[this.#head];
    if (this.#timer !== undefined || next === undefined) return;
    this.#timer = this.#clock.setTimer(next.dueMs - this.#clock.monotonicMs(), () => this.#run());
  }

  #run(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonicMs();
    // The head is due by construction, even when the clock's fractions say a hair less.
    let parcel = this.#parcels[this.#head];
    while (parcel !== undefined) {
      this.#head += 1;
      parcel.deliver();
      parcel = this.#parcels[this.#head];
      if (parcel !== undefined && parcel.dueMs > now) break;
    }
    if (this.#head >= this.#parcels.length || this.#head > 1024) {
      this.#parcels.splice(0, this.#head);
      this.#head = 0;
    }
    this.#arm();
  }
}
