/**
 * From an edge to a pair of orders: asks the strategies, hands what they want to the desk, and keeps count.
 * @module
 */
import type { Detector, DetectorListener, OpenOpportunity } from "../arbitrage/detector.ts";
import type { EdgePlan } from "../arbitrage/edge.ts";
import type { MissingLegs } from "../arbitrage/missing_legs.ts";
import type { Route, RouteUniverse } from "../arbitrage/route.ts";
import type { StrategySet } from "../arbitrage/strategy_set.ts";
import type { StrategyView } from "../arbitrage/strategy_view.ts";
import type { TradeIntent } from "../arbitrage/trade_intent.ts";
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { Instrument } from "../core/instrument.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import type { Position } from "../core/position.ts";
import { executionRow } from "../execution/attribution.ts";
import type { ExecutionRun } from "../execution/execution_run.ts";
import type { TradingDesk } from "../execution/trading_desk.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { DecisionHash } from "../telemetry/decision_hash.ts";
import type { TradingCounts } from "../telemetry/trading_counts.ts";
import { RoutePauses } from "./route_pauses.ts";
import { TradedBooks } from "./traded_books.ts";

/** Where results go. */
export interface TraderListener {
  /** An execution has ended. */
  onExecution(execution: Execution, run: ExecutionRun): void;
  /** An opportunity has ended. */
  onEnded(opportunity: ArbitrageOpportunity): void;
}

/** What a {@link Trader} takes. */
export interface TraderOptions {
  readonly universe: RouteUniverse;
  readonly clock: Pick<Clock, "epochMs" | "monotonicMs">;
  readonly decisions: DecisionHash;
  /** Where what was kept by a limit is counted. */
  readonly counts: TradingCounts;
  /** What trades; undefined where the market is only observed. */
  readonly trading: {
    readonly desk: TradingDesk;
    readonly strategies: StrategySet;
    readonly missing: MissingLegs;
  } | undefined;
  readonly listener: TraderListener;
}

/** Funding that is older than this is not counted on, milliseconds. */
const maxFundingAgeMs = 3_600_000;

/** Trades what the detector sees and the strategies want. */
export class Trader implements DetectorListener {
  readonly #options: TraderOptions;
  readonly #view: TraderView;
  readonly #funding = new Map<number, FundingRateSnapshot>();
  /** What taking positions off waits for is kept apart: it must not wait for what opening them has cost. */
  readonly #pauses: Readonly<Record<TradeIntent["purpose"], RoutePauses>>;
  readonly #traded: TradedBooks;
  #detector: Detector | undefined;
  #executions = 0;

  constructor(options: TraderOptions) {
    this.#options = options;
    const { universe: { routes }, clock } = options;
    this.#pauses = { enter: new RoutePauses(routes.length), exit: new RoutePauses(routes.length) };
    this.#traded = new TradedBooks(clock);
    this.#view = new TraderView(options, () => this.#detector, this.#funding);
  }

  /** Whose books are read. */
  useDetector(detector: Detector): void {
    this.#detector = detector;
  }

  /** Pairs of orders that were sent. */
  get executions(): number {
    return this.#executions;
  }

  /** Intents that the desk did not take. */
  get refused(): number {
    return [...this.#options.counts.intentRefusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Funding of a contract has become known. */
  onFunding(funding: FundingRateSnapshot): void {
    this.#funding.set(funding.instrument, funding);
  }

  onEdge(opportunity: OpenOpportunity, plan: EdgePlan): void {
    const { trading } = this.#options;
    if (trading === undefined) {
      opportunity.decision = "observed";
      return;
    }
    // What is under way on the coin decides first; a plan of now would be one of the past when it ends.
    if (trading.desk.busy.has(plan.route.buy.base)) return;
    const view = this.#now();
    const wait = this.#waitsFor(plan.route, "enter", view);
    if (wait !== undefined) {
      if (opportunity.decision === "") reject(opportunity, "desk", wait);
      return;
    }
    const decision = trading.strategies.enter(plan, opportunity.id, view, view.epochMs);
    if (decision.kind === "pass") {
      if (opportunity.executions === 0) reject(opportunity, "strategies", decision.reason);
      return;
    }
    opportunity.attempts += 1;
    const refusal = this.#submit(decision.intent);
    if (refusal === undefined) {
      opportunity.executions += 1;
      opportunity.decision = "taken";
      opportunity.rejectedBy = "";
    } else if (opportunity.executions === 0) reject(opportunity, "desk", refusal);
  }

  onEnded(opportunity: ArbitrageOpportunity): void {
    const { id, buy, sell, startedAt, endedAt, endReason, peakEdgeBps, peakQuantity } = opportunity;
    const parts = [id, buy, sell, startedAt, endedAt, endReason, peakEdgeBps, peakQuantity];
    this.#options.decisions.add("opportunity", ...parts);
    this.#options.listener.onEnded(opportunity);
  }

  /** A usable book has changed: takes positions off where that is worth it. */
  onBook(book: OrderBook): void {
    const { trading, universe } = this.#options;
    if (trading === undefined) return;
    const routes = universe.byInstrument[book.instrument]!;
    for (let i = 0; i < routes.length; i++) this.#considerExit(routes[i]!, trading);
  }

  /** To be called a few times a second: statistics, and what does not wait for a book. */
  review(): void {
    const { trading } = this.#options;
    if (trading === undefined) return;
    trading.desk.sweep();
    const view = this.#now();
    trading.strategies.sample(view);
    for (const intent of trading.strategies.review(view)) {
      const { route, purpose } = intent;
      if (trading.desk.busy.has(route.buy.base)) continue;
      if (this.#waitsFor(route, purpose, view) === undefined) this.#submit(intent);
    }
  }

  /** The desk has ended an execution. */
  onExecution(run: ExecutionRun): void {
    const { trading, listener } = this.#options;
    const { intent: { route, buy } } = run;
    const price = trading!.desk.risk.fairPrice(route.buy);
    const row = executionRow(run, price);
    const { hedgeCost } = run.result(price);
    const { outcome } = row.attribution!;
    this.#traded.onEnded(run.orders);
    trading!.missing.learn(route, {
      isMissing: outcome === "flattened" || outcome === "residue" || run.hedges.length > 0,
      unwindCost: hedgeCost,
      notional: buy.notional,
    });
    listener.onExecution(row, run);
  }

  #considerExit(route: Route, { desk, strategies }: NonNullable<TraderOptions["trading"]>): void {
    if (route.buy.market === route.sell.market || desk.busy.has(route.buy.base)) return;
    const view = this.#now();
    if (this.#waitsFor(route, "exit", view) !== undefined) return;
    const decision = strategies.exit(route, view, view.epochMs);
    if (decision?.kind === "trade") this.#submit(decision.intent);
  }

  /** Hands an intent to the desk; returns what kept it. */
  #submit(intent: TradeIntent): string | undefined {
    const { trading, decisions, counts } = this.#options;
    const result = trading!.desk.submit(intent);
    const { purpose, route, quantity, expected } = intent;
    if (result.kind === "refused") {
      counts.countIntentRefusal(result.limit);
      this.#pauses[purpose].refused(route, this.#view.monotonicMs);
      return result.limit;
    }
    this.#executions += 1;
    this.#pauses[purpose].taken(route);
    decisions.add(
      purpose,
      result.run.id,
      route.buy.id,
      route.sell.id,
      quantity,
      expected.value,
      this.#view.epochMs,
    );
    return undefined;
  }

  /** What a route waits for before strategies are asked: a while after a refusal, and books that show our own trades. */
  #waitsFor(route: Route, purpose: TradeIntent["purpose"], view: TraderView): string | undefined {
    if (this.#pauses[purpose].isPaused(route, view.monotonicMs)) return "refused a moment ago";
    if (this.#traded.isEmpty) return undefined;
    const books = view.books(route);
    if (books === undefined) return undefined;
    const isNew = this.#traded.isNewer(books.buy) && this.#traded.isNewer(books.sell);
    return isNew ? undefined : "book older than the last trade";
  }

  #now(): TraderView {
    this.#view.refresh();
    return this.#view;
  }
}

/** Notes who kept an opportunity from being traded, and why. */
function reject(opportunity: OpenOpportunity, by: "strategies" | "desk", why: string): void {
  opportunity.decision = why;
  opportunity.rejectedBy = by;
}

/** What strategies see of a run; one object, so that a look costs nothing. */
class TraderView implements StrategyView {
  epochMs = 0;
  /** For the age of books and pauses, milliseconds. */
  monotonicMs = 0;

  constructor(
    private readonly options: TraderOptions,
    private readonly detector: () => Detector | undefined,
    private readonly rates: ReadonlyMap<number, FundingRateSnapshot>,
  ) {}

  /** Moves it to this moment. */
  refresh(): void {
    const { clock } = this.options;
    this.epochMs = clock.epochMs();
    this.monotonicMs = clock.monotonicMs();
  }

  books(route: Route): { readonly buy: OrderBook; readonly sell: OrderBook } | undefined {
    return this.detector()?.books(route, this.monotonicMs);
  }

  position(instrument: Instrument): Position {
    return this.options.trading!.desk.flow.ledger.position(instrument);
  }

  free(exchange: ExchangeKey, coin: string): number {
    return this.options.trading!.desk.accounts.free(exchange, coin);
  }

  funding(instrument: Instrument): FundingRateSnapshot | undefined {
    const rate = this.rates.get(instrument.id);
    return rate !== undefined && this.epochMs - rate.time <= maxFundingAgeMs ? rate : undefined;
  }
}
