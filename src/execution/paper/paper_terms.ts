/**
 * What an order costs on paper: sizes, values and fees.
 * @module
 */
import { exchangeByKey } from "../../core/exchange.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderRequest, RefusalReason, Refused } from "../../core/order_request.ts";
import type { Side } from "../../core/order.ts";
import { type BaseQuantity, contracts, contractsToBase, quoteAmount } from "../../core/units.ts";

/** Base units of a number of lots. */
export function baseOfLots({ lot, contractSize }: Instrument, lots: number): BaseQuantity {
  return contractsToBase(contracts(lot.value(lots)), contractSize.size);
}

/** What an order of this value must have at hand for fees in the quote coin, as a ratio of the value. */
export function quoteFeeRate(instrument: Instrument): number {
  const { buyFeeCoin } = exchangeByKey(instrument.exchange);
  return buyFeeCoin === "base" ? 0 : Math.max(0, instrument.takerFee, instrument.makerFee);
}

/**
 * The refusal of an order that the venue's protocol has no words for, so that what passes on paper can be sent: MEXC
 * has no market order that is filled whole or not at all, and no post-only order that does not stay; Gate.io takes
 * the amount to spend for market buys on spot, and only there.
 */
export function unspeakable(
  { instrument, side, type, timeInForce, spend }: OrderRequest,
): Refused | undefined {
  if (instrument.exchange === "MEXC_SPOT") {
    const isUnknown = (type === "market" && timeInForce === "fok") ||
      (type === "post-only" && timeInForce !== "gtc");
    return isUnknown
      ? refusedOnPaper("parameters", `MEXC has no ${type} order that is ${timeInForce}`)
      : undefined;
  }
  const mustSpend = instrument.exchange === "GATEIO_SPOT" && type === "market" && side === "buy";
  return mustSpend === (spend !== undefined) ? undefined : refusedOnPaper(
    "parameters",
    "Gate.io takes an amount to spend for market buys on spot, and only there",
  );
}

/** What a {@link paperFill} is made of. */
export interface PaperFillTerms {
  readonly tradeId: string;
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly price: number;
  readonly lots: number;
  readonly liquidity: Fill["liquidity"];
  /** Epoch milliseconds. */
  readonly time: number;
}

/** A fill at one price with the instrument's fee, unrounded, in the coin in which the venue takes it. */
export function paperFill(terms: PaperFillTerms): Fill {
  const { instrument, side, price, lots, liquidity, tradeId, time } = terms;
  const quantity = baseOfLots(instrument, lots);
  const notional = quoteAmount(quantity * price);
  const rate = liquidity === "maker" ? instrument.makerFee : instrument.takerFee;
  const inBase = side === "buy" && exchangeByKey(instrument.exchange).buyFeeCoin === "base";
  return {
    tradeId,
    clientOrderId: terms.clientOrderId,
    exchangeOrderId: terms.exchangeOrderId,
    instrument: instrument.id,
    side,
    price,
    quantity,
    notional,
    fee: (inBase ? quantity : notional) * rate,
    feeCoin: inBase ? instrument.base : instrument.quote,
    feeQuote: quoteAmount(notional * rate),
    liquidity,
    time,
  };
}

/** A refusal of the venue on paper. */
export function refusedOnPaper(reason: RefusalReason, message: string): Refused {
  return { kind: "refused", reason, code: "", message: `On paper: ${message}` };
}
