/**
 * Positions.
 * @module
 */
import { type BaseQuantity, baseQuantity, type QuoteAmount, quoteAmount } from "./units.ts";

/** A position with its average entry price. */
export interface Position {
  /** Signed base quantity: positive long, negative short. */
  readonly quantity: BaseQuantity;
  /** Average price of what is open, in quote per base; 0 when flat. */
  readonly averageEntry: number;
  /**
   * Fees that were paid for what is open, beyond those that are in the entry price. They are off the realised
   * profit already; whoever judges a round trip takes them into account again.
   */
  readonly entryFees: QuoteAmount;
  /** Profit of what was closed, minus every fee that is not in an entry price. */
  readonly realisedPnl: QuoteAmount;
}

/** No position. */
export const flatPosition: Position = {
  quantity: baseQuantity(0),
  averageEntry: 0,
  entryFees: quoteAmount(0),
  realisedPnl: quoteAmount(0),
};

/** A rest this small beside the quantities that made it is rounding of doubles, not a position. */
const dust = 1e-12;

/**
 * The position after a trade, by average cost: what goes on in the same direction is averaged in, what goes the
 * other way closes at the difference to the average entry, and what is left of it opens at the trade's price.
 *
 * A fee comes off the profit at once. Its part for what opens is remembered until that is closed again.
 *
 * @param traded Signed base quantity: positive bought, negative sold.
 * @param price Quote per base.
 * @param fee In quote; negative for a rebate. 0 where the fee is in the quantity and the price.
 */
export function afterTrade(position: Position, traded: BaseQuantity, price: number, fee = 0): Position {
  const held = position.quantity;
  const total = held + traded;
  if (held === 0 || Math.sign(held) === Math.sign(traded)) {
    return {
      quantity: baseQuantity(total),
      averageEntry: total === 0 ? 0 : (position.averageEntry * held + price * traded) / total,
      entryFees: quoteAmount(position.entryFees + fee),
      realisedPnl: quoteAmount(position.realisedPnl - fee),
    };
  }
  const closed = Math.min(Math.abs(held), Math.abs(traded)) * Math.sign(held);
  const profit = closed * (price - position.averageEntry);
  const realisedPnl = quoteAmount(position.realisedPnl + profit - fee);
  if (Math.abs(total) <= dust * Math.max(Math.abs(held), Math.abs(traded))) {
    return { ...flatPosition, realisedPnl };
  }
  const quantity = baseQuantity(total);
  if (Math.sign(total) !== Math.sign(held)) {
    return { quantity, averageEntry: price, entryFees: quoteAmount((fee * total) / traded), realisedPnl };
  }
  const entryFees = quoteAmount((position.entryFees * total) / held);
  return { quantity, averageEntry: position.averageEntry, entryFees, realisedPnl };
}

/** Profit of closing the whole position at `price`. */
export function unrealisedPnl(position: Position, price: number): QuoteAmount {
  return quoteAmount(position.quantity === 0 ? 0 : position.quantity * (price - position.averageEntry));
}
