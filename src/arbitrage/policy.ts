/**
 * Which edges are worth a trade, and when a hedged position is taken off. Pure functions of what is known.
 * @module
 */
import type { Position } from "../core/position.ts";
import type { OpenOpportunity } from "./detector.ts";
import type { EdgePlan } from "./edge.ts";

/** Bounds of the policy. */
export interface PolicySettings {
  /** Least profit of a trade after fees, quote. */
  readonly minProfit: number;
  /** Largest value of a position in one coin or contract after a trade, quote. */
  readonly maxPositionNotional: number;
  /** Least profit of a round trip, entry fees included, in basis points of its value. */
  readonly exitProfitBps: number;
}

/** What keeps an edge from being traded. */
export type EntryObstacle = "tried before" | "too little profit" | "position limit";

/**
 * What keeps an edge from being traded; undefined when nothing does. It is traded once per opportunity, because on
 * paper the size that was taken still stands in the book, and what the account cannot pay for is not tried again;
 * with the least profit; and only as far as positions may grow.
 *
 * @param buySide Position that the buying trade changes.
 * @param sellSide Position that the selling trade changes; the same one for two spot venues.
 */
export function entryObstacle(
  opportunity: OpenOpportunity,
  plan: EdgePlan,
  buySide: Position,
  sellSide: Position,
  settings: PolicySettings,
): EntryObstacle | undefined {
  if (opportunity.attempts > 0) return "tried before";
  if (plan.profit < settings.minProfit) return "too little profit";
  const { buy, sell } = plan.route;
  // Bought on one spot venue and sold on another: the position in the coin stays as it is.
  if (buy.market === "spot" && sell.market === "spot") return undefined;
  const bought = Math.abs(buySide.quantity + plan.buyQuantity);
  const sold = Math.abs(sellSide.quantity - plan.sellQuantity);
  const price = plan.buyNotional / plan.buyQuantity;
  return Math.max(bought, sold) * price <= settings.maxPositionNotional ? undefined : "position limit";
}

/**
 * Base quantity that a route would take off: what is long where it sells and short where it buys.
 */
export function hedgedQuantity(buySide: Position, sellSide: Position): number {
  return sellSide.quantity > 0 && buySide.quantity < 0 ? Math.min(sellSide.quantity, -buySide.quantity) : 0;
}

/**
 * Profit of the whole round trip when a hedged position is taken off with this plan.
 *
 * profit = plan.profit + q · (short entry − long entry) − entry fees, with q the quantity taken off. The entry fees
 * are those that were really paid, because a coin may leave through another venue than it came by, at another
 * fee. Where a fee was taken in the coin it is in the entry price already.
 */
export function roundTripProfit(plan: EdgePlan, buySide: Position, sellSide: Position): number {
  const quantity = plan.sellQuantity;
  const entryFees = quantity * (entryFeePerUnit(buySide) + entryFeePerUnit(sellSide));
  return plan.profit + quantity * (buySide.averageEntry - sellSide.averageEntry) - entryFees;
}

function entryFeePerUnit({ entryFees, quantity }: Position): number {
  return quantity === 0 ? 0 : entryFees / Math.abs(quantity);
}

/** Whether taking a hedged position off with this plan brings the least round-trip profit. */
export function shouldExit(
  plan: EdgePlan,
  buySide: Position,
  sellSide: Position,
  settings: PolicySettings,
): boolean {
  return roundTripProfit(plan, buySide, sellSide) >= (plan.buyNotional * settings.exitProfitBps) / 10_000;
}
