/**
 * Books of a tape: one level a side, one book a venue.
 * @module
 */
import type { DecimalStep } from "../core/decimal_step.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import { type Instrument, InstrumentTable } from "../core/instrument.ts";
import { OrderBook } from "../market/order_book.ts";

/** A venue of a tape whose rules are known. */
export interface TapeVenue {
  readonly exchange: ExchangeKey;
  /** Base units per unit of size: 1 for spot, the contract size for futures. */
  readonly contractSize: DecimalStep;
  /** Price step, quote per base. */
  readonly tick: DecimalStep;
  /** Step of sizes in the venue's order unit: base units on spot, contracts on futures. */
  readonly lot: DecimalStep;
}

/** Least value of an order on spot, quote: what MEXC asks for. */
const spotMinNotional = 1;

/** Instruments and books of the venues that are traded. */
export class TapeBooks {
  readonly instruments = new InstrumentTable();
  readonly exchanges: readonly ExchangeKey[];
  /** By index of the venue on the tape. */
  readonly #byVenue: readonly (OrderBook | undefined)[];
  readonly #byId: OrderBook[] = [];
  /** By instrument: middle of the last book that could be used. */
  readonly #middles: number[] = [];

  /** @param venues The tape's venues by index; those that are undefined are left out. */
  constructor(venues: readonly (TapeVenue | undefined)[]) {
    this.#byVenue = venues.map((venue) => venue === undefined ? undefined : this.#add(venue));
    this.exchanges = this.instruments.all.map(({ exchange }) => exchange);
  }

  /** The book of an instrument, whatever its state. */
  book({ id }: Instrument): OrderBook {
    return this.#byId[id]!;
  }

  /** Middle of the last book of an instrument that could be used; NaN before there was one. */
  middle({ id }: Instrument): number {
    return this.#middles[id] ?? NaN;
  }

  /**
   * Takes a quote over. A side without size is empty; a bid that is not under the ask makes the book unusable.
   *
   * @param now Monotonic milliseconds.
   * @returns The book; undefined for a venue that is left out.
   */
  quote(
    venue: number,
    now: number,
    bid: number,
    bidQuantity: number,
    ask: number,
    askQuantity: number,
  ): OrderBook | undefined {
    const book = this.#byVenue[venue];
    if (book === undefined) return undefined;
    book.bids.clear();
    book.asks.clear();
    if (bidQuantity > 0) book.bids.set(bid, bidQuantity);
    if (askQuantity > 0) book.asks.set(ask, askQuantity);
    book.updatedAt = now;
    book.usable = bid < ask;
    if (book.usable) this.#middles[book.instrument] = (bid + ask) / 2;
    return book;
  }

  #add({ exchange, ...steps }: TapeVenue): OrderBook {
    const { market, makerFee, takerFee } = exchangeByKey(exchange);
    const { id } = this.instruments.add({
      exchange,
      base: "TAPE",
      quote: "USDT",
      exchangeSymbol: "TAPE_USDT",
      ...steps,
      minQuantity: market === "spot" ? 0 : 1,
      minNotional: market === "spot" ? spotMinNotional : 0,
      makerFee,
      takerFee,
      tradable: true,
    });
    return this.#byId[id] = new OrderBook(id);
  }
}
