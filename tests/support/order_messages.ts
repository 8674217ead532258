/**
 * Orders of ours and what venues say about them, for tests.
 * @module
 */
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderReport, OrderRequest } from "../../src/core/order_request.ts";
import type { OrderStatus } from "../../src/core/order.ts";
import { baseQuantity, quoteAmount } from "../../src/core/units.ts";
import { Exact } from "./exact.ts";

/** An order to buy 10 lots, where nothing else is said. */
export function requestOf(instrument: Instrument, changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: "cxa-1-1",
    instrument,
    side: "buy",
    type: "limit",
    timeInForce: "ioc",
    priceTicks: 1_000,
    lots: 10,
    reduceOnly: false,
    ...changes,
  };
}

/** What the venue says of an order. */
export function reportOf(
  request: OrderRequest,
  status: OrderStatus,
  filledLots = 0,
  changes: Partial<OrderReport> = {},
): OrderReport {
  const { clientOrderId, instrument, side, type, timeInForce, priceTicks, lots, reduceOnly } = request;
  return {
    instrument: instrument.id,
    exchangeOrderId: `v-${clientOrderId}`,
    clientOrderId,
    side,
    type,
    timeInForce,
    priceTicks,
    lots,
    filledLots,
    averagePrice: filledLots > 0 ? instrument.tick.value(priceTicks) : 0,
    status,
    reduceOnly,
    createdAt: 0,
    updatedAt: 0,
    ...changes,
  };
}

/** A trade of an order at its limit, with the taker fee in the coin in which the venue takes it. */
export function tradeOf(
  request: OrderRequest,
  tradeId: string,
  lots: number,
  changes: Partial<Fill> = {},
): Fill {
  const { clientOrderId, instrument, side, priceTicks } = request;
  const { lot, contractSize, tick, takerFee, base, quote } = instrument;
  const quantity = Exact.of(lot.size).times(Exact.of(contractSize.size)).times(Exact.of(lots));
  const price = Exact.of(tick.value(priceTicks));
  const feeQuote = quantity.times(price).times(Exact.of(takerFee));
  const feeInCoin = instrument.exchange === "GATEIO_SPOT" && side === "buy";
  return {
    tradeId,
    clientOrderId,
    exchangeOrderId: "",
    instrument: instrument.id,
    side,
    price: price.toNumber(),
    quantity: baseQuantity(quantity.toNumber()),
    notional: quoteAmount(quantity.times(price).toNumber()),
    fee: (feeInCoin ? quantity.times(Exact.of(takerFee)) : feeQuote).toNumber(),
    feeCoin: feeInCoin ? base : quote,
    feeQuote: quoteAmount(feeQuote.toNumber()),
    liquidity: "taker",
    time: 0,
    ...changes,
  };
}
