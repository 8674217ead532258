/**
 * Orders and fills of Gate.io spot as REST and WebSocket state them.
 * @module
 */
import { type Atoms, formatAtoms, oneCoin } from "../accounts/atoms.ts";
import type { SpotTrading } from "../trading/spot_trading.ts";
import type { OrderEvent } from "../trading/trading_events.ts";
import type { VenueFill, VenueOrder } from "../trading/venue_order.ts";
import { fractionText, secondsText } from "./gate_text.ts";

/** What of an answer a client wants: `ACK` the id, `RESULT` all but the fees, `FULL` everything. */
export type ActionMode = "ACK" | "RESULT" | "FULL";

/** Decimals of an average price. UNCONFIRMED. */
const averageDecimals = 12n;

/** A note of the protocol on an order. */
function note(order: VenueOrder, name: "text" | "iceberg" | "stpAct" | "amendText"): string {
  return String(order.attributes[name]);
}

/** `text` of an order: the client's, or where it came from. */
export function orderText(order: VenueOrder): string {
  return note(order, "text");
}

function baseOf(trading: SpotTrading, order: VenueOrder, lots: number): Atoms {
  return trading.units(order.instrument).base(lots);
}

function average(value: Atoms, base: Atoms): string {
  if (base === 0n) return "0";
  const rest = 10n ** (18n - averageDecimals);
  return formatAtoms(value * oneCoin / base / rest * rest);
}

/** The coin that pays the fee of an order: the one that it receives. */
function feeCoin({ orderSide, instrument: { spec } }: VenueOrder): string {
  return orderSide === "buy" ? spec.base : spec.quote;
}

/** Amounts that REST and WebSocket state alike. A market buyer's amount and rest are in quote. */
function amounts(trading: SpotTrading, order: VenueOrder): Record<string, string> {
  const { budget, filledValue } = order;
  const filled = baseOf(trading, order, order.filledLots);
  return {
    amount: formatAtoms(budget ?? baseOf(trading, order, order.lots)),
    // UNCONFIRMED: the price of a market order.
    price: order.kind === "market" ? "0" : order.instrument.price(order.tick),
    left: formatAtoms(budget === undefined ? baseOf(trading, order, order.leftLots) : budget - filledValue),
    filled_amount: formatAtoms(filled),
    filled_total: formatAtoms(filledValue),
    avg_deal_price: average(filledValue, filled),
  };
}

/** Fees of an order: what was paid, and what was given back for a negative rate. */
function fees(order: VenueOrder): Record<string, string> {
  const coin = feeCoin(order);
  const paid = order.fees.get(coin) ?? 0n;
  return {
    fee: formatAtoms(paid > 0n ? paid : 0n),
    fee_currency: coin,
    point_fee: "0",
    gt_fee: "0",
    rebated_fee: formatAtoms(paid < 0n ? -paid : 0n),
    // UNCONFIRMED: the coin of a rebate; the documents show both.
    rebated_fee_currency: coin,
  };
}

/** `finish_as`. */
function finishOf({ status, finish }: VenueOrder): string {
  if (status === "open") return "open";
  // UNCONFIRMED: the word for an order of a delisted pair.
  return finish === "delisted" ? "cancelled" : finish ?? "unknown";
}

function statusOf({ status, finish }: VenueOrder): string {
  if (status === "open") return "open";
  return finish === "filled" ? "closed" : "cancelled";
}

/** An Order as REST answers it. */
export function orderDocument(
  trading: SpotTrading,
  order: VenueOrder,
  mode: ActionMode = "FULL",
): Record<string, unknown> {
  const own = { id: order.id, text: orderText(order), amend_text: note(order, "amendText") };
  if (mode === "ACK") return own;
  const { amount, price, left, filled_amount, filled_total, avg_deal_price } = amounts(trading, order);
  const { rebated_fee, rebated_fee_currency, ...paid } = fees(order);
  const full = mode === "FULL";
  return {
    id: own.id,
    text: own.text,
    ...(full ? { amend_text: own.amend_text } : {}),
    create_time: secondsText(order.createdMs),
    update_time: secondsText(order.updatedMs),
    create_time_ms: order.createdMs,
    update_time_ms: order.updatedMs,
    status: statusOf(order),
    currency_pair: order.instrument.spec.exchangeSymbol,
    type: order.kind,
    account: "spot",
    side: order.orderSide,
    amount,
    price,
    time_in_force: order.timeInForce,
    iceberg: note(order, "iceberg"),
    ...(full ? {} : { auto_borrow: false }),
    left,
    ...(full ? { filled_amount, fill_price: filled_total } : {}),
    filled_total,
    avg_deal_price,
    ...(full
      ? {
        ...paid,
        gt_maker_fee: "0",
        gt_taker_fee: "0",
        gt_discount: false,
        rebated_fee,
        rebated_fee_currency,
      }
      : {}),
    stp_id: order.stpGroup,
    stp_act: note(order, "stpAct"),
    finish_as: finishOf(order),
  };
}

/** A row of `spot.orders`. @param withFees False for `spot.orders_v2`. */
export function orderRow(
  trading: SpotTrading,
  order: VenueOrder,
  event: OrderEvent,
  withFees = true,
): Record<string, unknown> {
  const { amount, price, left, filled_amount, filled_total, avg_deal_price } = amounts(trading, order);
  return {
    id: order.id,
    text: orderText(order),
    create_time: secondsText(order.createdMs),
    update_time: secondsText(order.updatedMs),
    currency_pair: order.instrument.spec.exchangeSymbol,
    type: order.kind,
    account: "spot",
    side: order.orderSide,
    amount,
    price,
    time_in_force: order.timeInForce,
    left,
    filled_amount,
    filled_total,
    avg_deal_price,
    ...(withFees ? fees(order) : {}),
    create_time_ms: String(order.createdMs),
    update_time_ms: String(order.updatedMs),
    user: Number(order.account.uid),
    event,
    stp_id: order.stpGroup,
    stp_act: note(order, "stpAct"),
    finish_as: finishOf(order),
    biz_info: "-",
    amend_text: note(order, "amendText"),
  };
}

/** Amounts of a fill that REST and WebSocket state alike. A negative fee is a rebate (UNCONFIRMED: its sign). */
function fillAmounts(trading: SpotTrading, fill: VenueFill): Record<string, string> {
  const { order } = fill;
  return {
    side: order.orderSide,
    amount: formatAtoms(baseOf(trading, order, fill.lots)),
    role: fill.role,
    price: order.instrument.price(fill.tick),
    fee: formatAtoms(fill.fee),
    fee_currency: fill.feeCoin,
    point_fee: "0",
    gt_fee: "0",
  };
}

/** A row of `GET /spot/my_trades`. */
export function fillDocument(trading: SpotTrading, fill: VenueFill): Record<string, unknown> {
  const { order, tradeId, timeMs } = fill;
  const { side, role, amount, price, ...rest } = fillAmounts(trading, fill);
  return {
    id: String(tradeId),
    create_time: secondsText(timeMs),
    create_time_ms: fractionText(timeMs),
    currency_pair: order.instrument.spec.exchangeSymbol,
    order_id: order.id,
    side,
    role,
    amount,
    price,
    ...rest,
    amend_text: note(order, "amendText"),
    // UNCONFIRMED: how the sequence relates to the id.
    sequence_id: String(tradeId),
    text: orderText(order),
  };
}

/** A row of `spot.usertrades`. */
export function fillRow(trading: SpotTrading, fill: VenueFill): Record<string, unknown> {
  const { order, tradeId, timeMs } = fill;
  return {
    id: tradeId,
    user_id: Number(order.account.uid),
    order_id: order.id,
    currency_pair: order.instrument.spec.exchangeSymbol,
    create_time: Math.floor(timeMs / 1000),
    create_time_ms: fractionText(timeMs),
    ...fillAmounts(trading, fill),
    text: orderText(order),
    amend_text: note(order, "amendText"),
    id_market: tradeId,
  };
}
