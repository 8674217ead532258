/**
 * The paper account in the words of the database.
 * @module
 */
import type { Fill } from "../core/fill.ts";
import { unrealisedPnl } from "../core/position.ts";
import type { Ledger, MarkPrice } from "../execution/ledger.ts";
import type { OrderRow, PositionRow } from "../storage/mod.ts";

/** The order behind a fill on paper: it took everything that it asked for at once. */
export function paperOrder(fill: Fill): OrderRow {
  return {
    instrument: fill.instrument,
    clientOrderId: fill.clientOrderId,
    orderId: fill.tradeId,
    side: fill.side,
    type: "limit",
    timeInForce: "ioc",
    status: "filled",
    reduceOnly: false,
    paper: true,
    price: fill.price,
    quantity: fill.quantity,
    filledQuantity: fill.quantity,
    averagePrice: fill.price,
    createdAt: fill.time,
    updatedAt: fill.time,
  };
}

/**
 * Every position that was ever open. A coin is one position on all spot venues and stands under one of them; nothing
 * is borrowed, so there is no liquidation, and a contract's margin is its whole value.
 */
export function paperPositions(ledger: Ledger, mark: MarkPrice, time: number): PositionRow[] {
  return ledger.positions().map(({ instrument, position }) => {
    const isContract = instrument.market === "perpetual";
    const markPrice = mark(instrument);
    return {
      instrument: instrument.id,
      side: "single",
      paper: true,
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
