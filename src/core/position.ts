/**
 * Positions.
 * @module
 */
import type { BaseQuantity, QuoteAmount } from "./units.ts";

/** A position with its average entry price. */
export interface Position {
  /** Signed base quantity: positive long, negative short. */
  readonly quantity: BaseQuantity;
  /** Average price of what is open, in quote per base; 0 when flat. */
  readonly averageEntry: number;
  /** Profit of what was closed, fees taken off. */
  readonly realisedPnl: QuoteAmount;
}
