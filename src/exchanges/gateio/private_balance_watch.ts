/**
 * Balances that a stream only hints at.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import { CexarbError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../logging/logger.ts";

/** What a watch is made of. */
export interface BalanceWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch: () => Promise<readonly BalanceSnapshot[]>;
  readonly tell: (balance: BalanceSnapshot) => void;
}

/** Least time between two requests in milliseconds: the venue answers 200 in ten seconds. */
const spacingMs = 250;
/** Time until a failed request is made again. */
const retryMs = 1_000;

/**
 * Asks for balances after every hint: one request at a time, with a pause between two, and always one that began after
 * the last hint.
 */
export class BalanceWatch {
  readonly #options: BalanceWatchOptions;
  #hinted = false;
  #busy = false;
  #pause: Timer | undefined;
  #stopped = false;

  constructor(options: BalanceWatchOptions) {
    this.#options = options;
  }

  /** Something has changed. */
  hint(): void {
    this.#stopped = false;
    this.#hinted = true;
    if (!this.#busy && this.#pause === undefined) void this.#ask();
  }

  /** Forgets the hints; a request under way ends unheard. */
  stop(): void {
    this.#stopped = true;
    this.#hinted = false;
    this.#pause?.cancel();
    this.#pause = undefined;
  }

  async #ask(): Promise<void> {
    const { fetch, tell, logger } = this.#options;
    this.#busy = true;
    this.#hinted = false;
    let wait = spacingMs;
    try {
      const balances = await fetch();
      if (!this.#stopped) { for (const balance of balances) tell(balance); }
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      logger.warn("Cannot read the balance that has changed", { error: errorMessage(error) });
      this.#hinted = true;
      wait = retryMs;
    } finally {
      this.#busy = false;
    }
    if (this.#stopped) return;
    this.#pause = this.#options.clock.setTimer(wait, () => {
      this.#pause = undefined;
      if (this.#hinted) void this.#ask();
    });
  }
}
