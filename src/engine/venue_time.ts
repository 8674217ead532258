/**
 * A venue's time for whoever signs: asked for, doubted when the venue refuses it, and asked for again.
 * @module
 */
import { type Clock, delay } from "../core/clock.ts";
import { CexarbError, errorMessage } from "../core/errors.ts";
import type { HttpResponse, Network } from "../core/network.ts";
import type { Logger } from "../logging/logger.ts";
import { ClockError, ClockOffset } from "../net/clock_offset.ts";
import { ClockProbe } from "../net/clock_probe.ts";
import { VenueClock } from "../net/venue_clock.ts";

/** What a {@link VenueTime} takes. */
export interface VenueTimeOptions {
  /** Name of the venue in the log and in errors. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asks the venue for its time, epoch milliseconds. */
  ask(): Promise<number>;
  /** Whether an answer refuses its request because of the time that was signed. */
  refusesTime(response: HttpResponse): boolean;
}

/** What is known of a venue's clock. */
export interface VenueTimeFigures {
  /** The venue's time minus that of this machine, milliseconds. */
  readonly offsetMs: number;
  /** The true offset is at most so far away. */
  readonly uncertaintyMs: number;
  /** Shortest way to the venue and back so far, milliseconds. */
  readonly roundTripMs: number;
  readonly samples: number;
}

/** Time between two looks whether the time is known, milliseconds. */
const pollMs = 10;

/** Asks as long as it runs. Nothing is signed while the time is not known well enough. */
export class VenueTime {
  /** The venue's time; throws `ClockError` while it is not known well enough to sign. */
  readonly clock: Clock;
  /** The venue's time as near as it is known, that of this machine when nothing is known: for stamps and searches. */
  readonly estimate: Clock;
  readonly #options: VenueTimeOptions;
  readonly #offset: ClockOffset;
  readonly #probe: ClockProbe;
  #roundTripMs = Infinity;
  #lastError = "";
  /** Counts doubts: a request that was signed before the last one says nothing about what is known since. */
  #doubts = 0;

  constructor(options: VenueTimeOptions) {
    const { name, clock, logger } = options;
    this.#options = options;
    this.#offset = new ClockOffset({ clock });
    this.#probe = new ClockProbe({ name, clock, logger, offset: this.#offset, ask: () => this.#ask() });
    this.clock = new VenueClock(clock, this.#offset);
    this.estimate = {
      epochMs: () => Math.floor(clock.epochMs() + (this.#offset.estimate()?.offsetMs ?? 0)),
      monotonicMs: () => clock.monotonicMs(),
      setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
    };
  }

  /** Asks at once and goes on. */
  start(): void {
    this.#probe.start();
  }

  /** Asks no more. */
  stop(): void {
    this.#probe.stop();
  }

  /** Undefined while nothing is known. */
  figures(): VenueTimeFigures | undefined {
    const estimate = this.#offset.estimate();
    if (estimate === undefined) return undefined;
    const { offsetMs, uncertaintyMs, samples } = estimate;
    return { offsetMs, uncertaintyMs, samples, roundTripMs: this.#roundTripMs };
  }

  /**
   * Resolves when the time is known well enough to sign.
   *
   * @throws {ClockError} when it is not within this time, milliseconds.
   */
  async known(timeoutMs: number): Promise<void> {
    const { clock, name } = this.#options;
    const deadline = clock.monotonicMs() + timeoutMs;
    for (let refusal = this.#offset.refusal(); refusal !== undefined; refusal = this.#offset.refusal()) {
      if (clock.monotonicMs() >= deadline) {
        throw new ClockError(`The time of ${name} is not known: ${this.#lastError || refusal}`);
      }
      await delay(clock, pollMs);
    }
  }

  /** The same network; a refusal of a signed time makes the time unknown and has it asked for again at once. */
  guard(network: Network): Network {
    return {
      connect: (url, handlers) => network.connect(url, handlers),
      fetch: async (request): Promise<HttpResponse> => {
        const doubts = this.#doubts;
        const response = await network.fetch(request);
        if (doubts === this.#doubts && this.#options.refusesTime(response)) this.#doubt();
        return response;
      },
    };
  }

  #doubt(): void {
    this.#doubts += 1;
    this.#options.logger.warn("The venue refused the time of a request", { venue: this.#options.name });
    this.#offset.invalidate();
    this.#probe.stop();
    this.#probe.start();
  }

  async #ask(): Promise<{ serverMs: number }> {
    const { clock } = this.#options;
    const sentAt = clock.monotonicMs();
    try {
      const serverMs = await this.#options.ask();
      this.#roundTripMs = Math.min(this.#roundTripMs, clock.monotonicMs() - sentAt);
      this.#lastError = "";
      return { serverMs };
    } catch (error) {
      if (error instanceof CexarbError) this.#lastError = errorMessage(error);
      throw error;
    }
  }
}
