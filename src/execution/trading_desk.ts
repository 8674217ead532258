/**
 * Trades what strategies want, within limits, and answers for every order.
 * @module
 */
import type { Holdings } from "../arbitrage/holdings.ts";
import type { TradeIntent } from "../arbitrage/trade_intent.ts";
import { type Clock, delay } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { OrderAck, OrderReport, Outcome } from "../core/order_request.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import { DeskAccounts } from "./desk_accounts.ts";
import { type KillReport, killTrading } from "./desk_kill.ts";
import { DeskRiskView } from "./desk_risk_view.ts";
import type { ExecutionRun } from "./execution_run.ts";
import { Executor, type Pair } from "./executor.ts";
import { type HedgeOrder, type HedgeSettings } from "./hedge_ladder.ts";
import type { Journal, JournalDay } from "./journal_record.ts";
import type { Ledger } from "./ledger.ts";
import { legObstacle } from "./leg_checks.ts";
import { OrderFlow } from "./order_flow.ts";
import { OrderResolver } from "./order_resolver.ts";
import { OrderTracker } from "./order_tracker.ts";
import { type Residue, residuesOf } from "./residues.ts";
import type { RiskGate } from "./risk/risk_gate.ts";
import { VolatilityMeter } from "./risk/volatility.ts";
import { type Refusal, refusal, type Submission } from "./submission.ts";
import type { TrackedOrder } from "./tracked_order.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** Who is told. */
export interface DeskListener {
  /** Orders are on their way. */
  onSent(orders: readonly TrackedOrder[]): void;
  /** The venue has answered a sending, or nobody knows what became of it. */
  onOutcome(order: TrackedOrder, outcome: Outcome<OrderAck>): void;
  onOrder(order: TrackedOrder): void;
  onFill(fill: Fill, order: TrackedOrder | undefined): void;
  /** All its orders have ended, nothing of it is unknown or unhedged. */
  onExecution(run: ExecutionRun): void;
  /** Acquisition was stopped or allowed again; `scope` is `all`, a venue or a coin. */
  onStop(scope: string, why: string | undefined): void;
  onForeign(exchange: ExchangeKey, report: OrderReport): void;
  onConnection(exchange: ExchangeKey, state: "live" | "lost"): void;
}

/** What a {@link TradingDesk} takes. */
export interface TradingDeskOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly holdings: Holdings;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly instruments: InstrumentTable;
  readonly risk: RiskGate;
  /** The book of an instrument, whatever its state; undefined before there was one. */
  readonly book: (instrument: Instrument) => OrderBook | undefined;
  /** The venue's time as near as it is known, epoch milliseconds. */
  readonly venueTimeMs: (exchange: ExchangeKey) => number;
  /** Age at which prices are not read any more, milliseconds; read anew each time. */
  readonly maxBookAgeMs: () => number;
  /** Read anew for each attempt. */
  readonly hedge: () => HedgeSettings;
  /** Time that the streams have to tell how an order ended before the venue is asked, milliseconds. */
  readonly settleTimeoutMs: number;
  /** Number of the first execution. */
  readonly firstExecution?: number;
  /** Fills before this epoch millisecond are in the ledger already, and these others too. */
  readonly fillsUntil?: number;
  readonly knownFills?: Iterable<string>;
  /** The day as an earlier run has left it. */
  readonly day?: JournalDay;
  readonly listener: DeskListener;
}

/** Time for which ended orders are kept at hand, milliseconds. */
const keptMs = 60_000;
/** Sleep while something is waited for at the end, milliseconds. */
const pollMs = 20;

/** The scope of a stop that holds for everything. */
export const everything = "all";

/** Carries intents through. One coin has one execution at a time. */
export class TradingDesk {
  readonly flow: OrderFlow;
  readonly resolver: OrderResolver;
  readonly tracker: OrderTracker;
  readonly accounts: DeskAccounts;
  readonly risk: DeskRiskView;
  readonly #options: TradingDeskOptions;
  readonly #executor: Executor;
  readonly #volatility: VolatilityMeter;
  /** Coins that an execution or a hedge is working on. */
  readonly #busy = new Set<string>();
  readonly #stops = new Map<string, string>();
  /** Orders whose outcome nobody knew for a while. */
  readonly #lost = new WeakSet<TrackedOrder>();
  readonly #ended: { readonly order: TrackedOrder; readonly at: number }[] = [];
  /** The day as it is in the journal. */
  #day: JournalDay | undefined;
  #hold: string | undefined;
  #isStopped = false;

  constructor(options: TradingDeskOptions) {
    this.#options = options;
    this.#day = options.day;
    const { clock, logger, journal, ledger, venues, instruments } = options;
    this.tracker = new OrderTracker({
      clock,
      onIllegal: (order, event, why): void => this.#onIllegal(order, event, why),
    });
    this.accounts = new DeskAccounts({ clock, logger, venues, ledger });
    const { fillsUntil, knownFills } = options;
    this.flow = new OrderFlow({
      clock,
      logger,
      journal,
      tracker: this.tracker,
      ledger,
      venues,
      instruments,
      ...(fillsUntil === undefined ? {} : { fillsUntil }),
      ...(knownFills === undefined ? {} : { knownFills }),
      listener: {
        onOrder: (order) => this.#onOrder(order),
        onFill: (fill, order) => this.#onFill(fill, order),
        onOutcome: (order, outcome) => {
          if (outcome.kind === "unknown") this.#lost.add(order);
          options.listener.onOutcome(order, outcome);
        },
        onForeign: (exchange, report) => options.listener.onForeign(exchange, report),
        onBalance: (balance) => this.accounts.takeBalance(balance),
        onPosition: () => {},
        onConnection: (exchange, state) => {
          this.accounts.onConnection(exchange, state);
          options.listener.onConnection(exchange, state);
        },
        onJournalFailure: (error) => this.stopAcquiring(everything, `journal: ${errorMessage(error)}`),
      },
    });
    this.resolver = new OrderResolver({ ...options, flow: this.flow });
    this.#volatility = new VolatilityMeter({
      clock,
      instruments: instruments.all,
      book: options.book,
      onMeasured: (instrument, bps) => options.risk.volatilityMeasured(instrument, bps),
    });
    this.risk = new DeskRiskView({ ...options, flow: this.flow, volatility: this.#volatility });
    this.#executor = new Executor({
      ...options,
      journalId: journal.id,
      flow: this.flow,
      resolver: this.resolver,
      accounts: this.accounts,
      book: (instrument) => this.risk.readable(instrument),
      hedgeObstacle: (order) => this.#hedgeObstacle(order),
      onSent: (orders) => {
        options.risk.ordersSent(orders.length);
        options.listener.onSent(orders);
      },
      maxHedgeNotional: () => options.risk.maxHedgeNotional,
      onStuck: ({ base }, exposure, why) =>
        this.stopAcquiring(base, `${exposure} ${base} could not be hedged: ${why}`),
      firstExecution: options.firstExecution ?? 1,
    });
  }

  /** Listens to the venues and connects them. */
  start(): void {
    this.#volatility.start();
    this.flow.bind();
    for (const venue of this.#options.venues.values()) venue.start();
  }

  /** Coins on which something is under way. */
  get busy(): ReadonlySet<string> {
    return this.#busy;
  }

  /** Why nothing is begun any more, by scope. */
  get stops(): ReadonlyMap<string, string> {
    return this.#stops;
  }

  /** Number that the next execution gets. */
  get nextExecution(): number {
    return this.#executor.next;
  }

  /**
   * Checks both legs whole, writes them down and sends both. Everything up to the sending happens before this returns.
   *
   * @returns The execution that has begun, or what kept it.
   */
  submit(intent: TradeIntent): Submission {
    const { base } = intent.route.buy;
    const obstacle = this.#obstacle(base, intent);
    if (obstacle !== undefined) return obstacle;
    const run = this.#executor.plan(intent);
    if (run === undefined) return refusal("journal", "the journal cannot be written");
    this.#busy.add(base);
    this.risk.countExecution(1);
    void this.#executor.carryThrough(run).then(() => this.#finish(run));
    return { kind: "sent", run };
  }

  /** Begins nothing until {@link TradingDesk.release}, such as while a run starts; not written down. */
  hold(why: string): void {
    this.#hold = why;
  }

  /** Ends a hold. */
  release(): void {
    this.#hold = undefined;
  }

  /** Why nothing is begun for the moment; undefined when that is not so. */
  get holdReason(): string | undefined {
    return this.#hold;
  }

  /** Begins nothing any more, on a coin, at a venue or at all; what is under way is carried through. */
  stopAcquiring(scope: string, why: string): void {
    if (this.#stops.has(scope)) return;
    this.#stops.set(scope, why);
    this.#options.logger.error("Trading stopped", { scope, why });
    this.flow.record({ kind: "stopped", scope, why });
    this.#options.listener.onStop(scope, why);
  }

  /** Allows it again. Returns whether it was stopped. */
  resumeAcquiring(scope: string, why: string): boolean {
    if (!this.#stops.delete(scope)) return false;
    this.#options.logger.info("Trading goes on", { scope, why });
    this.flow.record({ kind: "resumed", scope, why });
    this.#options.listener.onStop(scope, undefined);
    return true;
  }

  /** Takes over a stop of an earlier run; it is in the journal already. */
  restoreStop(scope: string, why: string): void {
    this.#stops.set(scope, why);
  }

  /** Hedges every coin that has something unmatched and on which nothing is under way. */
  async flattenAll(): Promise<void> {
    const pairs = this.residues().filter(({ base, quantity, leastOrder }) =>
      Math.abs(quantity) >= leastOrder && !this.#busy.has(base)
    );
    await Promise.all(pairs.map((pair) => this.#flatten(pair)));
  }

  /** What is unhedged now, coin by coin; nothing where it is 0. */
  residues(): Residue[] {
    const { instruments } = this.#options;
    return residuesOf(instruments, this.flow, (instrument) => this.risk.fairPrice(instrument));
  }

  /** To be called a few times a second: prices for limits, and orders that can be forgotten. */
  sweep(): void {
    this.risk.invalidate();
    this.accounts.sweep();
    this.flow.sweep();
    this.#options.risk.review(this.risk);
    this.#noteDay();
    const oldest = this.#options.clock.monotonicMs() - keptMs;
    while (this.#ended.length > 0 && this.#ended[0]!.at < oldest) {
      this.tracker.forget(this.#ended.shift()!.order);
    }
  }

  /**
   * Stops everything: begins nothing, takes back what rests, lets what is under way be hedged, and asks the venues whether
   * it is so. What cannot be hedged within a minute goes on being tried, and is in the report. Pairs that are hedged stay
   * as they are: they have no price to fear.
   */
  async kill(why: string): Promise<KillReport> {
    this.stopAcquiring(everything, why);
    const report = await killTrading({ ...this.#options, flow: this.flow }, {
      idle: (timeoutMs) => this.#idle(timeoutMs),
      flatten: () => void this.flattenAll(),
      residues: () => this.residues(),
    });
    const { cancelled, open, residues, unverified } = report;
    this.#options.logger.warn("Killed", {
      ...{ why, cancelled, open: open.length, residues: residues.length, unverified: unverified.join(" ") },
    });
    return report;
  }

  /**
   * Begins nothing more and waits for what is under way, at most this long.
   *
   * @returns Whether everything has ended.
   */
  async finish(timeoutMs: number): Promise<boolean> {
    this.hold("the program ends");
    const isIdle = await this.#idle(timeoutMs);
    this.abandon();
    return isIdle;
  }

  /** Sends and asks nothing more, whatever is under way. */
  abandon(): void {
    this.#isStopped = true;
    this.#volatility.stop();
    this.#executor.stop();
    this.resolver.stop();
    this.accounts.stop();
    for (const venue of this.#options.venues.values()) venue.stop();
  }

  async #idle(timeoutMs = Infinity): Promise<boolean> {
    const { clock } = this.#options;
    const deadline = clock.monotonicMs() + timeoutMs;
    while (this.#busy.size > 0 && !this.#isStopped && clock.monotonicMs() < deadline) {
      await delay(clock, pollMs);
    }
    return this.#busy.size === 0;
  }

  /** Writes down from what the loss of the day is counted: a restart must not forget it. */
  #noteDay(): void {
    const { day, equity } = this.risk.day;
    const forgiven = this.#options.risk.forgivenToday, before = this.#day;
    if (Number.isNaN(day) || (before?.day === day && before.forgiven === forgiven)) return;
    this.#day = { day, equity, forgiven };
    this.flow.record({ kind: "day", day: this.#day });
  }

  #obstacle(base: string, intent: TradeIntent): Refusal | undefined {
    const { buy, sell } = intent.route;
    const stop = this.#hold ?? this.#stops.get(everything) ?? this.#stops.get(base) ??
      this.#stops.get(buy.exchange) ?? this.#stops.get(sell.exchange);
    if (stop !== undefined) return refusal("stopped", stop);
    if (this.#busy.has(base)) return refusal("busy", `an execution of ${base} is under way`);
    const missing = legObstacle(intent, this.accounts);
    return missing === undefined ? this.#limit(intent) : refusal(missing.limit, missing.reason);
  }

  #limit(intent: TradeIntent): Refusal | undefined {
    const found = this.#options.risk.check(intent, this.risk);
    return found === undefined ? undefined : refusal(found.limit, found.message);
  }

  #hedgeObstacle({ instrument, lots, priceTicks }: HedgeOrder): string | undefined {
    const notional = instrument.lot.value(lots) * instrument.baseFactor * instrument.tick.value(priceTicks);
    return this.#options.risk.checkHedge({ instrument, notional }, this.risk)?.message;
  }

  async #flatten(pair: Pair): Promise<void> {
    this.#busy.add(pair.base);
    const number = this.#executor.nextNumber();
    await this.#executor.flatten(pair, number, undefined);
    if (this.#isStopped) return;
    const residue = this.flow.exposure(pair.base, pair.quote);
    this.flow.record({ kind: "ended", execution: number, residue, profit: 0, why: "hedge" });
    this.#busy.delete(pair.base);
  }

  #finish(run: ExecutionRun): void {
    if (this.#isStopped) return;
    const { intent: { route }, id } = run;
    const { base, quote } = route.buy;
    const { profit } = run.result(this.risk.fairPrice(route.buy));
    this.risk.invalidateCoin(base);
    this.risk.countExecution(-1);
    const changed = this.#options.holdings.onExecuted(
      run.intent,
      run.held,
      this.#options.clock.epochMs(),
      profit,
    );
    for (const holding of changed) this.flow.record({ kind: "holding", holding });
    const residue = this.flow.exposure(base, quote);
    const why = run.orders.some((order) => this.#lost.has(order)) ? "unknown outcome" : run.failure(profit);
    this.flow.record({ kind: "ended", execution: id, residue, profit, why });
    for (const order of run.orders) this.#ended.push({ order, at: this.#options.clock.monotonicMs() });
    this.#options.risk.executionEnded({ profit, isClean: why === "", base });
    // At once, and not when the next trade is decided: what all positions are worth takes its time.
    this.#options.risk.review(this.risk);
    this.#busy.delete(base);
    this.#options.listener.onExecution(run);
  }

  #onOrder(order: TrackedOrder): void {
    this.resolver.notify(order);
    this.#options.listener.onOrder(order);
  }

  #onFill(fill: Fill, order: TrackedOrder | undefined): void {
    this.risk.invalidateCoin(this.#options.instruments.get(fill.instrument).base);
    this.risk.invalidateCoin(fill.feeCoin);
    this.#options.listener.onFill(fill, order);
  }

  /** What contradicts itself is asked for, and what it changes is hedged. */
  #onIllegal(order: TrackedOrder, event: string, why: string): void {
    const { instrument, clientOrderId } = order.request;
    const { exchange } = instrument;
    this.#options.logger.error("An order contradicts itself", {
      exchange: exchangeByKey(exchange).name,
      order: clientOrderId,
      event,
      why,
    });
    if (!order.isFinal) return;
    void this.resolver.resolve(order).then(async () => {
      if (!this.#busy.has(instrument.base)) await this.flattenAll();
    });
  }
}
