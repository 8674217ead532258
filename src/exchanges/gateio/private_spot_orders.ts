/**
 * Spot orders and fills as Gate.io writes them: REST, trading API and private streams alike.
 * @module
 */
import * as v from "valibot";
import { ProtocolError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderStatus } from "../../core/order.ts";
import type { OrderAmendment, OrderReport, OrderRequest, Refused } from "../../core/order_request.ts";
import { baseQuantity, quoteAmount } from "../../core/units.ts";
import { checkBody } from "../wire_schema.ts";
import { notSent } from "./private_errors.ts";
import type { OrderBody, OrderMarket } from "./private_order_entry.ts";
import {
  amount,
  clientOrderId,
  type FindInstrument,
  idText,
  knownInstrument,
  lotsOf,
  maybeAmount,
  maybeMoment,
  maybeUnsigned,
  orderText,
  ticksOf,
  timeInForceOf,
  unsigned,
} from "./private_values.ts";

const orderFields = v.object({
  id: idText,
  text: v.nullish(v.string(), ""),
  currency_pair: v.string(),
  type: v.nullish(v.string(), "limit"),
  side: v.picklist(["buy", "sell"]),
  amount: unsigned,
  price: maybeUnsigned,
  time_in_force: v.nullish(v.string(), "gtc"),
  left: unsigned,
  filled_amount: maybeUnsigned,
  filled_total: maybeUnsigned,
  avg_deal_price: maybeUnsigned,
  create_time: maybeMoment,
  create_time_ms: maybeMoment,
  update_time: maybeMoment,
  update_time_ms: maybeMoment,
  status: v.nullish(v.picklist(["open", "closed", "cancelled"])),
  event: v.nullish(v.picklist(["put", "update", "finish"])),
  finish_as: v.nullish(v.string(), ""),
});
/** An order. REST has `status`, pushes have `event`. */
export const spotOrderSchema = v.pipe(
  orderFields,
  v.check(({ create_time_ms: ms, create_time: seconds }) => Boolean(ms ?? seconds), "without a time"),
);
const fillFields = v.object({
  id: idText,
  currency_pair: v.string(),
  order_id: idText,
  side: v.picklist(["buy", "sell"]),
  role: v.picklist(["maker", "taker"]),
  amount: unsigned,
  price: unsigned,
  fee: amount,
  fee_currency: v.nullish(v.string(), ""),
  point_fee: maybeAmount,
  gt_fee: maybeAmount,
  create_time: maybeMoment,
  create_time_ms: maybeMoment,
  text: v.nullish(v.string(), ""),
});
/** A fill of REST or a push. */
export const spotFillSchema = v.pipe(
  fillFields,
  v.check(({ create_time_ms: ms, create_time: seconds }) => Boolean(ms ?? seconds), "without a time"),
);
/** A checked order. */
export type SpotOrderRow = v.InferOutput<typeof spotOrderSchema>;
/** A checked fill. */
export type SpotFillRow = v.InferOutput<typeof spotFillSchema>;

/** Spot orders of the instruments that are known. */
export class GateioSpotOrders implements OrderMarket {
  readonly exchange: ExchangeKey = "GATEIO_SPOT";
  readonly amendNeedsSide = false;

  constructor(private readonly find: FindInstrument) {}

  order(request: OrderRequest): OrderBody | Refused {
    const { instrument, side, type, timeInForce, priceTicks, lots, spend, reduceOnly } = request;
    if (reduceOnly) return notSent("parameters", "spot has no positions to reduce");
    const buysAtMarket = type === "market" && side === "buy";
    if (buysAtMarket !== (spend !== undefined)) {
      return notSent("parameters", "Gate.io takes the quote to spend for market buys only");
    }
    return {
      text: orderText(request.clientOrderId),
      currency_pair: instrument.exchangeSymbol,
      type: type === "market" ? "market" : "limit",
      account: "spot",
      side,
      amount: spend === undefined ? instrument.lot.format(lots) : spend.step.format(spend.count),
      ...(type === "market" ? {} : { price: instrument.tick.format(priceTicks) }),
      // A market order rests nowhere: it is ioc unless it is to be filled whole.
      time_in_force: type === "post-only"
        ? "poc"
        : type === "market" && timeInForce === "gtc"
        ? "ioc"
        : timeInForce,
    };
  }

  amendment({ tick, lot }: Instrument, { priceTicks, lots }: OrderAmendment): OrderBody {
    return {
      ...(lots === undefined ? {} : { amount: lot.format(lots) }),
      ...(priceTicks === undefined ? {} : { price: tick.format(priceTicks) }),
    };
  }

  report(body: unknown): OrderReport {
    const row = checkBody(spotOrderSchema, body, "Gate.io's spot order");
    return spotOrderReport(knownInstrument(this.find, row.currency_pair), row);
  }
}

/** The report that a row is. @throws {ProtocolError} when it lacks a price, or more of it was filled than there is. */
export function spotOrderReport(instrument: Instrument, row: SpotOrderRow): OrderReport {
  const isMarket = row.type === "market";
  // The amount of a market buyer, and what is left of it, are in quote.
  const countsQuote = isMarket && row.side === "buy";
  const filledTotal = row.filled_total ?? 0;
  const filled = row.filled_amount ??
    (countsQuote ? filledTotal / (row.avg_deal_price || NaN) || 0 : row.amount - row.left);
  const filledLots = lotsOf(instrument, filled);
  const lots = countsQuote ? filledLots : lotsOf(instrument, row.amount);
  const averagePrice = filledLots === 0 ? 0 : row.avg_deal_price || filledTotal / filled;
  if (!(filledLots >= 0 && filledLots <= lots && averagePrice < Infinity)) {
    throw new ProtocolError(
      `Gate.io's spot order ${row.id} has ${filledLots} of ${lots} lots filled at ${averagePrice}`,
    );
  }
  const priceTicks = isMarket ? 0 : ticksOf(instrument, row.price ?? 0);
  if (!isMarket && priceTicks === 0) {
    throw new ProtocolError(`Gate.io's spot order ${row.id} has no price, although it is no market order`);
  }
  const createdAt = row.create_time_ms ?? row.create_time!;
  return {
    instrument: instrument.id,
    exchangeOrderId: row.id,
    clientOrderId: clientOrderId(row.text),
    side: row.side,
    type: isMarket ? "market" : row.time_in_force === "poc" ? "post-only" : "limit",
    timeInForce: timeInForceOf(row.time_in_force),
    priceTicks,
    lots,
    filledLots,
    averagePrice,
    status: statusOf(row, filledLots),
    reduceOnly: false,
    createdAt,
    updatedAt: row.update_time_ms ?? row.update_time ?? createdAt,
  };
}

function statusOf({ status, event, finish_as: finish, left }: SpotOrderRow, filledLots: number): OrderStatus {
  if (status === "open" || (!status && event !== "finish")) {
    return filledLots === 0 ? "open" : "partially-filled";
  }
  // Pushes may leave out how it ended ("-"); what has nothing left was filled.
  if (status === "closed" || finish === "filled" || (left === 0 && filledLots > 0)) return "filled";
  return filledLots === 0 ? "cancelled" : "partially-cancelled";
}

/** The fill that a row is. */
export function spotFill(instrument: Instrument, row: SpotFillRow): Fill {
  const quantity = baseQuantity(row.amount);
  const notional = quoteAmount(row.price * quantity);
  return {
    tradeId: row.id,
    clientOrderId: clientOrderId(row.text),
    exchangeOrderId: row.order_id,
    instrument: instrument.id,
    side: row.side,
    price: row.price,
    quantity,
    notional,
    ...feeOf(instrument, row),
    liquidity: row.role,
    time: row.create_time_ms ?? row.create_time!,
  };
}

/** A fee is taken in one coin: the pair's own, or the venue's GT or points, whose value the fill does not tell. */
function feeOf(instrument: Instrument, row: SpotFillRow): Pick<Fill, "fee" | "feeCoin" | "feeQuote"> {
  if (row.fee === 0 && row.gt_fee) {
    return { fee: row.gt_fee, feeCoin: "GT", feeQuote: quoteAmount(NaN) };
  }
  if (row.fee === 0 && row.point_fee) {
    return { fee: row.point_fee, feeCoin: "POINT", feeQuote: quoteAmount(NaN) };
  }
  const usualCoin = row.side === "buy" ? instrument.base : instrument.quote;
  const feeCoin = row.fee_currency === "" ? usualCoin : row.fee_currency;
  const rate = feeCoin === instrument.quote
    ? 1
    : feeCoin === instrument.base
    ? row.price
    : row.fee === 0
    ? 0
    : NaN;
  return { fee: row.fee, feeCoin, feeQuote: quoteAmount(row.fee * rate) };
}
