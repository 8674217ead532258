/**
 * What the strategies share.
 * @module
 */
import type { Holdings } from "./holdings.ts";
import type { InventorySignals } from "./inventory_signals.ts";
import type { MissingLegs } from "./missing_legs.ts";
import type { RouteUniverse } from "./route.ts";
import type { SpreadStatistics } from "./spread_statistics.ts";
import type { StrategySettings } from "./strategy_settings.ts";
import type { Decision } from "./strategy_view.ts";

/** What a strategy decides with beside the view of the moment. */
export interface StrategyContext {
  readonly universe: RouteUniverse;
  readonly settings: StrategySettings;
  readonly missing: MissingLegs;
  readonly holdings: Holdings;
  readonly statistics: SpreadStatistics;
  readonly signals: InventorySignals;
}

/** The answer that nothing is done now. Make it once per reason: it is given after every change of a book. */
export function pass(reason: string): Decision {
  return Object.freeze({ kind: "pass", reason });
}

/** Answers that several strategies give. */
export const passes = {
  disabled: pass("strategy switched off"),
  unreadable: pass("book not readable"),
  noFunding: pass("funding not known"),
  noStatistics: pass("usual difference not known yet"),
  thinExit: pass("too little depth for the exit"),
  otherWay: pass("held the other way"),
  size: pass("under the smallest order within balances and limits"),
  profit: pass("too little profit"),
} as const;
