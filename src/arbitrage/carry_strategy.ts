/**
 * Spot against a perpetual, held for its funding.
 * @module
 */
import { enterHold, fundingRatio, type HoldQuestion } from "./hold_entry.ts";
import { type Holding, perpetualOf } from "./holdings.ts";
import { pass, passes, type StrategyContext } from "./strategy_context.ts";
import type { CarrySettings } from "./strategy_settings.ts";
import type { Decision, StrategyView } from "./strategy_view.ts";

const noIncome = pass("no funding to be received");

/** Decides whether a position is opened for the funding until the horizon. */
export function enterCarry(context: StrategyContext, question: HoldQuestion, view: StrategyView): Decision {
  const { carry } = context.settings;
  if (!carry.enabled) return passes.disabled;
  const { route } = question;
  const contract = perpetualOf(route);
  const funding = view.funding(contract);
  if (funding === undefined) return passes.noFunding;
  const ratio = fundingRatio(funding, contract === route.sell, view.epochMs, horizon(carry));
  if (!(ratio > 0)) return noIncome;
  const { minValueBps } = carry;
  return enterHold(context, question, view, { strategy: "carry", minValueBps, ...horizon(carry) });
}

/**
 * Funding that a holding still brings until the horizon, basis points of its value; NaN when it is not known.
 * Negative means that it has turned.
 */
export function carryBps({ route }: Holding, carry: CarrySettings, view: StrategyView): number {
  const contract = perpetualOf(route);
  const funding = view.funding(contract);
  if (funding === undefined) return NaN;
  return fundingRatio(funding, contract === route.sell, view.epochMs, horizon(carry)) * 10_000;
}

function horizon({ horizonMs }: CarrySettings): { receivedMs: number; paidMs: number } {
  return { receivedMs: horizonMs, paidMs: horizonMs };
}
