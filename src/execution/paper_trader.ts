/**
 * From an edge to a paper trade: asks the policy, trades, keeps count and tells.
 * @module
 */
import type { Detector, DetectorListener, OpenOpportunity } from "../arbitrage/detector.ts";
import { type EdgePlan, planTrade } from "../arbitrage/edge.ts";
import { entryObstacle, hedgedQuantity, type PolicySettings, shouldExit } from "../arbitrage/policy.ts";
import type { Route, RouteUniverse } from "../arbitrage/route.ts";
import type { Clock } from "../core/clock.ts";
import type { Instrument } from "../core/instrument.ts";
import type { ArbitrageOpportunity, Execution } from "../core/opportunity.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { DecisionHash } from "../telemetry/decision_hash.ts";
import type { Ledger } from "./ledger.ts";
import type { PaperBroker, PaperTrade, Refusal } from "./paper_broker.ts";

/** What the paper account starts with. */
export interface Endowment {
  /** Quote on every venue. */
  readonly quoteBalance: number;
  /** Value of each coin on every spot venue, quote: what is sold there before it was bought. */
  readonly inventoryNotional: number;
}

/** Where results go. */
export interface TraderListener {
  onTrade(trade: PaperTrade): void;
  onEnded(opportunity: ArbitrageOpportunity): void;
}

/** What a {@link PaperTrader} takes. */
export interface PaperTraderOptions {
  readonly universe: RouteUniverse;
  readonly ledger: Ledger;
  readonly broker: PaperBroker;
  readonly clock: Pick<Clock, "epochMs">;
  readonly decisions: DecisionHash;
  readonly policy: PolicySettings;
  readonly endowment: Endowment;
  /** Largest value of one trade, quote. */
  readonly maxNotional: number;
  readonly listener: TraderListener;
}

/** Trades on paper what the detector sees. */
export class PaperTrader implements DetectorListener {
  readonly #endowed = new Set<Instrument>();
  readonly #refusals = new Map<Refusal, number>();
  #fills = 0;

  constructor(private readonly options: PaperTraderOptions) {}

  /** Plans that the account could not pay for. */
  get refused(): number {
    return [...this.#refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The same by what was missing. */
  get refusals(): ReadonlyMap<Refusal, number> {
    return this.#refusals;
  }

  /** Fills so far. */
  get fills(): number {
    return this.#fills;
  }

  /**
   * Gives the account its coins of an instrument when its price is known for the first time.
   *
   * @returns Whether it has them; not while one side of the book is empty.
   */
  endow(instrument: Instrument, book: OrderBook): boolean {
    if (this.#endowed.has(instrument)) return true;
    const middle = (book.bids.bestPrice + book.asks.bestPrice) / 2;
    if (Number.isNaN(middle)) return false;
    this.#endowed.add(instrument);
    const { ledger, endowment } = this.options;
    // One venue's money serves all its instruments, so each coin of it is given with the first of them.
    const first = ![...this.#endowed].some((other) =>
      other !== instrument && other.exchange === instrument.exchange && other.quote === instrument.quote
    );
    if (first) ledger.deposit(instrument.exchange, instrument.quote, endowment.quoteBalance);
    if (instrument.market !== "spot") return true;
    const lots = instrument.lot.floor(endowment.inventoryNotional / middle);
    ledger.deposit(instrument.exchange, instrument.base, instrument.lot.value(lots));
    return true;
  }

  onEdge(opportunity: OpenOpportunity, plan: EdgePlan): void {
    const { ledger, policy } = this.options;
    const { buy, sell } = plan.route;
    const obstacle = entryObstacle(opportunity, plan, ledger.position(buy), ledger.position(sell), policy);
    if (obstacle !== undefined) {
      // What became of the attempt says more than that there was one.
      if (obstacle !== "tried before") opportunity.decision = obstacle;
      return;
    }
    opportunity.attempts += 1;
    const refusal = this.#trade(plan, opportunity.id, "enter");
    opportunity.decision = refusal ?? "taken";
    if (refusal === undefined) opportunity.executions += 1;
  }

  onEnded(opportunity: ArbitrageOpportunity): void {
    const { id, buy, sell, startedAt, endedAt, endReason, peakEdgeBps, peakQuantity } = opportunity;
    this.options.decisions.add(
      "opportunity",
      id,
      buy,
      sell,
      startedAt,
      endedAt,
      endReason,
      peakEdgeBps,
      peakQuantity,
    );
    this.options.listener.onEnded(opportunity);
  }

  /** Takes hedged positions off where a changed book makes that worth it. */
  considerExits(book: OrderBook, detector: Detector, now: number): void {
    for (const route of this.options.universe.byInstrument[book.instrument]!) {
      if (route.buy.market !== route.sell.market) this.#considerExit(route, detector, now);
    }
  }

  #considerExit(route: Route, detector: Detector, now: number): void {
    const { ledger, policy, maxNotional } = this.options;
    const buySide = ledger.position(route.buy), sellSide = ledger.position(route.sell);
    const hedged = hedgedQuantity(buySide, sellSide);
    if (hedged === 0) return;
    const books = detector.books(route, now);
    if (books === undefined) return;
    const plan = planTrade(route, books.buy, books.sell, hedged, maxNotional);
    if (plan !== undefined && shouldExit(plan, buySide, sellSide, policy)) this.#trade(plan, 0, "exit");
  }

  /** Trades a plan; returns what is missing for it when the account cannot pay. */
  #trade(plan: EdgePlan, opportunity: number, purpose: Execution["purpose"]): Refusal | undefined {
    const { broker, clock, decisions, listener } = this.options;
    const trade = broker.execute(plan, opportunity, purpose, clock.epochMs());
    if (typeof trade === "string") {
      this.#refusals.set(trade, (this.#refusals.get(trade) ?? 0) + 1);
      return trade;
    }
    const { execution } = trade;
    this.#fills += trade.fills.length;
    decisions.add(
      purpose,
      execution.id,
      execution.buy,
      execution.sell,
      execution.quantity,
      execution.edgeQuote,
      execution.time,
    );
    listener.onTrade(trade);
    return undefined;
  }
}
