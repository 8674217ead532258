/**
 * Intents that were filled at the prices that they have.
 * @module
 */
import type { Holdings, StoredHolding } from "../../src/arbitrage/holdings.ts";
import type { TradeIntent } from "../../src/arbitrage/trade_intent.ts";

/** Books a part of an intent, by default at what its plan brings. @param edge Quote. */
export function executed(
  holdings: Holdings,
  intent: TradeIntent,
  quantity: number,
  epochMs: number,
  edge: number = plannedEdge(intent, quantity),
): StoredHolding[] {
  return holdings.onExecuted(intent, quantity, epochMs, edge);
}

function plannedEdge({ route, buy, sell, quantity: whole }: TradeIntent, quantity: number): number {
  const buyFee = route.grossFactor === 1 ? buy.notional * route.buy.takerFee : 0;
  return (sell.notional * route.proceedsFactor - buy.notional - buyFee) * quantity / whole;
}
