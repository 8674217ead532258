/**
 * Requests that fill the gaps of streams: paced, repeated when they fail, and given up in the end.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { SeededRandom } from "../core/random.ts";
import type { Logger } from "../logging/logger.ts";
import { Backoff } from "../net/backoff.ts";
import { PacedQueue } from "../net/paced_queue.ts";

/** What a queue takes. */
export interface RecoveryQueueOptions {
  readonly exchange: ExchangeKey;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
}

/** A request whose answer fills a gap. */
export interface RecoveryRequest<Answer> {
  /** What is asked for, for the log. */
  readonly what: string;
  fetch(): Promise<Answer>;
  /** Whether the answer is still of use. */
  isWanted(): boolean;
  /** Takes the answer; undefined when it was given up. */
  onAnswer(answer: Answer | undefined): void;
}

/** MEXC's list of trades, the heaviest of these requests, weighs 5 of 500 in 10 s: this is half of it. */
const spacingMs = 200;
const atOnce = 2;
const retry = { baseMs: 500, capMs: 10_000 };
const attempts = 8;

/** Asks for what streams did not tell. */
export class RecoveryQueue {
  readonly #requests: PacedQueue;
  readonly #timers = new Set<Timer>();
  #stopped = false;

  constructor(private readonly options: RecoveryQueueOptions) {
    this.#requests = new PacedQueue({ clock: options.clock, spacingMs, concurrency: atOnce });
  }

  /** Asks as soon as the limits let it, and again while it fails. */
  ask<Answer>(request: RecoveryRequest<Answer>): void {
    this.#push(request, new Backoff(this.options.random.fork(request.what), retry));
  }

  /** Forgets everything. */
  stop(): void {
    this.#stopped = true;
    this.#requests.clear();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #push<Answer>(request: RecoveryRequest<Answer>, backoff: Backoff): void {
    if (!this.#stopped) this.#requests.push(() => this.#run(request, backoff));
  }

  async #run<Answer>(request: RecoveryRequest<Answer>, backoff: Backoff): Promise<void> {
    if (!request.isWanted()) return;
    const answer = await this.#tryFetch(request);
    if (this.#stopped || !request.isWanted()) return;
    const wait = backoff.next();
    if (answer !== undefined || backoff.attempt >= attempts) return request.onAnswer(answer);
    const timer = this.options.clock.setTimer(wait, () => {
      this.#timers.delete(timer);
      this.#push(request, backoff);
    });
    this.#timers.add(timer);
  }

  async #tryFetch<Answer>(request: RecoveryRequest<Answer>): Promise<Answer | undefined> {
    try {
      return await request.fetch();
    } catch (error) {
      const { logger, exchange } = this.options;
      logger.warn("No answer to fill a gap", { exchange, what: request.what, error: errorMessage(error) });
      return undefined;
    }
  }
}
