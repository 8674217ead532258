/**
 * Futures orders as REST, the trading API and the private channel state them.
 * @module
 */
import { formatAtoms } from "../accounts/atoms.ts";
import { contractTerms } from "../futures/contract_terms.ts";
import type { PositionSlot } from "../trading/futures_contract.ts";
import type { VenueOrder } from "../trading/venue_order.ts";
import { bigJson } from "./futures_json.ts";
import type { FuturesAttributes } from "./futures_order_input.ts";
import { floatSeconds, wholeSeconds } from "./futures_prices.ts";
import { rateText } from "./gate_text.ts";
import { sizeOf, type SizeStyle } from "./futures_sizes.ts";
import { averagePrice, type FuturesParts } from "./futures_user.ts";

/** What the protocol keeps with an order; the engine's own orders have defaults. */
export function attributesOf({ attributes, clientId }: VenueOrder): FuturesAttributes {
  const defaults: FuturesAttributes = {
    text: clientId === "" ? "api" : clientId,
    iceberg: 0,
    isClose: false,
    stpAct: "-",
    amendText: "-",
    bbo: "-",
    slip: "0",
  };
  return { ...defaults, ...attributes };
}

/** Signed total lots: negative for a sale. */
export function signedLots(order: VenueOrder, lots: number): number {
  return order.orderSide === "buy" ? lots : -lots;
}

/** Average price of the fills in quote; "0" without fills. */
export function fillPrice(order: VenueOrder): string {
  return formatAtoms(averagePrice(order.instrument, order.filledValue, order.filledLots));
}

/** Limit price in quote; "0" for a market order. */
export function orderPrice({ kind, instrument, tick }: VenueOrder): string {
  return kind === "market" ? "0" : instrument.price(tick);
}

/** How an order ended. UNCONFIRMED: the word for orders that end because the contract is delisted. */
function finishWord({ finish }: VenueOrder): string {
  return finish === "delisted" || finish === undefined ? "cancelled" : finish;
}

/** Whether the exchange made the order to close a position by force. */
function isForced(order: VenueOrder): boolean {
  return order.attributes["isLiquidation"] === true;
}

/** A FuturesOrder of REST and of the trading API. UNCONFIRMED: `action_mode` ACK and RESULT leave nothing out here. */
export function orderDocument(
  { engine }: FuturesParts,
  order: VenueOrder,
  style: SizeStyle,
): Record<string, unknown> {
  const { instrument, account } = order;
  const attributes = attributesOf(order);
  const finished = order.status === "finished";
  return {
    refu: 0,
    tkfr: rateText(engine.feeRate(account, instrument, "taker")),
    mkfr: rateText(engine.feeRate(account, instrument, "maker")),
    contract: instrument.spec.exchangeSymbol,
    id: bigJson(order.id),
    price: orderPrice(order),
    tif: order.timeInForce,
    iceberg: sizeOf(instrument, attributes.iceberg, style),
    text: attributes.text,
    user: Number(account.uid),
    is_reduce_only: order.reduceOnly,
    is_close: attributes.isClose,
    is_liq: isForced(order),
    fill_price: fillPrice(order),
    create_time: floatSeconds(order.createdMs),
    update_time: floatSeconds(order.updatedMs),
    ...(finished ? { finish_time: floatSeconds(order.updatedMs), finish_as: finishWord(order) } : {}),
    status: order.status,
    left: sizeOf(instrument, signedLots(order, order.leftLots), style),
    refr: "0",
    size: sizeOf(instrument, signedLots(order, order.lots), style),
    biz_info: "-",
    amend_text: attributes.amendText,
    stp_act: attributes.stpAct,
    stp_id: order.stpGroup,
    update_id: order.updateId,
    pnl: formatAtoms(order.pnl),
    pnl_margin: "0",
    bbo: attributes.bbo,
    market_order_slip_ratio: attributes.slip,
  };
}

/** The position that an order works on: in dual mode a buyer opens the long one, or reduces the short one. */
export function slotOf({ engine }: FuturesParts, order: VenueOrder): PositionSlot {
  if (engine.mode(order.account) === "single") return "single";
  return (order.orderSide === "buy") !== order.reduceOnly ? "dual_long" : "dual_short";
}

/**
 * The row of a push. Prices and rates are JSON numbers, as in most samples; UNCONFIRMED: newer ones have texts.
 *
 * @param event What happened: it is told while the order is open.
 */
export function pushedOrder(
  parts: FuturesParts,
  order: VenueOrder,
  event: "_new" | "_update",
  style: SizeStyle,
): Record<string, unknown> {
  const { instrument, account } = order;
  const attributes = attributesOf(order);
  const finished = order.status === "finished";
  const position = parts.engine.position({ account, instrument, slot: slotOf(parts, order) });
  const leverage = position?.leverage ?? 0;
  const fee = [...order.fees.values()].reduce((sum, paid) => sum + paid, 0n);
  return {
    contract: instrument.spec.exchangeSymbol,
    create_time: wholeSeconds(order.createdMs),
    create_time_ms: order.createdMs,
    fill_price: Number(fillPrice(order)),
    finish_as: finished ? finishWord(order) : event,
    finish_time: finished ? wholeSeconds(order.updatedMs) : 0,
    finish_time_ms: finished ? order.updatedMs : 0,
    iceberg: sizeOf(instrument, attributes.iceberg, style),
    id: bigJson(order.id),
    id_string: order.id,
    is_close: attributes.isClose,
    is_liq: isForced(order),
    is_reduce_only: order.reduceOnly,
    left: sizeOf(instrument, signedLots(order, order.leftLots), style),
    mkfr: parts.engine.feeRate(account, instrument, "maker"),
    price: Number(orderPrice(order)),
    refr: 0,
    refu: 0,
    size: sizeOf(instrument, signedLots(order, order.lots), style),
    status: order.status,
    text: attributes.text,
    tif: order.timeInForce,
    tkfr: parts.engine.feeRate(account, instrument, "taker"),
    user: account.uid,
    update_id: order.updateId,
    update_time: order.updatedMs,
    biz_info: "-",
    stp_id: String(order.stpGroup),
    stp_act: attributes.stpAct,
    amend_text: attributes.amendText,
    role: order.filledLots === 0 ? "" : order.lastRole,
    fee: formatAtoms(fee),
    point_fee: "0",
    pos_margin_mode: leverage === 0 ? "cross" : "isolated",
    leverage: String(
      leverage === 0
        ? position?.crossLeverageLimit ?? contractTerms(instrument).crossLeverageDefault
        : leverage,
    ),
  };
}
