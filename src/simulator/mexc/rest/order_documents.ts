/**
 * Orders and fills as the REST interface writes them.
 * @module
 */
import { formatAtoms, type InstrumentUnits } from "../../accounts/atoms.ts";
import type { VenueFill, VenueOrder } from "../../trading/venue_order.ts";
import { priceOf, quoteAmountOf, quoteTotalOf, statusOf, stpModeOf, typeOf } from "../mexc_order.ts";

/** What all documents about an order begin with. */
function head(order: VenueOrder): { symbol: string; orderId: string; orderListId: number } {
  return { symbol: order.instrument.spec.exchangeSymbol, orderId: order.id, orderListId: -1 };
}

function quantities({ instrument, lots, filledLots, filledValue }: VenueOrder): Record<string, string> {
  return {
    origQty: instrument.size(lots),
    executedQty: instrument.size(filledLots),
    cummulativeQuoteQty: formatAtoms(filledValue),
  };
}

/** UNCONFIRMED: GTC also for orders that do not rest; the documents know it and null only. */
function timeInForce(order: VenueOrder): "GTC" | null {
  return order.kind === "market" ? null : "GTC";
}

function side(order: VenueOrder): "BUY" | "SELL" {
  return order.orderSide === "buy" ? "BUY" : "SELL";
}

/**
 * The answer to a new order: that it was taken, and nothing about fills. UNCONFIRMED: the quantity of an order that
 * asked for a quote amount; here 0, as it is not known before the fills.
 */
export function newOrderDocument(order: VenueOrder): Record<string, unknown> {
  return {
    ...head(order),
    price: priceOf(order),
    origQty: quoteAmountOf(order) === undefined ? order.instrument.size(order.lots) : "0",
    type: typeOf(order),
    side: side(order),
    stpMode: stpModeOf(order),
    transactTime: order.createdMs,
  };
}

/** The answer to one order of a batch that was taken. */
export function batchOrderDocument(order: VenueOrder): Record<string, unknown> {
  const { symbol, orderId, orderListId } = head(order);
  const named = order.clientId === "" ? {} : { newClientOrderId: order.clientId };
  return { symbol, orderId, ...named, orderListId };
}

/**
 * The answer to a cancellation. UNCONFIRMED: ids that nobody gave are empty.
 *
 * @param cancelId Id that the client gave to its cancellation.
 */
export function cancelDocument(order: VenueOrder, cancelId: string): Record<string, unknown> {
  return {
    symbol: order.instrument.spec.exchangeSymbol,
    origClientOrderId: order.clientId,
    orderId: order.id,
    clientOrderId: cancelId,
    price: priceOf(order),
    ...quantities(order),
    status: statusOf(order),
    timeInForce: timeInForce(order),
    type: typeOf(order),
    side: side(order),
  };
}

/** An order that was asked for. */
export function orderDocument(order: VenueOrder, units: InstrumentUnits): Record<string, unknown> {
  return {
    ...head(order),
    clientOrderId: order.clientId,
    price: priceOf(order),
    ...quantities(order),
    status: statusOf(order),
    timeInForce: timeInForce(order),
    type: typeOf(order),
    side: side(order),
    stopPrice: null,
    icebergQty: null,
    time: order.createdMs,
    updateTime: order.updatedMs,
    isWorking: true,
    origQuoteOrderQty: formatAtoms(quoteTotalOf(order, units)),
    stpMode: stpModeOf(order),
    cancelReason: order.finish === "stp" ? "stp_cancel" : null,
  };
}

/** A fill of `myTrades`. */
export function fillDocument(fill: VenueFill): Record<string, unknown> {
  const { order, tick, lots } = fill;
  return {
    symbol: order.instrument.spec.exchangeSymbol,
    id: tradeIdOf(fill.tradeId),
    orderId: order.id,
    orderListId: -1,
    price: order.instrument.price(tick),
    qty: order.instrument.size(lots),
    quoteQty: formatAtoms(fill.value),
    commission: formatAtoms(fill.fee),
    commissionAsset: fill.feeCoin,
    time: fill.timeMs,
    isBuyer: order.orderSide === "buy",
    isMaker: fill.role === "maker",
    isBestMatch: true,
    isSelfTrade: fill.selfTrade,
    // The venue names the order by its own id alone.
    clientOrderId: null,
  };
}

/** Id of a trade as private messages write it. */
export function tradeIdOf(tradeId: number): string {
  return `${tradeId}X1`;
}
