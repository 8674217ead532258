/**
 * Fills, closed positions and liquidations of one account as Gate.io futures states them.
 * @module
 */
import { atomsToNumber, formatAtoms } from "../accounts/atoms.ts";
import type { Liquidation, PositionClose } from "../trading/futures_contract.ts";
import type { VenueFill } from "../trading/venue_order.ts";
import { bigJson } from "./futures_json.ts";
import { attributesOf, orderPrice, signedLots } from "./futures_order_document.ts";
import { floatSeconds, plainText, wholeSeconds } from "./futures_prices.ts";
import { type Size, sizeOf, type SizeStyle } from "./futures_sizes.ts";

/** Signed size of a fill, and how much of it closed a position: with the sign of the size. */
function fillSizes(
  { order, lots, closedLots }: VenueFill,
  style: SizeStyle,
): { size: Size; close_size: Size } {
  return {
    size: sizeOf(order.instrument, signedLots(order, lots), style),
    close_size: sizeOf(order.instrument, signedLots(order, closedLots), style),
  };
}

/**
 * A row of `my_trades`; of `my_trades_timerange` when the id is to be called `trade_id`.
 *
 * @param idName UNCONFIRMED: rows of a time range have `trade_id` in place of `id`.
 */
export function tradeDocument(
  fill: VenueFill,
  idName: "id" | "trade_id",
  style: SizeStyle,
): Record<string, unknown> {
  const { order, tradeId } = fill;
  return {
    [idName]: idName === "id" ? tradeId : String(tradeId),
    create_time: floatSeconds(fill.timeMs),
    contract: order.instrument.spec.exchangeSymbol,
    order_id: order.id,
    ...fillSizes(fill, style),
    price: order.instrument.price(fill.tick),
    role: fill.role,
    text: attributesOf(order).text,
    fee: formatAtoms(fill.fee),
    point_fee: "0",
    trade_value: formatAtoms(fill.value),
  };
}

/** A row of `futures.usertrades`. */
export function pushedTrade(fill: VenueFill, style: SizeStyle): Record<string, unknown> {
  const { order } = fill;
  const { size, close_size } = fillSizes(fill, style);
  return {
    id: String(fill.tradeId),
    create_time: wholeSeconds(fill.timeMs),
    create_time_ms: fill.timeMs,
    contract: order.instrument.spec.exchangeSymbol,
    order_id: order.id,
    size,
    price: order.instrument.price(fill.tick),
    role: fill.role,
    text: attributesOf(order).text,
    fee: atomsToNumber(fill.fee),
    point_fee: 0,
    amend_text: attributesOf(order).amendText,
    biz_info: "-",
    close_size,
  };
}

/** A row of `position_close`: of a short position the entry is the short price. */
export function closeDocument(close: PositionClose): Record<string, unknown> {
  const { side, instrument } = close;
  const [entry, exit] = [plainText(close.entryPrice), plainText(close.exitPrice)];
  return {
    time: wholeSeconds(close.timeMs),
    contract: instrument.spec.exchangeSymbol,
    side,
    pnl: formatAtoms(close.pnl),
    pnl_pnl: formatAtoms(close.pnlPnl),
    pnl_fund: formatAtoms(close.pnlFund),
    pnl_fee: formatAtoms(close.pnlFee),
    text: close.text,
    max_size: instrument.size(close.maxSize),
    accum_size: instrument.size(close.accumSize),
    first_open_time: wholeSeconds(close.openedMs),
    long_price: side === "long" ? entry : exit,
    short_price: side === "long" ? exit : entry,
  };
}

/** A row of `futures.position_closes`. */
export function pushedClose(close: PositionClose): Record<string, unknown> {
  return {
    contract: close.instrument.spec.exchangeSymbol,
    pnl: atomsToNumber(close.pnl),
    side: close.side,
    text: close.text,
    time: wholeSeconds(close.timeMs),
    time_ms: close.timeMs,
    user: close.account.uid,
  };
}

/** A row of `liquidates`. */
export function liquidationDocument(liquidation: Liquidation, style: SizeStyle): Record<string, unknown> {
  const { instrument, order } = liquidation;
  return {
    time: wholeSeconds(liquidation.timeMs),
    contract: instrument.spec.exchangeSymbol,
    size: sizeOf(instrument, liquidation.size, style),
    leverage: plainText(liquidation.leverage),
    margin: formatAtoms(liquidation.margin),
    entry_price: plainText(liquidation.entryPrice),
    liq_price: plainText(liquidation.liquidationPrice),
    mark_price: plainText(liquidation.markPrice),
    order_id: bigJson(order.id),
    order_price: orderPrice(order),
    fill_price: instrument.price(liquidation.fillTick),
    left: sizeOf(instrument, signedLots(order, order.leftLots), style),
  };
}

/** A row of `futures.liquidates`: numbers where REST has texts. */
export function pushedLiquidation(liquidation: Liquidation, style: SizeStyle): Record<string, unknown> {
  const { instrument, order, timeMs } = liquidation;
  return {
    entry_price: liquidation.entryPrice,
    fill_price: instrument.spec.tick.value(liquidation.fillTick),
    left: sizeOf(instrument, signedLots(order, order.leftLots), style),
    leverage: liquidation.leverage,
    liq_price: liquidation.liquidationPrice,
    margin: atomsToNumber(liquidation.margin),
    mark_price: liquidation.markPrice,
    order_id: bigJson(order.id),
    order_price: Number(orderPrice(order)),
    order_size: sizeOf(instrument, signedLots(order, order.lots), style),
    size: sizeOf(instrument, liquidation.size, style),
    time: wholeSeconds(timeMs),
    time_ms: timeMs,
    contract: instrument.spec.exchangeSymbol,
    user: liquidation.account.uid,
  };
}
