/**
 * Futures orders and fills as Gate.io writes them: REST, trading API and private streams alike.
 * @module
 */
import * as v from "valibot";
import { ProtocolError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderStatus, Side } from "../../core/order.ts";
import type { OrderAmendment, OrderReport, OrderRequest, Refused } from "../../core/order_request.ts";
import { quoteAmount } from "../../core/units.ts";
import { checkBody } from "../wire_schema.ts";
import { notSent } from "./private_errors.ts";
import type { OrderBody, OrderMarket } from "./private_order_entry.ts";
import {
  amount,
  baseOf,
  clientOrderId,
  type FindInstrument,
  idText,
  knownInstrument,
  lotsOf,
  maybeAmount,
  maybeMoment,
  maybeUnsigned,
  moment,
  orderText,
  ticksOf,
  timeInForceOf,
  unsigned,
} from "./private_values.ts";

/** An order. Stamps are in seconds, those that end in `_ms` and the `update_time` of pushes in milliseconds. */
export const futuresOrderSchema = v.object({
  id: idText,
  id_string: v.nullish(v.string(), ""),
  contract: v.string(),
  size: amount,
  left: maybeAmount,
  price: maybeUnsigned,
  fill_price: maybeUnsigned,
  tif: v.nullish(v.string(), "gtc"),
  text: v.nullish(v.string(), ""),
  is_reduce_only: v.nullish(v.boolean(), false),
  status: v.picklist(["open", "finished"]),
  finish_as: v.nullish(v.string(), ""),
  create_time: moment,
  create_time_ms: maybeMoment,
  update_time: maybeMoment,
  finish_time: maybeMoment,
});
/** A fill of REST or a push. */
export const futuresFillSchema = v.pipe(
  v.object({
    id: v.nullish(idText),
    trade_id: v.nullish(idText),
    contract: v.string(),
    order_id: idText,
    size: amount,
    price: unsigned,
    role: v.picklist(["maker", "taker"]),
    text: v.nullish(v.string(), ""),
    fee: maybeAmount,
    point_fee: maybeAmount,
    create_time: moment,
    create_time_ms: maybeMoment,
  }),
  v.check(({ id, trade_id }) => Boolean(id ?? trade_id), "without an id"),
);
/** A checked order. */
export type FuturesOrderRow = v.InferOutput<typeof futuresOrderSchema>;
/** A checked fill. */
export type FuturesFillRow = v.InferOutput<typeof futuresFillSchema>;

/** Sizes of requests: decimal texts where the size header was sent, or JSON whole numbers. */
export type SizeStyle = "decimal" | "whole";

/** Futures orders of the contracts that are known. */
export class GateioFuturesOrders implements OrderMarket {
  readonly exchange: ExchangeKey = "GATEIO_FUTURES";
  readonly amendNeedsSide = true;

  constructor(private readonly find: FindInstrument, private readonly sizes: SizeStyle) {}

  order(request: OrderRequest): OrderBody | Refused {
    const { instrument, side, type, timeInForce, priceTicks, lots, spend, reduceOnly } = request;
    if (spend !== undefined) {
      return notSent("parameters", "futures orders are counted in contracts, not in quote");
    }
    if (this.sizes === "whole" && !Number.isSafeInteger(instrument.lot.value(lots))) {
      return notSent("size", "this connection carries whole contracts only");
    }
    return {
      contract: instrument.exchangeSymbol,
      size: this.#size(instrument, side, lots),
      price: type === "market" ? "0" : instrument.tick.format(priceTicks),
      tif: type === "post-only" ? "poc" : type === "market" && timeInForce === "gtc" ? "ioc" : timeInForce,
      text: orderText(request.clientOrderId),
      ...(reduceOnly ? { reduce_only: true } : {}),
    };
  }

  amendment(instrument: Instrument, { priceTicks, lots }: OrderAmendment, side: Side): OrderBody {
    return {
      ...(lots === undefined ? {} : { size: this.#size(instrument, side, lots) }),
      ...(priceTicks === undefined ? {} : { price: instrument.tick.format(priceTicks) }),
    };
  }

  report(body: unknown): OrderReport {
    const row = checkBody(futuresOrderSchema, body, "Gate.io's futures order");
    return futuresOrderReport(knownInstrument(this.find, row.contract), row);
  }

  #size({ lot }: Instrument, side: Side, lots: number): string | number {
    const text = lot.format(side === "buy" ? lots : -lots);
    return this.sizes === "decimal" ? text : Number(text);
  }
}

/**
 * The report that a row is.
 *
 * @throws {ProtocolError} when it does not tell how much of it was filled, or has a price that is less than a tick.
 */
export function futuresOrderReport(instrument: Instrument, row: FuturesOrderRow): OrderReport {
  const lots = Math.abs(lotsOf(instrument, row.size));
  // An order that closes a position may be told with a size of 0.
  const filledLots = Math.max(0, lots - Math.abs(lotsOf(instrument, leftOf(row))));
  const priceTicks = ticksOf(instrument, row.price ?? 0);
  if (priceTicks === 0 && row.price) {
    throw new ProtocolError(
      `Gate.io's futures order ${row.id} has the price ${row.price}, which is less than a tick`,
    );
  }
  return {
    instrument: instrument.id,
    exchangeOrderId: row.id_string || row.id,
    clientOrderId: clientOrderId(row.text),
    side: row.size < 0 ? "sell" : "buy",
    type: !row.price ? "market" : row.tif === "poc" ? "post-only" : "limit",
    timeInForce: timeInForceOf(row.tif),
    priceTicks,
    lots,
    filledLots,
    averagePrice: filledLots === 0 ? 0 : row.fill_price ?? 0,
    status: statusOf(row, filledLots, lots),
    reduceOnly: row.is_reduce_only,
    createdAt: row.create_time_ms || row.create_time,
    updatedAt: row.update_time || row.finish_time || row.create_time_ms || row.create_time,
  };
}

/** Samples of the trading API leave `left` out: then it follows from how the order ended. */
function leftOf({ left, finish_as: finish, fill_price: price, size, text }: FuturesOrderRow): number {
  if (left !== undefined) return left;
  if (finish === "filled") return 0;
  if (!price) return size;
  throw new ProtocolError(`Gate.io's futures order ${text} does not tell what is left of it`);
}

function statusOf(row: FuturesOrderRow, filledLots: number, lots: number): OrderStatus {
  if (row.status === "open") return filledLots === 0 ? "open" : "partially-filled";
  if (row.finish_as === "filled" || (lots > 0 && filledLots === lots)) return "filled";
  return filledLots === 0 ? "cancelled" : "partially-cancelled";
}

/** The fill that a row is. Fees are taken in the settlement coin, which is the quote. */
export function futuresFill(instrument: Instrument, row: FuturesFillRow): Fill {
  const quantity = baseOf(instrument, Math.abs(lotsOf(instrument, row.size)));
  const { fee = 0, point_fee: points = 0 } = row;
  const inPoints = fee === 0 && points !== 0;
  return {
    tradeId: row.trade_id ?? row.id!,
    clientOrderId: clientOrderId(row.text),
    exchangeOrderId: row.order_id,
    instrument: instrument.id,
    side: row.size < 0 ? "sell" : "buy",
    price: row.price,
    quantity,
    notional: quoteAmount(row.price * quantity),
    fee: inPoints ? points : fee,
    feeCoin: inPoints ? "POINT" : instrument.quote,
    feeQuote: quoteAmount(inPoints ? NaN : fee),
    liquidity: row.role,
    time: row.create_time_ms || row.create_time,
  };
}
