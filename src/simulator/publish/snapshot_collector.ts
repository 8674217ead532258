/**
 * Whole top-of-book lists: sent again whenever the book has changed.
 * @module
 */
import type { TickLevel } from "../market/book_side.ts";
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { Collector } from "./topic.ts";

/** The best levels of a book at one version. */
export interface DepthSnapshot {
  readonly version: number;
  /** Best first. */
  readonly bids: readonly TickLevel[];
  readonly asks: readonly TickLevel[];
}

/** The best `depth` levels of an instrument as they stand. */
export function snapshotOf({ book }: MarketInstrument, depth: number): DepthSnapshot {
  return { version: book.version, bids: book.bids.top(depth), asks: book.asks.top(depth) };
}

/** Gathers whether the book moved. */
export class SnapshotCollector implements Collector<DepthSnapshot>, InstrumentListener {
  readonly #instrument: MarketInstrument;
  readonly #depth: number;
  #sentVersion = 0;
  #changed: (() => void) | undefined;

  /** @param depth Levels a side. */
  constructor(instrument: MarketInstrument, depth: number) {
    this.#instrument = instrument;
    this.#depth = depth;
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    this.#sentVersion = this.#instrument.book.version;
    this.#instrument.listen(this);
  }

  detach(): void {
    this.#instrument.unlisten(this);
  }

  onCommit(): void {
    if (this.#instrument.book.version !== this.#sentVersion) this.#changed?.();
  }

  take(): DepthSnapshot | undefined {
    const snapshot = snapshotOf(this.#instrument, this.#depth);
    if (snapshot.version === this.#sentVersion) return undefined;
    this.#sentVersion = snapshot.version;
    return snapshot;
  }
}
