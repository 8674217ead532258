/**
 * The dead-man switch: orders are cancelled unless the user keeps putting it off.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";

const shortestSeconds = 5;
/** Longest timer that the clock takes, in seconds. */
const longestSeconds = 2_000_000;

/** One switch per user and symbol, and one for all symbols of a user. */
export class GateCountdown {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sets or renews a countdown from `timeout` in seconds, or ends it with 0. Returns when it will be over: epoch
   * milliseconds as text, "0" when it was ended (UNCONFIRMED: what is answered then).
   *
   * @param name Tells the switches apart.
   * @param cancel Cancels the orders that the switch is for.
   * @throws {GateRestError} MISSING_REQUIRED_PARAM, INVALID_PARAM_VALUE when the time is from 1 to 4 or endless.
   */
  set(name: string, fields: GateFields, cancel: () => void): string {
    fields.required("timeout");
    const seconds = fields.whole("timeout", 0, 0, longestSeconds);
    if (seconds !== 0 && seconds < shortestSeconds) {
      throw gateRestErrors.badParameter("timeout", String(seconds));
    }
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
    if (seconds === 0) return "0";
    const timer = this.#clock.setTimer(seconds * 1000, () => {
      this.#timers.delete(name);
      cancel();
    });
    this.#timers.set(name, timer);
    return String(Math.floor(this.#clock.epochMs()) + seconds * 1000);
  }

  /** Ends all countdowns without cancelling anything. */
  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
