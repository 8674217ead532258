/**
 * What the parts of a recovery share.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { delay } from "../core/clock.ts";
import { CexarbError, errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { Logger } from "../logging/logger.ts";
import { JournalError } from "./journal/journal_error.ts";
import type { JournalState } from "./journal/journal_state.ts";
import type { JournalEvent } from "./journal_record.ts";
import type { OrderFlow } from "./order_flow.ts";
import type { OrderResolver } from "./order_resolver.ts";
import type { RecoveryFindings } from "./recovery_report.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** Venues, orders and time. */
export interface RecoveryWorld {
  readonly state: JournalState;
  readonly flow: OrderFlow;
  readonly resolver: OrderResolver;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly instruments: InstrumentTable;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends it where it waits: {@link RecoveryContext.answer} rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/** First and longest wait between two attempts, milliseconds. */
const firstWaitMs = 500, longestWaitMs = 30_000;

/** Asks until there is an answer: a recovery that is half done is none. */
export class RecoveryContext {
  constructor(readonly world: RecoveryWorld, readonly findings: RecoveryFindings) {}

  /**
   * The answer to a question, however often it has to be asked.
   *
   * @param what What is asked for, for the log.
   * @throws What is no failure of a venue or a network: a defect, or the reason of the signal.
   */
  async answer<Value>(exchange: ExchangeKey, what: string, ask: () => Promise<Value>): Promise<Value> {
    for (let waitMs = firstWaitMs;; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      this.world.signal?.throwIfAborted();
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof CexarbError)) throw error;
        const { logger } = this.world;
        logger.warn("Recovery waits for a venue", { exchange, what, waitMs, error: errorMessage(error) });
        await this.wait(waitMs);
      }
    }
  }

  /** Lets time pass. */
  async wait(ms: number): Promise<void> {
    await this.whileWanted(delay(this.world.clock, ms));
  }

  /** Waits for something that may never be. */
  async whileWanted<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this.world;
    if (signal === undefined) return await promise;
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Waits for something, at most so many milliseconds. */
  async atMost(promise: Promise<void>, ms: number): Promise<void> {
    const { promise: timedOut, resolve } = Promise.withResolvers<void>();
    const timer = this.world.clock.setTimer(ms, resolve);
    try {
      await this.whileWanted(Promise.race([promise, timedOut]));
    } finally {
      timer.cancel();
    }
  }

  /**
   * Writes down what is about to be done.
   *
   * @throws {JournalError} when it cannot be written.
   */
  record(event: JournalEvent): void {
    if (this.world.flow.record(event)) return;
    throw new JournalError(
      `The recovery could not write "${event.kind}" into the journal, so it was not done`,
    );
  }

  /** The venue of an instrument. */
  venueOf({ exchange }: Instrument): TradingVenue {
    const venue = this.world.venues.get(exchange);
    if (venue === undefined) throw new RangeError(`There is no account at ${exchange} to ask`);
    return venue;
  }
}
