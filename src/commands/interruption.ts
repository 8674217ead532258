/**
 * The end of a run that is asked for from outside.
 * @module
 */
import { delay, SystemClock } from "../core/clock.ts";

/** Ctrl-C and the polite way to end a service. */
export class Interruption {
  static #listening = 0;

  /** Resolves when interrupted. */
  readonly promise: Promise<undefined>;
  #interrupt: () => void = () => {};

  /** Whether a run listens, and so ends by itself when it is interrupted. */
  static get isAwaited(): boolean {
    return Interruption.#listening > 0;
  }

  constructor() {
    Interruption.#listening += 1;
    this.promise = new Promise((resolve) => {
      this.#interrupt = (): void => resolve(undefined);
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, this.#interrupt);
  }

  /** Resolves when interrupted, or after the time if one is given. */
  async orAfter(durationMs: number | undefined): Promise<void> {
    const clock = new SystemClock();
    await (durationMs === undefined ? this.promise : Promise.race([this.promise, delay(clock, durationMs)]));
  }

  /** Stops listening. */
  stop(): void {
    Interruption.#listening -= 1;
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, this.#interrupt);
  }
}
