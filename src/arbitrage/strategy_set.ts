/**
 * All strategies behind one door.
 * @module
 */
import { enterBasis } from "./basis_strategy.ts";
import { enterCarry } from "./carry_strategy.ts";
import type { EdgePlan } from "./edge.ts";
import { exitOnProfit, exitOnStop } from "./hold_exit.ts";
import type { Holdings } from "./holdings.ts";
import { InventorySignals } from "./inventory_signals.ts";
import { enterInventory } from "./inventory_strategy.ts";
import type { MissingLegs } from "./missing_legs.ts";
import type { Route, RouteUniverse } from "./route.ts";
import { SpreadStatistics } from "./spread_statistics.ts";
import { pass, type StrategyContext } from "./strategy_context.ts";
import type { StrategySettings } from "./strategy_settings.ts";
import type { Decision, StrategyView } from "./strategy_view.ts";
import type { TradeIntent } from "./trade_intent.ts";

/** Routes that one call of `sample` or `review` looks at: both run between frames and must not hold them up. */
const routesPerCall = 256;

const paused = pass("taken off a short while ago");

/** What a {@link StrategySet} takes. */
export interface StrategySetOptions {
  readonly universe: RouteUniverse;
  /** Read anew at each decision. */
  readonly settings: StrategySettings;
  readonly missing: MissingLegs;
  readonly holdings: Holdings;
}

/** A round over routes of which every call takes the next part. */
class Round {
  #next = 0;

  constructor(private readonly routes: readonly Route[]) {}

  /** Calls back with the next routes, with none twice. */
  visit(visitor: (route: Route) => void): void {
    const count = Math.min(routesPerCall, this.routes.length);
    for (let i = 0; i < count; i++) {
      visitor(this.routes[this.#next]!);
      this.#next = (this.#next + 1) % this.routes.length;
    }
  }
}

/**
 * Asks the strategies that fit a route. Sends nothing and reads no clock: the same calls give the same decisions. What
 * became of an intent is told to {@link Holdings} and {@link MissingLegs} by whoever carries it out, and while that
 * lasts nothing else may be carried out on the same coin.
 */
export class StrategySet {
  /** Usual edges by route. */
  readonly statistics: SpreadStatistics;
  /** Inventory trades that showed up, by route. */
  readonly signals: InventorySignals;
  readonly #context: StrategyContext;
  /** Routes between a coin and a perpetual. */
  readonly #sampled: Round;
  readonly #reviewed: Round;
  /** Epoch milliseconds until which nothing is opened by a route, by its id. */
  readonly #pausedUntil: Float64Array;

  constructor(options: StrategySetOptions) {
    const { universe, settings } = options;
    this.statistics = new SpreadStatistics(universe.routes.length, settings);
    this.signals = new InventorySignals(universe.routes.length);
    this.#context = { ...options, statistics: this.statistics, signals: this.signals };
    const mixed = universe.routes.filter(({ buy, sell }) => buy.market !== sell.market);
    this.#sampled = new Round(mixed);
    this.#reviewed = new Round(mixed);
    this.#pausedUntil = new Float64Array(universe.routes.length);
  }

  /**
   * Decides about an edge that is there now. On the hot path.
   *
   * @param plan What the detector has found; sizes are cut to what can be paid for.
   * @param opportunity Its number.
   * @param seenAt Receipt of the book that led to it, epoch milliseconds.
   */
  enter(plan: EdgePlan, opportunity: number, view: StrategyView, seenAt: number): Decision {
    const { route } = plan;
    const context = this.#context;
    if (route.buy.market === route.sell.market) {
      return enterInventory(context, plan, opportunity, view, seenAt);
    }
    if (view.epochMs < this.#pausedUntil[route.id]!) return paused;
    const basis = enterBasis(context, plan, opportunity, view, seenAt);
    if (basis.kind === "trade" || !context.settings.carry.enabled) return basis;
    const books = view.books(route);
    if (books === undefined) return basis;
    const carry = enterCarry(context, { route, plan, books, opportunity, seenAt }, view);
    return carry.kind === "trade" || !context.settings.basis.enabled ? carry : basis;
  }

  /**
   * Decides whether something that is held is taken off by a route, one of whose books has changed. To be asked for
   * every route of the book: a holding is taken off by the route that trades its contract the other way.
   *
   * @returns undefined when nothing is held that the route could take off.
   */
  exit(route: Route, view: StrategyView, seenAt: number): Decision | undefined {
    const holdings = this.#context.holdings.closableBy(route);
    let decision: Decision | undefined;
    for (let i = 0; i < holdings.length; i++) {
      decision = exitOnProfit(this.#context, holdings[i]!, route, view, seenAt);
      if (decision.kind === "trade") return decision;
    }
    return decision;
  }

  /**
   * What time and funding ask for: positions that are not wanted any more, and new ones for funding. To be called a few
   * times a second. The same is wanted again with the next call as long as it was not carried out.
   */
  review(view: StrategyView): readonly TradeIntent[] {
    const context = this.#context;
    const intents: TradeIntent[] = [];
    for (const holding of context.holdings.all) {
      const intent = exitOnStop(context, holding, view);
      if (intent === undefined) continue;
      // What is taken off because it went wrong looks even better now than when it was opened.
      this.#pausedUntil[holding.route.id] = view.epochMs + context.settings.basis.halfLifeMs;
      intents.push(intent);
    }
    if (context.settings.carry.enabled) {
      this.#reviewed.visit((route) => {
        const intent = this.#carry(route, view);
        if (intent !== undefined) intents.push(intent);
      });
    }
    return intents;
  }

  /** Looks at what edges are now. To be called ten times a second, or a few times where there are few pairs. */
  sample(view: StrategyView): void {
    this.signals.start(view.epochMs);
    this.#sampled.visit((route) => this.statistics.sample(route, view));
  }

  #carry(route: Route, view: StrategyView): TradeIntent | undefined {
    if (view.epochMs < this.#pausedUntil[route.id]!) return undefined;
    const books = view.books(route);
    if (books === undefined) return undefined;
    const question = { route, plan: undefined, books, opportunity: 0, seenAt: view.epochMs };
    const decision = enterCarry(this.#context, question, view);
    return decision.kind === "trade" ? decision.intent : undefined;
  }
}
