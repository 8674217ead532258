/**
 * Orders that need not be sent, because the venue's own rules refuse them.
 * @module
 */
import type { OrderRequest, Refused } from "../core/order_request.ts";

const clientIdPattern = /^[0-9A-Za-z_-]{1,26}$/;

/**
 * The refusal of an order that breaks a rule which its instrument states: id, steps, sizes, value, direction.
 * Undefined when the venue is to decide.
 */
export function checkOrder(request: OrderRequest): Refused | undefined {
  const { clientOrderId, instrument, type, priceTicks, lots, spend, reduceOnly } = request;
  if (!clientIdPattern.test(clientOrderId)) {
    return refused("parameters", `the client order id "${clientOrderId}" must be 1 to 26 of 0-9 A-Z a-z _ -`);
  }
  if (!instrument.tradable) return refused("symbol-closed", `${instrument.exchangeSymbol} takes no orders`);
  if (reduceOnly && instrument.market === "spot") {
    return refused("parameters", "a spot order cannot be reduce-only");
  }
  if (type === "market" ? priceTicks !== 0 : !(Number.isSafeInteger(priceTicks) && priceTicks > 0)) {
    return refused("price", `${priceTicks} ticks is no price of a ${type} order`);
  }
  return spend === undefined ? checkSize(request, lots) : checkSpend(request, spend.count);
}

function checkSize({ instrument, type, priceTicks }: OrderRequest, lots: number): Refused | undefined {
  const { lot, tick, minQuantity, minNotional, baseFactor, exchangeSymbol } = instrument;
  if (!(Number.isSafeInteger(lots) && lots > 0)) return refused("size", `${lots} lots is no size`);
  const quantity = lot.value(lots);
  if (quantity < minQuantity) {
    return refused(
      "size",
      `${lot.format(lots)} is under the least size of ${exchangeSymbol}, ${minQuantity}`,
    );
  }
  // The price of a market order is the venue's to find.
  const notional = type === "market" ? Infinity : quantity * baseFactor * tick.value(priceTicks);
  if (notional < minNotional) {
    return refused(
      "notional",
      `a value of ${notional} is under the least of ${exchangeSymbol}, ${minNotional}`,
    );
  }
  return undefined;
}

function checkSpend({ instrument, type, side, lots }: OrderRequest, count: number): Refused | undefined {
  const marketBuy = type === "market" && side === "buy" && instrument.market === "spot";
  if (!marketBuy) return refused("parameters", "only a market buy on spot can spend an amount");
  if (lots !== 0) return refused("parameters", "an order that spends an amount has no size");
  if (!(Number.isSafeInteger(count) && count > 0)) return refused("size", `${count} steps is no amount`);
  return undefined;
}

function refused(reason: Refused["reason"], message: string): Refused {
  return { kind: "refused", reason, code: "", message: `Not sent: ${message}` };
}
