/**
 * Spot against a perpetual until the difference of their prices is gone.
 * @module
 */
import { type EdgePlan, topEdgeBps } from "./edge.ts";
import { enterHold, type HoldTerms } from "./hold_entry.ts";
import type { Holding } from "./holdings.ts";
import { pass, passes, type StrategyContext } from "./strategy_context.ts";
import type { BasisSettings } from "./strategy_settings.ts";
import type { Decision, StrategyView } from "./strategy_view.ts";

const usualEdge = pass("edge not far enough above its mean");

/**
 * Decides about an edge between a spot venue and a perpetual: it must stand out from what the edge is on average, and
 * be worth it with funding and exit.
 */
export function enterBasis(
  context: StrategyContext,
  plan: EdgePlan,
  opportunity: number,
  view: StrategyView,
  seenAt: number,
): Decision {
  const { basis } = context.settings;
  const { route } = plan;
  if (!basis.enabled) return passes.disabled;
  const books = view.books(route);
  if (books === undefined) return passes.unreadable;
  const z = context.statistics.zScore(route.id, topEdgeBps(route, books.buy, books.sell));
  if (Number.isNaN(z)) return passes.noStatistics;
  if (z < basis.entryZ) return usualEdge;
  return enterHold(context, { route, plan, books, opportunity, seenAt }, view, basisTerms(basis));
}

/**
 * An edge that is above its mean has closed by the half-life of the mean, or the mean has come half the way to it: what
 * is received later may not come. What is paid is counted until the time limit.
 */
function basisTerms({ minValueBps, halfLifeMs, maxHoldMs }: BasisSettings): HoldTerms {
  return {
    strategy: "basis",
    minValueBps,
    receivedMs: Math.min(halfLifeMs, maxHoldMs),
    paidMs: maxHoldMs,
  };
}

/** Why a position is taken off at what it brings; undefined when it is not. */
export function basisStop(
  holding: Holding,
  basis: BasisSettings,
  roundTripBps: number,
  epochMs: number,
): string | undefined {
  if (epochMs - holding.openedAt >= basis.maxHoldMs) return "time limit";
  return roundTripBps <= -basis.stopBps ? "stop loss" : undefined;
}
