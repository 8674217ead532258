/**
 * The trail that orders on paper leave.
 * @module
 */
import type { Instrument } from "../core/instrument.ts";
import type { Execution } from "../core/opportunity.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import type { OrderRow } from "../storage/mod.ts";

/** Writes down intent, sending and outcome of an order that was filled at once. */
export function auditPaperOrder(
  audit: AuditTrail,
  order: OrderRow,
  { exchange, exchangeSymbol }: Instrument,
  { id, opportunity, purpose }: Execution,
): void {
  const { clientOrderId, side, type, timeInForce, price, quantity, status, filledQuantity, averagePrice } =
    order;
  const name = { paper: true, exchange, symbol: exchangeSymbol, clientOrderId };
  audit.intent({ ...name, execution: id, opportunity, purpose, side, type, timeInForce, price, quantity });
  audit.sent(name);
  audit.outcome({ ...name, status, filledQuantity, averagePrice });
}
