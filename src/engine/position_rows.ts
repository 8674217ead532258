/**
 * Orders and positions of the program in the words of the database.
 * @module
 */
import { unrealisedPnl } from "../core/position.ts";
import type { OrderStatus } from "../core/order.ts";
import type { Ledger, MarkPrice } from "../execution/ledger.ts";
import type { OrderState } from "../execution/order_state.ts";
import type { TrackedOrder } from "../execution/tracked_order.ts";
import type { OrderRow, PositionRow } from "../storage/mod.ts";

/** What the database calls the states of an order; those that no venue has confirmed are open or never were. */
const statuses: Readonly<Record<OrderState, OrderStatus>> = {
  planned: "open",
  sent: "open",
  unknown: "open",
  open: "open",
  cancelling: "open",
  "partially-filled": "partially-filled",
  filled: "filled",
  cancelled: "cancelled",
  "partially-cancelled": "partially-cancelled",
  refused: "rejected",
  absent: "rejected",
};

/** The state of an order now. */
export function orderRow(order: TrackedOrder, { time, paper }: { time: number; paper: boolean }): OrderRow {
  const { request, state, exchangeOrderId, filledLots, averagePrice, createdAt } = order;
  const { instrument, clientOrderId, side, type, timeInForce, reduceOnly, priceTicks, lots } = request;
  const { lot, tick, baseFactor } = instrument;
  return {
    instrument: instrument.id,
    clientOrderId,
    orderId: exchangeOrderId,
    side,
    type,
    timeInForce,
    status: statuses[state],
    reduceOnly,
    paper,
    price: type === "market" ? NaN : tick.value(priceTicks),
    quantity: lot.value(lots) * baseFactor,
    filledQuantity: lot.value(filledLots) * baseFactor,
    averagePrice: filledLots === 0 ? NaN : averagePrice,
    createdAt,
    updatedAt: time,
  };
}

/**
 * Every position that was ever open. A coin is one position on all spot venues and stands under one of them; nothing
 * is borrowed, so there is no liquidation, and a contract's margin is its whole value.
 */
export function positionRows(
  ledger: Ledger,
  mark: MarkPrice,
  { time, paper }: { time: number; paper: boolean },
): PositionRow[] {
  return ledger.positions().map(({ instrument, position }) => {
    const isContract = instrument.market === "perpetual";
    const markPrice = mark(instrument);
    return {
      instrument: instrument.id,
      side: "single",
      paper,
      quantity: position.quantity,
      entryPrice: position.quantity === 0 ? NaN : position.averageEntry,
      markPrice,
      liquidationPrice: NaN,
      leverage: isContract ? 1 : NaN,
      margin: isContract ? Math.abs(position.quantity) * position.averageEntry : NaN,
      realisedPnl: position.realisedPnl,
      unrealisedPnl: unrealisedPnl(position, markPrice),
      time,
    };
  });
}
