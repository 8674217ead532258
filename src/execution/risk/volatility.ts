/**
 * How much prices move.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderBook } from "../../market/order_book.ts";

/** What a {@link VolatilityMeter} takes. */
export interface VolatilityOptions {
  readonly clock: Clock;
  readonly instruments: readonly Instrument[];
  book(instrument: Instrument): OrderBook | undefined;
  /** Half-life of a change's weight, milliseconds; default 60,000. */
  readonly halfLifeMs?: number;
  /** Time between two looks, milliseconds; default 1,000. */
  readonly sampleMs?: number;
  /** Told after each look at a price. */
  onMeasured?(instrument: Instrument, bps: number): void;
}

/** Changes of one price: an exponentially weighted mean of their squares. */
interface Measure {
  middle: number;
  /** Monotonic milliseconds of `middle`. */
  at: number;
  /** Weighted sum of squared logarithmic changes per millisecond. */
  sum: number;
  /** Sum of the weights, from 0 to 1: what `sum` is divided by, so that the start does not count as calm. */
  weight: number;
}

const minuteMs = 60_000;

/**
 * Standard deviation of the middle's change in a minute, per instrument, in basis points.
 *
 * With r = ln(m₂/m₁) over Δt the variance per millisecond is v ← v + w · (r²/Δt − v), w = 1 − 2^(−Δt/halfLife), and the
 * result √(v · 60 000) · 10⁴ (RiskMetrics, exponentially weighted, for samples that are not evenly spaced). A book
 * that cannot be used is left out; the next change counts over the longer time.
 */
export class VolatilityMeter {
  readonly #measures: (Measure | undefined)[] = [];
  #timer: Timer | undefined;

  constructor(private readonly options: VolatilityOptions) {}

  /** The volatility of an instrument; NaN until its price was seen twice. */
  bps(instrument: Instrument): number {
    const measure = this.#measures[instrument.id];
    return measure === undefined || measure.weight === 0
      ? NaN
      : Math.sqrt((measure.sum / measure.weight) * minuteMs) * 10_000;
  }

  /** Looks now and from now on. */
  start(): void {
    this.stop();
    this.#round();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #round(): void {
    const { clock, instruments, sampleMs = 1_000 } = this.options;
    this.#timer = clock.setTimer(sampleMs, () => this.#round());
    const now = clock.monotonicMs();
    for (const instrument of instruments) this.#sample(instrument, now);
  }

  #sample(instrument: Instrument, now: number): void {
    const book = this.options.book(instrument);
    const middle = book?.usable ? (book.bids.bestPrice + book.asks.bestPrice) / 2 : NaN;
    if (!(middle > 0)) return;
    const measure = this.#measures[instrument.id];
    if (measure === undefined) {
      this.#measures[instrument.id] = { middle, at: now, sum: 0, weight: 0 };
      return;
    }
    this.#add(measure, middle, now);
    if (measure.weight > 0) this.options.onMeasured?.(instrument, this.bps(instrument));
  }

  #add(measure: Measure, middle: number, now: number): void {
    const elapsed = now - measure.at;
    if (!(elapsed > 0)) return;
    const change = Math.log(middle / measure.middle);
    const share = 1 - 2 ** (-elapsed / (this.options.halfLifeMs ?? minuteMs));
    measure.sum += share * (change * change / elapsed - measure.sum);
    measure.weight += share * (1 - measure.weight);
    measure.middle = middle;
    measure.at = now;
  }
}
