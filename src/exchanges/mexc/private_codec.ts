/**
 * Frames of MEXC's private stream to structs. Events come as binary `PushDataV3ApiWrapper` messages, answers as text.
 * @module
 */
import * as v from "valibot";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderReport } from "../../core/order_request.ts";
import { baseQuantity, quoteAmount } from "../../core/units.ts";
import { decimalNumber, decimalQuotient, priceSteps, unsignedNumber, wholeSteps } from "./exact_decimal.ts";
import { kindOfNumber, sideOfNumber, statusOfNumber } from "./order_text.ts";
import { cancelledStatus, known } from "./private_documents.ts";
import { feeValue } from "./private_fee.ts";
import { decodeMexcMessage } from "./push_schema.ts";

/** What a binary frame was. Structs belong to the receiver; `other` is of no use here. */
export type PrivateEvent =
  | { readonly kind: "order"; readonly report: OrderReport }
  | { readonly kind: "fill"; readonly fill: Fill }
  | { readonly kind: "balance"; readonly balance: BalanceSnapshot }
  | { readonly kind: "other" };

/** What a text was. */
export type ControlMessage =
  | { readonly kind: "pong" }
  /** The channels that are subscribed now. */
  | { readonly kind: "subscribed"; readonly channels: readonly string[] }
  | { readonly kind: "rejected"; readonly message: string }
  /** The listen key is not valid: the only message that is no JSON. */
  | { readonly kind: "invalid-key" }
  | { readonly kind: "other" };

/** The three private channels. */
export const privateChannels: readonly string[] = [
  "spot@private.orders.v3.api.pb",
  "spot@private.deals.v3.api.pb",
  "spot@private.account.v3.api.pb",
];

const rejectionStart = "Not Subscribed successfully";
const invalidKeyText = "invalid listen key";
/** First byte of JSON text; a wrapper begins with 0x0a, the tag of its channel. */
const jsonStart = 0x7b;

/** Epoch milliseconds; 0 when they are not on the wire. */
const moment = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const orderSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  clientId: v.string(),
  price: v.string(),
  quantity: v.string(),
  orderType: v.number(),
  tradeType: v.number(),
  cumulativeQuantity: v.string(),
  cumulativeAmount: v.string(),
  status: v.number(),
  createTime: moment,
});
const dealSchema = v.object({
  price: v.string(),
  quantity: v.string(),
  amount: v.string(),
  tradeType: v.number(),
  isMaker: v.boolean(),
  tradeId: v.pipe(v.string(), v.nonEmpty()),
  clientOrderId: v.string(),
  orderId: v.string(),
  feeAmount: v.string(),
  feeCurrency: v.string(),
  time: moment,
});
const accountSchema = v.object({
  vcoinName: v.pipe(v.string(), v.nonEmpty()),
  balanceAmount: v.string(),
  frozenAmount: v.string(),
  time: moment,
});
const wrapperSchema = v.object({
  symbol: v.optional(v.string(), ""),
  createTime: v.optional(moment, 0),
  sendTime: v.optional(moment, 0),
  privateOrders: v.optional(orderSchema),
  privateDeals: v.optional(dealSchema),
  privateAccount: v.optional(accountSchema),
});
type Wrapper = v.InferOutput<typeof wrapperSchema>;

/** Whether the bytes are text that came in a binary frame. */
export function isText(bytes: Uint8Array): boolean {
  return bytes[0] === jsonStart;
}

/**
 * Decodes an event. Those of instruments that are not traded here, and of orders that wait for a trigger, are `other`.
 *
 * @param instruments By symbol.
 * @throws {ProtocolError} when the bytes are not what the protocol allows.
 */
export function decodePrivateEvent(
  bytes: Uint8Array,
  instruments: ReadonlyMap<string, Instrument>,
): PrivateEvent {
  const wrapper = decodeMexcMessage("PushDataV3ApiWrapper", bytes, wrapperSchema);
  if (wrapper.privateAccount !== undefined) {
    return { kind: "balance", balance: readBalance(wrapper.privateAccount, wrapper) };
  }
  const instrument = instruments.get(wrapper.symbol);
  if (instrument === undefined) return { kind: "other" };
  if (wrapper.privateDeals !== undefined) {
    return { kind: "fill", fill: readDeal(wrapper.privateDeals, instrument) };
  }
  const order = wrapper.privateOrders;
  if (order === undefined || !(order.orderType in kindOfNumber)) return { kind: "other" };
  return { kind: "order", report: readOrder(order, instrument, wrapper.sendTime) };
}

function readBalance(
  account: v.InferOutput<typeof accountSchema>,
  { createTime, sendTime }: Wrapper,
): BalanceSnapshot {
  const what = `MEXC balance of ${account.vcoinName}`;
  return {
    exchange: "MEXC_SPOT",
    coin: account.vcoinName,
    available: unsignedNumber(account.balanceAmount, what),
    locked: unsignedNumber(account.frozenAmount, what),
    time: account.time || createTime || sendTime,
  };
}

function readDeal(deal: v.InferOutput<typeof dealSchema>, instrument: Instrument): Fill {
  const what = `MEXC deal ${deal.tradeId}`;
  const price = unsignedNumber(deal.price, what);
  const notional = unsignedNumber(deal.amount, what);
  // No fee is the empty text of proto3.
  const fee = deal.feeAmount === "" ? 0 : decimalNumber(deal.feeAmount, what);
  const liquidity = deal.isMaker ? "maker" : "taker";
  const feeCoin = deal.feeCurrency || instrument.quote;
  return {
    tradeId: deal.tradeId,
    clientOrderId: deal.clientOrderId,
    exchangeOrderId: deal.orderId,
    instrument: instrument.id,
    side: known(sideOfNumber, deal.tradeType, `${what}: tradeType`),
    price,
    quantity: baseQuantity(unsignedNumber(deal.quantity, what)),
    notional: quoteAmount(notional),
    fee,
    feeCoin,
    feeQuote: feeValue({ instrument, fee, feeCoin, price, notional, liquidity }),
    liquidity,
    time: deal.time,
  };
}

function readOrder(
  order: v.InferOutput<typeof orderSchema>,
  instrument: Instrument,
  sendTime: number,
): OrderReport {
  const what = `MEXC order ${order.id}`;
  const kind = known(kindOfNumber, order.orderType, `${what}: orderType`);
  const isMarket = kind.type === "market";
  const filled = order.cumulativeQuantity || "0";
  const filledLots = wholeSteps(filled, instrument.lot, `${what}: cumulativeQuantity`);
  return {
    ...kind,
    instrument: instrument.id,
    exchangeOrderId: order.id,
    clientOrderId: order.clientId,
    side: known(sideOfNumber, order.tradeType, `${what}: tradeType`),
    priceTicks: isMarket ? 0 : priceSteps(order.price, instrument.tick, `${what}: price`),
    // UNCONFIRMED: what an order for a quote amount shows as its quantity.
    lots: Math.max(
      filledLots,
      wholeSteps(isMarket ? order.quantity || "0" : order.quantity, instrument.lot, `${what}: quantity`),
    ),
    filledLots,
    averagePrice: decimalQuotient(order.cumulativeAmount || "0", filled, `${what}: average`),
    status: cancelledStatus(known(statusOfNumber, order.status, `${what}: status`), filledLots),
    reduceOnly: false,
    createdAt: order.createTime,
    updatedAt: Math.max(sendTime, order.createTime),
  };
}

/** Reads an answer such as `{"id":1,"code":0,"msg":"spot@private.deals.v3.api.pb"}`. Never throws. */
export function readControl(text: string): ControlMessage {
  if (text.toLowerCase().includes(invalidKeyText)) return { kind: "invalid-key" };
  let message: unknown;
  try {
    message = JSON.parse(text)?.msg;
  } catch {
    return { kind: "other" };
  }
  if (typeof message !== "string") return { kind: "other" };
  if (message === "PONG") return { kind: "pong" };
  if (message.startsWith(rejectionStart)) return { kind: "rejected", message };
  const named = message.split(",");
  const channels = privateChannels.filter((channel) => named.includes(channel));
  return channels.length > 0 ? { kind: "subscribed", channels } : { kind: "other" };
}
