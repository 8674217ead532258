/**
 * The books that a process sees: those of the venues, late, and unusable while a venue is dark.
 * @module
 */
import type { Clock } from "../../../src/core/clock.ts";
import { DepthUpdate } from "../../../src/core/depth_update.ts";
import type { Instrument, InstrumentId, InstrumentTable } from "../../../src/core/instrument.ts";
import { exchangeByKey, type ExchangeKey } from "../../../src/core/exchange.ts";
import type { SeededRandom } from "../../../src/core/random.ts";
import { OrderBook } from "../../../src/market/order_book.ts";
import type { BookSide } from "../../../src/simulator/market/book_side.ts";
import type { MarketInstrument } from "../../../src/simulator/market/market_instrument.ts";
import type { FaultScript } from "../../../src/simulator/mod.ts";
import type { EngineLife } from "./engine_life.ts";

/** What {@link LiveBooks} are made with. */
export interface LiveBooksOptions {
  readonly life: EngineLife;
  /** The world's clock: frames are under way whether or not somebody lives to see them. */
  readonly clock: Clock;
  readonly instruments: InstrumentTable;
  readonly market: readonly MarketInstrument[];
  readonly script: FaultScript;
  readonly random: SeededRandom;
  /** Mean delay of a book in milliseconds. */
  readonly lagMs: number;
  /** Told after every change. */
  onBook(instrument: Instrument): void;
}

/** Price and size, best first. */
type Levels = readonly (readonly [price: number, size: number])[];

/** A book on its way. */
interface Frame {
  readonly version: number;
  readonly time: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

/** Books of one process. */
export class LiveBooks {
  readonly #books = new Map<InstrumentId, OrderBook>();
  readonly #options: LiveBooksOptions;
  readonly #update = new DepthUpdate();
  readonly #release: (() => void)[] = [];

  constructor(options: LiveBooksOptions) {
    this.#options = options;
    for (const source of options.market) {
      const instrument = options.instruments.find(source.spec.exchange, source.spec.exchangeSymbol)!;
      this.#books.set(instrument.id, new OrderBook(instrument.id));
      const listener = { onCommit: (): void => this.#pass(source, instrument) };
      source.listen(listener);
      this.#release.push(() => source.unlisten(listener));
      this.#pass(source, instrument);
    }
  }

  /** The book of an instrument, whatever its state. */
  get(instrument: Instrument): OrderBook {
    return this.#books.get(instrument.id)!;
  }

  /** Hears of nothing any more. */
  stop(): void {
    for (const release of this.#release) release();
  }

  #pass(source: MarketInstrument, instrument: Instrument): void {
    const { clock, random, lagMs, life, script } = this.#options;
    const { book, spec: { tick, lot } } = source;
    const levels = (side: BookSide): Levels =>
      Array.from({ length: side.size }, (_, rank) => [
        tick.value(side.tickAt(rank)),
        lot.value(side.lotsAt(rank)),
      ]);
    const frame = {
      version: book.version,
      time: source.changedAtMs + clockOffset(script, instrument.exchange),
      bids: levels(book.bids),
      asks: levels(book.asks),
    };
    clock.setTimer(random.exponential(lagMs), () => life.run(() => this.#take(instrument, frame)));
  }

  #take(instrument: Instrument, { version, time, bids, asks }: Frame): void {
    const { clock, script, onBook } = this.#options;
    const book = this.get(instrument);
    if (script.holds(instrument.exchange, "dark")) book.usable = false;
    else if (version > book.version) {
      this.#update.clear();
      this.#update.full = true;
      this.#update.firstId = this.#update.lastId = version;
      this.#update.exchangeTime = time;
      for (const [price, size] of bids) this.#update.bids.push(price, size);
      for (const [price, size] of asks) this.#update.asks.push(price, size);
      book.apply(this.#update, clock.monotonicMs());
      book.usable = book.bids.length > 0 && book.asks.length > 0;
    }
    onBook(instrument);
  }
}

/** How far a venue's clock has jumped, milliseconds: the crowd stamps its books by the true time. */
function clockOffset(script: FaultScript, venue: ExchangeKey): number {
  const { family } = exchangeByKey(venue);
  let offset = 0;
  for (const { rule, state } of script.faults) {
    if (rule.fault !== "clock-jump" || exchangeByKey(rule.venue).family !== family) continue;
    if (state === "active" || (state === "over" && rule.forMs === undefined)) offset += rule.ms!;
  }
  return offset;
}
