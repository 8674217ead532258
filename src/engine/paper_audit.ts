/**
 * The trail that orders on paper leave. Orders with money leave theirs on the way to the venue.
 * @module
 */
import type { AuditTrail } from "../logging/audit_trail.ts";
import type { LogFields } from "../logging/logger.ts";
import type { TrackedOrder } from "../execution/tracked_order.ts";

/** Writes down that an order is wanted and on its way. */
export function auditPaperSending(audit: AuditTrail, order: TrackedOrder): void {
  const { request: { side, type, timeInForce, instrument, priceTicks, lots, reduceOnly }, execution } = order;
  const name = nameOf(order);
  const price = instrument.tick.value(priceTicks), size = instrument.lot.value(lots);
  audit.intent({ ...name, execution, side, type, timeInForce, price, size, reduceOnly });
  audit.sent(name);
}

/** Writes down how an order has ended. */
export function auditPaperOutcome(audit: AuditTrail, order: TrackedOrder): void {
  const { state, filledLots, averagePrice, request: { instrument } } = order;
  audit.outcome({ ...nameOf(order), state, filled: instrument.lot.value(filledLots), averagePrice });
}

function nameOf({ request: { instrument, clientOrderId } }: TrackedOrder): LogFields {
  return { paper: true, exchange: instrument.exchange, symbol: instrument.exchangeSymbol, clientOrderId };
}
