/**
 * Documents of MEXC's private REST interface to structs.
 * @module
 */
import * as v from "valibot";
import type { BalanceSnapshot } from "../../core/balance.ts";
import { ProtocolError } from "../../core/errors.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderStatus } from "../../core/order.ts";
import type { OrderAck, OrderReport } from "../../core/order_request.ts";
import { baseQuantity, quoteAmount } from "../../core/units.ts";
import { checkBody, decimalText, signedDecimal, wholeNumber } from "../wire_schema.ts";
import { decimalNumber, decimalQuotient, priceSteps, wholeSteps } from "./exact_decimal.ts";
import { kindOfType, sideOfText, statusOfText } from "./order_text.ts";
import { feeValue } from "./private_fee.ts";

/** Ids are texts; one that comes as a number is taken with all its digits. */
const id = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.safeInteger("too large for a number"))]),
  v.transform(String),
  v.nonEmpty("must not be empty"),
);
const optionalText = v.nullish(v.string(), "");
/** What a market order need not have: a price, or a quantity beside its amount. Empty then. */
const optionalDecimal = v.nullish(v.union([v.literal(""), decimalText]), "");

/** What the answers about an order have in common. */
const stateFields = {
  symbol: v.string(),
  orderId: id,
  price: optionalDecimal,
  origQty: optionalDecimal,
  executedQty: decimalText,
  cummulativeQuoteQty: decimalText,
  status: v.string(),
  type: v.string(),
  side: v.string(),
};
const orderSchema = v.object({
  ...stateFields,
  clientOrderId: optionalText,
  time: wholeNumber,
  updateTime: v.nullish(wholeNumber, 0),
});
type State = Omit<v.InferOutput<typeof orderSchema>, "time" | "updateTime" | "clientOrderId">;
const listingSchema = v.array(v.looseObject({ symbol: v.string(), type: v.string() }));

/** The answer to a new order: that it was taken, nothing about fills. */
const ackSchema = v.object({ orderId: id });
const batchAckSchema = v.object({ orderId: id, newClientOrderId: v.nullish(v.string()) });
const cancelSchema = v.object({ symbol: v.string(), orderId: id, origClientOrderId: optionalText });

/** States of an order that has ended. */
const endedWords: readonly string[] = ["CANCELED", "PARTIALLY_CANCELED", "FILLED"];

const tradeSchema = v.object({
  symbol: v.string(),
  id,
  orderId: id,
  price: decimalText,
  qty: decimalText,
  quoteQty: decimalText,
  commission: signedDecimal,
  commissionAsset: v.string(),
  time: wholeNumber,
  isBuyer: v.boolean(),
  isMaker: v.boolean(),
  clientOrderId: optionalText,
});

const accountSchema = v.object({
  balances: v.array(v.object({ asset: id, free: decimalText, locked: decimalText })),
});

/** A document of `order`. @throws {ProtocolError} when it is not as the protocol has it. */
export function readOrder(body: unknown, instrument: Instrument): OrderReport {
  const order = checkBody(orderSchema, body, "MEXC order");
  if (order.symbol !== instrument.exchangeSymbol) {
    throw new ProtocolError(`MEXC told an order of ${order.symbol} instead of ${instrument.exchangeSymbol}`);
  }
  const { clientOrderId, time, updateTime } = order;
  const times = { createdAt: time, updatedAt: Math.max(time, updateTime ?? 0) };
  return toReport(order, instrument, { clientOrderId: clientOrderId ?? "", ...times });
}

/**
 * The documents of `openOrders` that are about these instruments. Orders of a type that no order of ours has (such as
 * one that a person left waiting for a trigger) are nobody's business here.
 *
 * @throws {ProtocolError} when one is not as the protocol has it.
 */
export function readOrders(body: unknown, instruments: ReadonlyMap<string, Instrument>): OrderReport[] {
  return checkBody(listingSchema, body, "MEXC openOrders").flatMap((row) => {
    const instrument = instruments.get(row.symbol);
    return instrument === undefined || !Object.hasOwn(kindOfType, row.type)
      ? []
      : [readOrder(row, instrument)];
  });
}

/** The answer to a new order. @throws {ProtocolError} when it names no order. */
export function readAck(body: unknown, clientOrderId: string): OrderAck {
  return { clientOrderId, exchangeOrderId: checkBody(ackSchema, body, "MEXC new order").orderId };
}

/** One element of the answer to a batch. @throws {ProtocolError} when it is about another order. */
export function readBatchAck(body: unknown, clientOrderId: string): OrderAck {
  const { orderId, newClientOrderId } = checkBody(batchAckSchema, body, "MEXC batch order");
  if ((newClientOrderId ?? clientOrderId) !== clientOrderId) {
    throw new ProtocolError(`MEXC answered a batch out of order: ${newClientOrderId} for ${clientOrderId}`);
  }
  return { clientOrderId, exchangeOrderId: orderId };
}

/**
 * The answer to a cancellation. It has a report when it tells how the order ended, as in the newest documents; its
 * `createdAt` is 0, because MEXC does not tell it here. Live answers tell the state from before the cancellation (NEW,
 * as hummingbot expects it), which is no report: who needs the state asks for the order.
 *
 * @param nowMs The venue's time, epoch milliseconds.
 * @throws {ProtocolError} when it is not as the protocol has it.
 */
export function readCancel(body: unknown, instrument: Instrument, nowMs: number): OrderAck {
  const { symbol, orderId, origClientOrderId } = checkBody(cancelSchema, body, "MEXC cancellation");
  const clientOrderId = origClientOrderId ?? "";
  if (symbol !== instrument.exchangeSymbol) {
    throw new ProtocolError(`MEXC cancelled an order of ${symbol} instead of ${instrument.exchangeSymbol}`);
  }
  const ack = { clientOrderId, exchangeOrderId: orderId };
  const state = v.safeParse(v.object(stateFields), body);
  if (!state.success || !endedWords.includes(state.output.status)) return ack;
  const { price, origQty, type } = state.output;
  if (type !== "MARKET" && (price === "" || origQty === "")) return ack;
  const rest = { clientOrderId, createdAt: 0, updatedAt: nowMs };
  return { ...ack, report: toReport(state.output, instrument, rest) };
}

function toReport(
  state: State,
  instrument: Instrument,
  rest: Pick<OrderReport, "clientOrderId" | "createdAt" | "updatedAt">,
): OrderReport {
  const what = `MEXC order ${state.orderId}`;
  const kind = known(kindOfType, state.type, `${what}: type`);
  const isMarket = kind.type === "market";
  const filledLots = wholeSteps(state.executedQty, instrument.lot, `${what}: executedQty`);
  return {
    ...kind,
    ...rest,
    instrument: instrument.id,
    exchangeOrderId: state.orderId,
    side: known(sideOfText, state.side, `${what}: side`),
    priceTicks: isMarket ? 0 : priceSteps(state.price, instrument.tick, `${what}: price`),
    // An order for a quote amount has no quantity of its own.
    lots: Math.max(
      filledLots,
      wholeSteps(isMarket ? state.origQty || "0" : state.origQty, instrument.lot, `${what}: origQty`),
    ),
    filledLots,
    averagePrice: decimalQuotient(state.cummulativeQuoteQty, state.executedQty, `${what}: average`),
    status: cancelledStatus(known(statusOfText, state.status, `${what}: status`), filledLots),
    reduceOnly: false,
  };
}

/** What was filled decides which of the two kinds of cancelled it is. */
export function cancelledStatus(status: OrderStatus, filledLots: number): OrderStatus {
  if (status !== "cancelled" && status !== "partially-cancelled") return status;
  return filledLots > 0 ? "partially-cancelled" : "cancelled";
}

/** The meaning of a word. @throws {ProtocolError} when nobody knows it. */
export function known<Meaning>(
  table: Readonly<Record<string, Meaning>>,
  word: string | number,
  what: string,
): Meaning {
  if (Object.hasOwn(table, word)) return table[word]!;
  throw new ProtocolError(`${what} is "${word}", which is not in the protocol`);
}

/** A row of `myTrades`. @throws {ProtocolError} when it is not as the protocol has it. */
export function readTrade(body: unknown, instrument: Instrument): Fill {
  const trade = checkBody(tradeSchema, body, "MEXC myTrades");
  if (trade.symbol !== instrument.exchangeSymbol) {
    throw new ProtocolError(`MEXC told a trade of ${trade.symbol} instead of ${instrument.exchangeSymbol}`);
  }
  const price = Number(trade.price);
  const notional = Number(trade.quoteQty);
  const liquidity = trade.isMaker ? "maker" : "taker";
  const fee = decimalNumber(trade.commission, "MEXC commission");
  return {
    tradeId: trade.id,
    clientOrderId: trade.clientOrderId ?? "",
    exchangeOrderId: trade.orderId,
    instrument: instrument.id,
    side: trade.isBuyer ? "buy" : "sell",
    price,
    quantity: baseQuantity(Number(trade.qty)),
    notional: quoteAmount(notional),
    fee,
    feeCoin: trade.commissionAsset,
    feeQuote: feeValue({ instrument, fee, feeCoin: trade.commissionAsset, price, notional, liquidity }),
    liquidity,
    time: trade.time,
  };
}

/** `account`. Coins without any balance may be left out. @param time Epoch milliseconds. */
export function readBalances(body: unknown, time: number): BalanceSnapshot[] {
  return checkBody(accountSchema, body, "MEXC account").balances.map(({ asset, free, locked }) => ({
    exchange: "MEXC_SPOT",
    coin: asset,
    available: Number(free),
    locked: Number(locked),
    time,
  }));
}
