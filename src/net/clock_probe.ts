/**
 * Asking a venue for its time, again and again.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import { CexarbError, errorMessage } from "../core/errors.ts";
import type { Logger } from "../logging/logger.ts";
import type { ClockOffset, ClockSample } from "./clock_offset.ts";

/** The venue's stamps of one answer. */
export type ServerStamps = Pick<ClockSample, "serverMs" | "serverDoneMs">;

/** Settings of a {@link ClockProbe}. */
export interface ClockProbeOptions {
  /** Name of the venue in the log. */
  readonly name: string;
  readonly clock: Clock;
  readonly offset: ClockOffset;
  readonly logger: Logger;
  /** Asks once. Errors of cexarb are logged; anything else is a defect. */
  ask(): Promise<ServerStamps>;
  /** Time between two questions, milliseconds. Default 15,000. */
  readonly intervalMs?: number;
  /** Time between the first questions, and after a failure, milliseconds. Default 500. */
  readonly hurryMs?: number;
  /** Number of questions at the start. Default 5. */
  readonly firstQuestions?: number;
}

/** Feeds a {@link ClockOffset}: quickly at first and while the time is not known, then at leisure. */
export class ClockProbe {
  #timer: Timer | undefined;
  #running = false;
  #asked = 0;
  /** Answers to questions of an earlier start are not waited for. */
  #generation = 0;

  constructor(private readonly options: ClockProbeOptions) {}

  /** Asks at once and goes on. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#asked = 0;
    void this.#ask(++this.#generation);
  }

  /** Asks no more. */
  stop(): void {
    this.#running = false;
    this.#generation += 1;
    this.#timer?.cancel();
  }

  async #ask(generation: number): Promise<void> {
    const { name, clock, offset, logger, intervalMs = 15_000, hurryMs = 500, firstQuestions = 5 } =
      this.options;
    const sentAt = clock.monotonicMs();
    try {
      const stamps = await this.options.ask();
      const isUsed = offset.add({ sentAt, receivedAt: clock.monotonicMs(), ...stamps });
      if (!isUsed) logger.warn("A sample of the venue's time was not used", { venue: name, ...stamps });
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      logger.warn("Could not ask for the venue's time", { venue: name, error: errorMessage(error) });
    }
    if (generation !== this.#generation) return;
    this.#asked += 1;
    const isKnown = this.#asked >= firstQuestions && offset.refusal() === undefined;
    this.#timer = clock.setTimer(isKnown ? intervalMs : hurryMs, () => void this.#ask(generation));
  }
}
