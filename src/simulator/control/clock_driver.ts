/**
 * Moves a simulated clock: by hand, or at a pace.
 * @module
 */
import { type Clock, SystemClock, type Timer } from "../../core/clock.ts";
import { ConfigError } from "../../core/errors.ts";
import type { SimulatedClock } from "../../core/simulated_clock.ts";

/** How often a paced clock moves, in real milliseconds. */
const beatMs = 5;
/** Real time after which a long stretch lets sockets have their turn, in milliseconds. */
const sliceMs = 10;

/**
 * Runs the timers of a simulated clock in their order, each at its exact moment, so what happens does not depend on
 * how fast or in which steps time passes. Between slices of real time sockets get their turn; whatever a client
 * sends during a stretch takes effect at the simulated moment that is reached then.
 */
export class ClockDriver {
  readonly #clock: SimulatedClock;
  readonly #real: Clock;
  #speed = 0;
  #timer: Timer | undefined;
  #lastBeatMs = 0;
  #busy: Promise<void> = Promise.resolve();

  /** @param real The clock of the pace; the machine's own by default. */
  constructor(clock: SimulatedClock, real: Clock = new SystemClock()) {
    this.#clock = clock;
    this.#real = real;
  }

  /** Simulated milliseconds per real millisecond; 0 while the clock stands. */
  get speed(): number {
    return this.#speed;
  }

  /** The simulated time in epoch milliseconds. */
  get nowMs(): number {
    return this.#clock.epochMs();
  }

  /**
   * Sets the pace.
   *
   * @throws {ConfigError} when it is negative or not finite.
   */
  setSpeed(speed: number): void {
    if (!(speed >= 0 && speed < Infinity)) {
      throw new ConfigError(`Cannot run the clock at the speed ${speed}: it must be a number of 0 or more`);
    }
    this.#speed = speed;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#lastBeatMs = this.#real.monotonicMs();
    if (speed > 0) this.#arm();
  }

  /**
   * Moves the clock forward and resolves when everything up to then has happened. Stretches that are asked for
   * at once follow each other.
   *
   * @param ms Simulated milliseconds.
   * @throws {ConfigError} when it is negative or not finite.
   */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) {
      throw new ConfigError(`Cannot advance the clock by ${ms} ms: it must be a number of 0 or more`);
    }
    this.#busy = this.#busy.then(() => this.#run(this.#clock.epochMs() + ms));
    return this.#busy;
  }

  /** Lets the clock stand and waits for a stretch under way. */
  stop(): Promise<void> {
    this.setSpeed(0);
    return this.#busy;
  }

  #arm(): void {
    this.#timer = this.#real.setTimer(beatMs, () => {
      const now = this.#real.monotonicMs();
      const ms = (now - this.#lastBeatMs) * this.#speed;
      this.#lastBeatMs = now;
      this.advance(ms).then(() => {
        if (this.#speed > 0) this.#arm();
      });
    });
  }

  async #run(end: number): Promise<void> {
    // A moment at the end of the stretch, so that the clock stops there and not at its last event.
    this.#clock.setTimer(end - this.#clock.epochMs(), () => {});
    let sliceEnd = this.#real.monotonicMs() + sliceMs;
    for (let due = this.#clock.nextDue; due !== undefined && due <= end; due = this.#clock.nextDue) {
      this.#clock.step();
      if (this.#real.monotonicMs() < sliceEnd) continue;
      await turn();
      sliceEnd = this.#real.monotonicMs() + sliceMs;
    }
    await turn();
  }
}

/** Lets promises and sockets have their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
