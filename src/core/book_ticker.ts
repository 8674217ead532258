/**
 * Best bid and ask.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";

/** Best bid and ask of one instrument. Decoders reuse one object, so copy what must outlive the callback. */
export interface BookTicker {
  instrument: InstrumentId;
  /** Best bid in quote per base; NaN when the side is empty. */
  bidPrice: number;
  /** Size at the best bid in the venue's order unit: base on spot, contracts on futures. */
  bidQuantity: number;
  /** Best ask in quote per base; NaN when the side is empty. */
  askPrice: number;
  /** Size at the best ask, unit as {@link BookTicker.bidQuantity}. */
  askQuantity: number;
  /** Venue's time of the quote in epoch milliseconds; 0 when the venue sent none. */
  exchangeTime: number;
  /** Local time of the frame in epoch milliseconds. */
  receivedAt: number;
  /** Book version of the quote; 0 when the venue sent none. */
  updateId: number;
}

/** A book ticker that is kept: nobody changes it any more. */
export type BookTickerSnapshot = Readonly<BookTicker>;
