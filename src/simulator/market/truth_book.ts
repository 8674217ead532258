/**
 * The true state of a book, for comparison.
 * @module
 */
import type { MarketInstrument } from "./market_instrument.ts";

/** A book in numbers: what a client should hold when it has seen every frame up to `version`. */
export interface TruthBook {
  readonly version: number;
  /** Price and size, best first; sizes in base units on spot and in contracts on futures. */
  readonly bids: readonly (readonly [price: number, quantity: number])[];
  readonly asks: readonly (readonly [price: number, quantity: number])[];
}

/** The book of an instrument as numbers. */
export function truthOf(instrument: MarketInstrument): TruthBook {
  const { tick, lot } = instrument.spec;
  const { book } = instrument;
  const numbers = (side: "bid" | "ask"): [number, number][] =>
    book.side(side).top(Infinity).map((level) => [tick.value(level.tick), lot.value(level.lots)]);
  return { version: book.version, bids: numbers("bid"), asks: numbers("ask") };
}
