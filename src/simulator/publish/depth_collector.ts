/**
 * The incremental book: which levels changed between two frames.
 * @module
 */
import type { LevelChange, Side, TickLevel } from "../market/book_side.ts";
import type { InstrumentListener, MarketInstrument } from "../market/market_instrument.ts";
import type { LevelObserver } from "../market/simulated_book.ts";
import type { Collector } from "./topic.ts";

/** Changed levels of a book between two versions. */
export interface DepthChange {
  /** First version that the change covers. */
  readonly firstId: number;
  /** Last version that it covers: the version of the book after it. */
  readonly lastId: number;
  /** Best first; 0 lots deletes the level. */
  readonly bids: readonly TickLevel[];
  readonly asks: readonly TickLevel[];
}

/**
 * Gathers changes of the best `depth` levels. A level that leaves this window is told as deleted and one that
 * enters it is told with its size, so a client that applies every frame holds exactly the window. A level that
 * was in the window only between two frames is told too: a client may have seen it in a REST snapshot.
 */
export class DepthCollector implements Collector<DepthChange>, LevelObserver, InstrumentListener {
  readonly #instrument: MarketInstrument;
  readonly #depth: number;
  readonly #bids = new Set<number>();
  readonly #asks = new Set<number>();
  #sentVersion = 0;
  #changed: (() => void) | undefined;

  /** @param depth Levels a side; Infinity for the whole book. */
  constructor(instrument: MarketInstrument, depth: number) {
    this.#instrument = instrument;
    this.#depth = depth;
  }

  attach(changed: () => void): void {
    this.#changed = changed;
    this.#sentVersion = this.#instrument.book.version;
    this.#instrument.book.observe(this);
    this.#instrument.listen(this);
  }

  detach(): void {
    this.#instrument.book.unobserve(this);
    this.#instrument.unlisten(this);
    this.#bids.clear();
    this.#asks.clear();
  }

  levelChanged(side: Side, tick: number, rank: number, change: LevelChange): void {
    if (rank >= this.#depth) return;
    const touched = side === "bid" ? this.#bids : this.#asks;
    touched.add(tick);
    if (change === "resized") return;
    // An insertion pushes the level that is now just outside out; a deletion lets the last one inside in.
    const neighbour = this.#instrument.book.side(side).tickAt(
      change === "inserted" ? this.#depth : this.#depth - 1,
    );
    if (!Number.isNaN(neighbour)) touched.add(neighbour);
  }

  onCommit(): void {
    if (this.#instrument.book.version !== this.#sentVersion) this.#changed?.();
  }

  take(): DepthChange | undefined {
    const { version } = this.#instrument.book;
    if (version === this.#sentVersion) return undefined;
    const change = {
      firstId: this.#sentVersion + 1,
      lastId: version,
      bids: this.#drain("bid", this.#bids).reverse(),
      asks: this.#drain("ask", this.#asks),
    };
    this.#sentVersion = version;
    return change;
  }

  /** The touched levels in ascending order of price. */
  #drain(side: Side, touched: Set<number>): TickLevel[] {
    const levels = this.#instrument.book.side(side);
    const ticks = [...touched].sort((a, b) => a - b);
    touched.clear();
    return ticks.map((tick) => ({ tick, lots: levels.lotsWithin(tick, this.#depth) }));
  }
}
