/**
 * What a fee is worth.
 * @module
 */
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import { type QuoteAmount, quoteAmount } from "../../core/units.ts";

/** A fee with the fill that it was taken of. */
export interface FeeOfFill {
  readonly instrument: Instrument;
  /** In units of the coin; negative for a rebate. */
  readonly fee: number;
  readonly feeCoin: string;
  /** Quote per base. */
  readonly price: number;
  /** Value of the fill in quote. */
  readonly notional: number;
  readonly liquidity: Fill["liquidity"];
}

/**
 * Value of a fee in quote: itself when it was taken in quote, at the fill's price when it was taken in base. One that
 * was taken in another coin (MX, when the account has its fees deducted there) is valued at the instrument's own rate,
 * which is more than the discounted fee: its price in MX is not known here, and a cost that is rated too high is safe.
 */
export function feeValue({ instrument, fee, feeCoin, price, notional, liquidity }: FeeOfFill): QuoteAmount {
  if (feeCoin === instrument.quote || fee === 0) return quoteAmount(fee);
  if (feeCoin === instrument.base) return quoteAmount(fee * price);
  return quoteAmount(notional * (liquidity === "maker" ? instrument.makerFee : instrument.takerFee));
}
