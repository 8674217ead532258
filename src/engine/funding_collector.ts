/**
 * Records the funding of perpetual contracts.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { CollectorStatus } from "../core/collector_status.ts";
import { CexarbError, errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument } from "../core/instrument.ts";
import type { FuturesPublicRest } from "../exchanges/interfaces/public_rest.ts";
import type { Logger } from "../logging/logger.ts";
import type { MarketSink } from "./market_sink.ts";

/** A venue whose contracts are asked for. */
export interface FundingSource {
  readonly exchange: ExchangeKey;
  readonly rest: Pick<FuturesPublicRest, "fetchFundingRates">;
  /** Contracts, all of them registered with the store. */
  readonly instruments: readonly Instrument[];
}

/** What a {@link FundingCollector} takes. */
export interface FundingCollectorOptions {
  readonly sources: readonly FundingSource[];
  readonly sink: Pick<MarketSink, "recordFundingRate" | "recordCollectorStatus">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time from the start of one round to that of the next, milliseconds. */
  readonly intervalMs: number;
}

/** Asks every venue for rate, time and interval of the next settlement of its contracts, round after round. */
export class FundingCollector {
  readonly #counts: { rates: number; errors: number; lastAt: number }[];
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(private readonly options: FundingCollectorOptions) {
    this.#counts = options.sources.map(() => ({ rates: 0, errors: 0, lastAt: 0 }));
  }

  /** Begins with the first round at once. */
  start(): void {
    if (this.options.sources.length > 0) this.#schedule(0);
  }

  /** Ends the rounds; what is asked for already is not recorded any more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** One round over all venues. A venue that does not answer is reported and left for the next round. */
  async collect(): Promise<void> {
    await Promise.all(this.options.sources.map((source, index) => this.#collectFrom(source, index)));
  }

  #schedule(delayMs: number): void {
    const { clock, intervalMs } = this.options;
    this.#timer = clock.setTimer(delayMs, () => {
      this.#schedule(intervalMs);
      void this.collect();
    });
  }

  async #collectFrom(source: FundingSource, index: number): Promise<void> {
    const { sink, clock, logger } = this.options;
    const counts = this.#counts[index]!;
    try {
      const rates = await source.rest.fetchFundingRates(source.instruments);
      if (this.#isStopped) return;
      for (const rate of rates) sink.recordFundingRate(rate);
      counts.rates += rates.length;
      counts.lastAt = clock.epochMs();
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      counts.errors += 1;
      logger.warn("No funding rates", { exchange: source.exchange, error: errorMessage(error) });
    }
    if (!this.#isStopped) sink.recordCollectorStatus(this.#status(source.exchange, index));
  }

  #status(exchange: ExchangeKey, index: number): CollectorStatus {
    const { rates, errors, lastAt } = this.#counts[index]!;
    const now = this.options.clock.epochMs();
    return {
      exchange,
      collector: "funding",
      state: now - lastAt > 2 * this.options.intervalMs ? "degraded" : "running",
      messages: rates,
      errors,
      gaps: 0,
      reconnects: 0,
      lastMessageAt: lastAt,
      time: now,
    };
  }
}
