/**
 * The signal that stops trading and leaves the program running.
 * @module
 */

/** Calls back at every SIGUSR1 until it is stopped. */
export class KillSignal {
  constructor(private readonly onSignal: () => void) {
    Deno.addSignalListener("SIGUSR1", onSignal);
  }

  /** Listens no more. */
  stop(): void {
    Deno.removeSignalListener("SIGUSR1", this.onSignal);
  }
}
