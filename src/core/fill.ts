/**
 * Fills.
 * @module
 */
import type { InstrumentId } from "./instrument.ts";
import type { Side } from "./order.ts";
import type { BaseQuantity, QuoteAmount } from "./units.ts";

/** A trade of ours. */
export interface Fill {
  /** Unique per instrument and side: a trade with oneself has one id. What deduplicates fills. */
  readonly tradeId: string;
  /** Empty where the venue tells a trade by its own order id alone, as MEXC does. */
  readonly clientOrderId: string;
  /** The venue's id of the order; empty where it is not known, as for a fill of the journal. */
  readonly exchangeOrderId: string;
  readonly instrument: InstrumentId;
  readonly side: Side;
  /** Price in quote per base; the average one when the fill covers several levels. */
  readonly price: number;
  /** Size in base units, before any fee. */
  readonly quantity: BaseQuantity;
  /** Value in quote: what the levels added up to. */
  readonly notional: QuoteAmount;
  /** Fee in units of {@link Fill.feeCoin}; negative for a rebate. */
  readonly fee: number;
  /** Coin in which the fee was taken. */
  readonly feeCoin: string;
  /** The fee's value in quote at the price of the fill; NaN when it was taken in a third coin (GT, points). */
  readonly feeQuote: QuoteAmount;
  readonly liquidity: "maker" | "taker";
  /** Epoch milliseconds. */
  readonly time: number;
}
