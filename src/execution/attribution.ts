/**
 * What became of an execution, in one row.
 * @module
 */
import type { Execution, ExecutionAttribution, ExecutionOutcome } from "../core/opportunity.ts";
import { quoteAmount } from "../core/units.ts";
import { exchangeByKey } from "../core/exchange.ts";
import { expectedFee } from "../telemetry/fee_drift.ts";
import type { ExecutionRun } from "./execution_run.ts";
import { leastOrder } from "./hedge_ladder.ts";
import type { TrackedOrder } from "./tracked_order.ts";

/**
 * The row of an execution that has ended.
 *
 * @param price Quote per base at which what is left is valued.
 */
export function executionRow(run: ExecutionRun, price: number): Execution {
  const { id, intent: { opportunity, purpose, route } } = run;
  const { matched, profit } = run.result(price);
  return {
    id,
    opportunity,
    purpose,
    buy: route.buy.id,
    sell: route.sell.id,
    quantity: matched,
    edgeQuote: profit,
    time: run.moments.sentAt,
    attribution: attributionOf(run, price),
  };
}

/** What came of an execution beside what was expected. */
function attributionOf(run: ExecutionRun, price: number): ExecutionAttribution {
  const { intent, moments, orders } = run;
  const { missed, hedged, residue, profit } = run.result(price);
  const outcome = outcomeOf(run, residue, price);
  return {
    ...moments,
    strategy: intent.strategy,
    outcome,
    reason: outcome === "hedged" && hedged === 0 ? "" : reasonOf(run),
    orders: orders.length,
    wanted: intent.quantity,
    missed,
    hedgedQuantity: hedged,
    residue,
    expectedQuote: intent.expected.value,
    profitQuote: profit,
    expectedFees: quoteAmount(orders.reduce((sum, order) => sum + expectedFees(order), 0)),
    chargedFees: quoteAmount(orders.reduce((sum, order) => sum + chargedFee(order), 0)),
  };
}

/** How an execution ended; see {@link ExecutionOutcome}. */
export function outcomeOf(run: ExecutionRun, residue: number, price: number): ExecutionOutcome {
  const { buy, sell, hedges, intent: { route } } = run;
  const least = Math.min(leastOrder(route.buy, price), leastOrder(route.sell, price));
  if (Math.abs(residue) >= least) return "residue";
  if (buy.state === "refused" && sell.state === "refused") return "refused";
  if (buy.filledLots === 0 && sell.filledLots === 0) return "missed";
  const given = hedges.some(({ request, filledLots }) =>
    filledLots > 0 &&
    [buy, sell].some((leg) =>
      leg.request.instrument === request.instrument && leg.request.side !== request.side
    )
  );
  return given ? "flattened" : "hedged";
}

function reasonOf({ buy, sell }: ExecutionRun): string {
  return [buy, sell].filter(({ filledLots, request }) => filledLots < request.lots).map(
    ({ request: { instrument, side }, state }) =>
      `${side} at ${exchangeByKey(instrument.exchange).name}: ${state}`,
  ).join("; ");
}

/** What the trades of an order should have cost, quote. */
function expectedFees({ fills, request: { instrument } }: TrackedOrder): number {
  return fills.reduce((sum, fill) => sum + expectedFee(instrument, fill), 0);
}

/** What they did cost; NaN when a fee was in a coin without a price here. */
function chargedFee({ fills }: TrackedOrder): number {
  return fills.reduce((sum, { feeQuote }) => sum + feeQuote, 0);
}
