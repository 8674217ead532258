/**
 * What strategies may know. Everything is of the moment at which it is asked for.
 * @module
 */
import type { ExchangeKey } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Position } from "../core/position.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { Route } from "./route.ts";
import type { TradeIntent } from "./trade_intent.ts";

/** What strategies decide on. The same live, on paper and in a replay. */
export interface StrategyView {
  /** Epoch milliseconds. */
  readonly epochMs: number;
  /** Both books of a route if prices may be read from them now. */
  books(route: Route): { readonly buy: OrderBook; readonly sell: OrderBook } | undefined;
  /** What the program's own trades have made of an instrument: a coin is one position on all spot venues. */
  position(instrument: Instrument): Position;
  /** Units of a coin on a venue that can be used for new orders; 0 when that is not known. */
  free(exchange: ExchangeKey, coin: string): number;
  /** Funding of a contract; undefined when it is not known or too old. */
  funding(instrument: Instrument): FundingRateSnapshot | undefined;
}

/** What a strategy says to what it was asked. */
export type Decision =
  | { readonly kind: "trade"; readonly intent: TradeIntent }
  /** Not now, and why in a few words. */
  | { readonly kind: "pass"; readonly reason: string };
