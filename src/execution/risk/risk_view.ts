/**
 * What the risk gate looks at, and what it is told.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderBook } from "../../market/order_book.ts";

/** What the gate looks at. Everything is of the moment at which it is asked for; NaN is what is not known. */
export interface RiskView {
  /** Unhedged value of a coin, quote, what is in flight at its worst included; the sign does not count. */
  exposureNotional(base: string): number;
  /** Value of the position that a trade of the instrument changes, quote; positive when long, negative when short. */
  positionNotional(instrument: Instrument): number;
  /**
   * Value of what trades have brought to a venue (positive) or taken from it, quote: a coin on that venue alone, or the
   * position in a contract.
   */
  venueNotional(instrument: Instrument): number;
  /** Value of all positions on a venue without their signs, quote. */
  exchangeNotional(exchange: ExchangeKey): number;
  /** Value of all positions without their signs, quote. */
  readonly totalNotional: number;
  /** Profit since the UTC day began, quote, what is open included. */
  readonly dayPnl: number;
  /** Trades under way. */
  readonly openExecutions: number;
  /** What the instrument is worth by all that is known, quote per base. */
  fairPrice(instrument: Instrument): number;
  /** The book whatever its state; undefined when there is none. */
  book(instrument: Instrument): OrderBook | undefined;
  /** Time since the book was last heard of, milliseconds. */
  dataAgeMs(instrument: Instrument): number;
  /** Farthest that the venue's clock may be from what is taken for it, milliseconds. */
  clockErrorMs(exchange: ExchangeKey): number;
  /** Standard deviation of the price's change in a minute, basis points. */
  volatilityBps(instrument: Instrument): number;
}

/** An order that closes what is open: a hedge, or a part of a position that is taken off. */
export interface HedgeOrder {
  readonly instrument: Instrument;
  /** Value, quote. */
  readonly notional: number;
}

/** How a trade has ended. */
export interface ExecutionEnd {
  /** Quote, all costs included. */
  readonly profit: number;
  /** Whether no order was refused or lost sight of, and no missing leg has made it a loss. */
  readonly isClean: boolean;
  /** Coin of the trade. */
  readonly base: string;
}
