/**
 * Orders in MEXC's words: types, states, and the parameters of a request.
 * @module
 */
import type { OrderStatus, OrderType, Side, TimeInForce } from "../../core/order.ts";
import type { OrderReference, OrderRequest } from "../../core/order_request.ts";

/** An order's type and life, which MEXC puts into one word. */
export interface OrderKind {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
}

const limit: OrderKind = { type: "limit", timeInForce: "gtc" };
const postOnly: OrderKind = { type: "post-only", timeInForce: "gtc" };
const immediate: OrderKind = { type: "limit", timeInForce: "ioc" };
const fillOrKill: OrderKind = { type: "limit", timeInForce: "fok" };
const market: OrderKind = { type: "market", timeInForce: "ioc" };

/** `type` of the REST interface. Older documents write `LIMIT_ORDER`. */
export const kindOfType: Readonly<Record<string, OrderKind>> = {
  LIMIT: limit,
  LIMIT_ORDER: limit,
  LIMIT_MAKER: postOnly,
  IMMEDIATE_OR_CANCEL: immediate,
  FILL_OR_KILL: fillOrKill,
  MARKET: market,
};

/** `orderType` of the private stream. 100 and above are orders that wait for a trigger. */
export const kindOfNumber: Readonly<Record<number, OrderKind>> = {
  1: limit,
  2: postOnly,
  3: immediate,
  4: fillOrKill,
  5: market,
};

/** `status` of the REST interface. */
export const statusOfText: Readonly<Record<string, OrderStatus>> = {
  NEW: "open",
  PARTIALLY_FILLED: "partially-filled",
  FILLED: "filled",
  CANCELED: "cancelled",
  PARTIALLY_CANCELED: "partially-cancelled",
};

/** `status` of the private stream. */
export const statusOfNumber: Readonly<Record<number, OrderStatus>> = {
  1: "open",
  2: "filled",
  3: "partially-filled",
  4: "cancelled",
  5: "partially-cancelled",
};

/** `side` of the REST interface. */
export const sideOfText: Readonly<Record<string, Side>> = { BUY: "buy", SELL: "sell" };

/** `tradeType` of the private stream. */
export const sideOfNumber: Readonly<Record<number, Side>> = { 1: "buy", 2: "sell" };

/** A parameter with its text. */
export type TextPair = readonly [name: string, value: string];

const typeNames: Readonly<Record<string, string>> = {
  "limit gtc": "LIMIT",
  "limit ioc": "IMMEDIATE_OR_CANCEL",
  "limit fok": "FILL_OR_KILL",
  "post-only gtc": "LIMIT_MAKER",
  // A market order is immediate, whatever it is called.
  "market gtc": "MARKET",
  "market ioc": "MARKET",
};

/**
 * The parameters of a new order, sizes and prices formatted from whole steps; or, as a text, why MEXC has no such
 * order.
 */
export function orderParameters(request: OrderRequest): TextPair[] | string {
  const { instrument, side, type, timeInForce, lots, priceTicks, spend, clientOrderId } = request;
  const name = typeNames[`${type} ${timeInForce}`];
  if (name === undefined) return `MEXC has no ${type} order that is ${timeInForce}`;
  if (request.reduceOnly) return "MEXC spot has no orders that only reduce a position";
  const head: TextPair[] = [
    ["symbol", instrument.exchangeSymbol],
    ["side", side === "buy" ? "BUY" : "SELL"],
    ["type", name],
  ];
  const tail: TextPair[] = clientOrderId === "" ? [] : [["newClientOrderId", clientOrderId]];
  if (spend !== undefined) {
    if (type !== "market" || side !== "buy" || lots !== 0) {
      return "Only a market buy without lots can spend a quote amount";
    }
    return isCount(spend.count)
      ? [...head, ["quoteOrderQty", spend.step.format(spend.count)], ...tail]
      : `A quote amount of ${spend.count} steps cannot be ordered`;
  }
  if (!isCount(lots)) return `A size of ${lots} lots cannot be ordered`;
  const size: TextPair = ["quantity", instrument.lot.format(lots)];
  if (type === "market") return [...head, size, ...tail];
  if (!isCount(priceTicks)) return `A price of ${priceTicks} ticks cannot be ordered`;
  return [...head, size, ["price", instrument.tick.format(priceTicks)], ...tail];
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count > 0;
}

/** The parameters that name an order, the venue's id first; undefined when it has no id. */
export function referenceParameters(order: OrderReference): TextPair[] | undefined {
  const { exchangeOrderId = "", clientOrderId = "" } = order;
  const symbol: TextPair = ["symbol", order.instrument.exchangeSymbol];
  if (exchangeOrderId !== "") return [symbol, ["orderId", exchangeOrderId]];
  if (clientOrderId !== "") return [symbol, ["origClientOrderId", clientOrderId]];
  return undefined;
}
