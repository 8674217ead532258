/**
 * Orders and fills in the words of the journal.
 * @module
 */
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderRequest } from "../core/order_request.ts";
import { baseQuantity, quoteAmount } from "../core/units.ts";
import type { JournalFill, JournalInstrument, JournalOrder } from "./journal_record.ts";

/** An instrument by names that mean the same in every run. */
export function journalInstrument({ exchange, exchangeSymbol }: Instrument): JournalInstrument {
  return { exchange, symbol: exchangeSymbol };
}

/** An order as it is written down before it is sent. */
export function journalOrder(request: OrderRequest): JournalOrder {
  const { clientOrderId, instrument, side, type, timeInForce, priceTicks, lots, reduceOnly } = request;
  return {
    ...journalInstrument(instrument),
    clientOrderId,
    side,
    type,
    timeInForce,
    priceTicks,
    lots,
    reduceOnly,
  };
}

/** The request of an order of the journal. */
export function orderRequest(order: JournalOrder, instrument: Instrument): OrderRequest {
  const { clientOrderId, side, type, timeInForce, priceTicks, lots, reduceOnly } = order;
  return { clientOrderId, instrument, side, type, timeInForce, priceTicks, lots, reduceOnly };
}

/** A fill as it is written down; a fee without a value in quote is null there, because JSON has no NaN. */
export function journalFill(instrument: Instrument, fill: Fill): JournalFill {
  const { tradeId, clientOrderId, side, price, quantity, notional, fee, feeCoin, feeQuote, liquidity, time } =
    fill;
  return {
    ...journalInstrument(instrument),
    tradeId,
    clientOrderId,
    side,
    price,
    quantity,
    notional,
    fee,
    feeCoin,
    feeQuote: Number.isNaN(feeQuote) ? null : feeQuote,
    liquidity,
    time,
  };
}

/** The fill of a record of the journal. */
export function fillOf(record: JournalFill, { id }: Instrument): Fill {
  const { tradeId, clientOrderId, side, price, quantity, notional, fee, feeCoin, feeQuote, liquidity, time } =
    record;
  return {
    tradeId,
    clientOrderId,
    exchangeOrderId: "",
    instrument: id,
    side,
    price,
    quantity: baseQuantity(quantity),
    notional: quoteAmount(notional),
    fee,
    feeCoin,
    feeQuote: quoteAmount(feeQuote ?? NaN),
    liquidity,
    time,
  };
}
