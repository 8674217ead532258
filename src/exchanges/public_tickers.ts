/**
 * Tickers of one venue. A stream tells them when something changes, so when it begins, all are asked for in one request.
 * @module
 */
import type { Clock, Timer } from "../core/clock.ts";
import type { Instrument, InstrumentId } from "../core/instrument.ts";
import type { MarketTicker } from "../core/market_ticker.ts";
import type { RecoveryQueue } from "./public_recovery_queue.ts";

/** What the tickers take. */
export interface PublicTickersOptions {
  readonly clock: Clock;
  readonly queue: RecoveryQueue;
  /** Asks for the tickers of these instruments. */
  fetch(instruments: readonly Instrument[]): Promise<MarketTicker[]>;
  onTicker(ticker: MarketTicker): void;
  /** These streams have begun, for what their tickers do not tell. */
  onBegun(instruments: readonly Instrument[]): void;
}

/** Streams that begin within this time are asked for together. */
const gatherMs = 250;

/** Keeps tickers current. */
export class PublicTickers {
  readonly #instruments = new Map<InstrumentId, Instrument>();
  /** Streams that have begun and have told nothing yet. */
  readonly #silent = new Set<InstrumentId>();
  #timer: Timer | undefined;

  constructor(private readonly options: PublicTickersOptions) {}

  /** Expects tickers of an instrument. */
  add(instrument: Instrument): void {
    this.#instruments.set(instrument.id, instrument);
  }

  /** The stream of an instrument is live. */
  begin(instrument: InstrumentId): void {
    if (!this.#instruments.has(instrument)) return;
    this.#silent.add(instrument);
    this.#timer ??= this.options.clock.setTimer(gatherMs, () => {
      this.#timer = undefined;
      this.#ask();
    });
  }

  /** The stream of an instrument is gone. */
  lose(instrument: InstrumentId): void {
    this.#silent.delete(instrument);
  }

  /** Stops everything. */
  stop(): void {
    this.#timer?.cancel();
  }

  /** Takes a ticker of the stream. */
  onTicker(ticker: MarketTicker): void {
    if (!this.#instruments.has(ticker.instrument)) return;
    this.#silent.delete(ticker.instrument);
    this.options.onTicker(ticker);
  }

  #ask(): void {
    const silent = [...this.#silent].map((id) => this.#instruments.get(id)!);
    if (silent.length === 0) return;
    this.options.queue.ask({
      what: "tickers",
      fetch: () => this.options.fetch(silent),
      isWanted: () => silent.some(({ id }) => this.#silent.has(id)),
      onAnswer: (tickers = []) => {
        for (const ticker of tickers) {
          if (this.#silent.delete(ticker.instrument)) this.options.onTicker(ticker);
        }
      },
    });
    this.options.onBegun(silent);
  }
}
