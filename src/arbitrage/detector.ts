/**
 * Sees price differences come and go.
 * @module
 */
import type { InstrumentId } from "../core/instrument.ts";
import type { ArbitrageOpportunity } from "../core/opportunity.ts";
import { baseQuantity, quoteAmount } from "../core/units.ts";
import type { OrderBook } from "../market/order_book.ts";
import { type EdgeLimits, type EdgePlan, findEdge } from "./edge.ts";
import type { Route, RouteUniverse } from "./route.ts";

/** An opportunity that has not ended. */
export interface OpenOpportunity {
  readonly id: number;
  readonly route: Route;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** The plan with the highest edge so far. */
  peak: EdgePlan;
  /** Best bid over best ask at the peak before fees, basis points of the ask. */
  peakSpreadBps: number;
  /** What was decided about it last, in the words of whoever trades; empty before. */
  decision: string;
  /** Who kept it from being traded; empty before, and when nobody did. Set with the decision. */
  rejectedBy: string;
  /** Times that a trade was tried; counted by whoever trades. */
  attempts: number;
  /** Times that it was traded; counted by whoever trades. */
  executions: number;
}

/** Settings of a {@link Detector}. */
export interface DetectorOptions {
  readonly limits: EdgeLimits;
  /** A book that was not heard of for this long is stale, milliseconds. */
  readonly maxBookAgeMs: number;
}

/** Who is told. */
export interface DetectorListener {
  /** There is an edge now, as this plan has it; the opportunity has just begun or goes on. */
  onEdge(opportunity: OpenOpportunity, plan: EdgePlan): void;
  /** It is over. */
  onEnded(opportunity: ArbitrageOpportunity): void;
}

/**
 * Looks at the routes of an instrument whenever its book changes. Pure of time and I/O: it is told the time, and
 * the same calls give the same answers.
 */
export class Detector {
  readonly #open: (OpenOpportunity | undefined)[];
  readonly #books: (OrderBook | undefined)[] = [];
  /** By route: whether it is not looked at any more. */
  readonly #excluded: boolean[];
  #openCount = 0;
  #seen = 0;

  constructor(
    private readonly universe: RouteUniverse,
    private readonly options: DetectorOptions,
    private readonly listener: DetectorListener,
  ) {
    this.#open = universe.routes.map(() => undefined);
    this.#excluded = universe.routes.map(() => false);
  }

  /** Opportunities that have begun so far. */
  get seen(): number {
    return this.#seen;
  }

  /** Opportunities that have not ended. */
  get open(): readonly OpenOpportunity[] {
    return this.#open.filter((opportunity) => opportunity !== undefined);
  }

  /**
   * A usable book has changed.
   *
   * @param now Monotonic milliseconds, for the age of the other books.
   * @param epochMs Epoch milliseconds, for the stamps.
   */
  onBook(book: OrderBook, now: number, epochMs: number): void {
    this.#books[book.instrument] = book;
    const routes = this.universe.byInstrument[book.instrument]!;
    for (let i = 0; i < routes.length; i++) this.#evaluate(routes[i]!, now, epochMs);
  }

  /** Looks at a route no more; what is open on it ends. */
  exclude(route: Route, epochMs: number): void {
    this.#excluded[route.id] = true;
    this.#end(route, "unusable", epochMs);
  }

  /** A book has become unusable: what was open on it has ended. */
  onBroken(instrument: InstrumentId, epochMs: number): void {
    for (const route of this.universe.byInstrument[instrument]!) this.#end(route, "unusable", epochMs);
  }

  /** Ends what is open on books that have become stale. To be called a few times a second. */
  sweep(now: number, epochMs: number): void {
    if (this.#openCount === 0) return;
    for (const opportunity of this.open) {
      if (!this.#readable(opportunity.route, now)) this.#end(opportunity.route, "unusable", epochMs);
    }
  }

  /** Ends everything. */
  stop(epochMs: number): void {
    for (const opportunity of this.open) this.#end(opportunity.route, "stopped", epochMs);
  }

  /** Both books of a route if prices may be read from them now. */
  books(route: Route, now: number): { buy: OrderBook; sell: OrderBook } | undefined {
    const buy = this.#books[route.buy.id], sell = this.#books[route.sell.id];
    if (buy === undefined || sell === undefined) return undefined;
    const { maxBookAgeMs } = this.options;
    return buy.isFresh(now, maxBookAgeMs) && sell.isFresh(now, maxBookAgeMs) ? { buy, sell } : undefined;
  }

  #readable(route: Route, now: number): boolean {
    return this.books(route, now) !== undefined;
  }

  #evaluate(route: Route, now: number, epochMs: number): void {
    if (this.#excluded[route.id]) return;
    const buy = this.#books[route.buy.id], sell = this.#books[route.sell.id];
    if (buy === undefined || sell === undefined) return;
    const { maxBookAgeMs, limits } = this.options;
    if (!buy.isFresh(now, maxBookAgeMs) || !sell.isFresh(now, maxBookAgeMs)) {
      return this.#end(route, "unusable", epochMs);
    }
    const plan = findEdge(route, buy, sell, limits);
    if (plan === undefined) return this.#end(route, "closed", epochMs);
    const spreadBps = (sell.bids.bestPrice / buy.asks.bestPrice - 1) * 10_000;
    this.listener.onEdge(this.#track(plan, spreadBps, epochMs), plan);
  }

  #track(plan: EdgePlan, spreadBps: number, epochMs: number): OpenOpportunity {
    const { route } = plan;
    const known = this.#open[route.id];
    if (known !== undefined) {
      if (plan.edgeBps > known.peak.edgeBps) {
        known.peak = plan;
        known.peakSpreadBps = spreadBps;
      }
      return known;
    }
    this.#seen += 1;
    this.#openCount += 1;
    const opportunity: OpenOpportunity = {
      id: this.#seen,
      route,
      startedAt: epochMs,
      peak: plan,
      peakSpreadBps: spreadBps,
      decision: "",
      rejectedBy: "",
      attempts: 0,
      executions: 0,
    };
    this.#open[route.id] = opportunity;
    return opportunity;
  }

  #end(route: Route, endReason: ArbitrageOpportunity["endReason"], epochMs: number): void {
    const opportunity = this.#open[route.id];
    if (opportunity === undefined) return;
    this.#open[route.id] = undefined;
    this.#openCount -= 1;
    const { peak } = opportunity;
    this.listener.onEnded({
      id: opportunity.id,
      buy: route.buy.id,
      sell: route.sell.id,
      startedAt: opportunity.startedAt,
      endedAt: epochMs,
      endReason,
      peakEdgeBps: peak.edgeBps,
      spreadBps: opportunity.peakSpreadBps,
      peakQuantity: baseQuantity(peak.sellQuantity),
      peakProfit: quoteAmount(peak.profit),
      executions: opportunity.executions,
      decision: opportunity.decision,
      rejectedBy: opportunity.rejectedBy,
    });
  }
}
