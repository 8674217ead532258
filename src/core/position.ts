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
  /** Profit of what was closed. */
  readonly realisedPnl: QuoteAmount;
}

/** No position. */
export const flatPosition: Position = {
  quantity: baseQuantity(0),
  averageEntry: 0,
  realisedPnl: quoteAmount(0),
};

/** A rest this small beside the quantities that made it is rounding of doubles, not a position. */
const dust = 1e-12;

/**
 * The position after a trade, by average cost: what goes on in the same direction is averaged in, what goes the
 * other way closes at the difference to the average entry, and what is left of it opens at the trade's price.
 *
 * @param traded Signed base quantity: positive bought, negative sold.
 * @param price Quote per base.
 */
export function afterTrade(position: Position, traded: BaseQuantity, price: number): Position {
  const held = position.quantity;
  const total = held + traded;
  if (held === 0 || Math.sign(held) === Math.sign(traded)) {
    const averageEntry = total === 0 ? 0 : (position.averageEntry * held + price * traded) / total;
    return { ...position, quantity: baseQuantity(total), averageEntry };
  }
  const closed = Math.min(Math.abs(held), Math.abs(traded)) * Math.sign(held);
  const realisedPnl = quoteAmount(position.realisedPnl + closed * (price - position.averageEntry));
  if (Math.abs(total) <= dust * Math.max(Math.abs(held), Math.abs(traded))) {
    return { ...flatPosition, realisedPnl };
  }
  const turned = Math.sign(total) !== Math.sign(held);
  return { quantity: baseQuantity(total), averageEntry: turned ? price : position.averageEntry, realisedPnl };
}

/** Profit of closing the whole position at `price`. */
export function unrealisedPnl(position: Position, price: number): QuoteAmount {
  return quoteAmount(position.quantity === 0 ? 0 : position.quantity * (price - position.averageEntry));
}
