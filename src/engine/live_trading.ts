/**
 * Trading with money: what an earlier run has left is settled first, then orders are sent, and everything is compared with
 * the venues as long as the run lasts.
 * @module
 */
import type { RouteUniverse } from "../arbitrage/route.ts";
import { killFile } from "../config/execution_config.ts";
import type { HftConfig } from "../config/hft_config.ts";
import { type Clock, delay, type Timer } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { FundingRateSnapshot } from "../core/funding.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import { DeadMan } from "../execution/dead_man.ts";
import { FundingBooking } from "../execution/funding_booking.ts";
import type { SequencedJournal } from "../execution/journal/sequenced_journal.ts";
import { Ledger, type MarkPrice } from "../execution/ledger.ts";
import { Reconciliation } from "../execution/reconciliation.ts";
import { recover } from "../execution/recovery.ts";
import { type TakenUp, takeUp } from "../execution/recovery_memory.ts";
import type { RecoveryReport } from "../execution/recovery_report.ts";
import { type DeskListener, everything } from "../execution/trading_desk.ts";
import { childLogger } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";
import type { BalanceSource } from "./balance_collector.ts";
import { HoldingUpkeep } from "./holding_upkeep.ts";
import type { LiveAccounts } from "./live_accounts.ts";
import type { LiveVenue } from "./live_venue.ts";
import { positionRows } from "./position_rows.ts";
import type { RunTrading } from "./run_trading.ts";
import { TradingParts } from "./trading_parts.ts";

/** What {@link LiveTrading} takes. */
export interface LiveTradingOptions {
  readonly config: Pick<HftConfig, "trading" | "execution" | "storage">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: InstrumentTable;
  readonly universe: RouteUniverse;
  readonly accounts: LiveAccounts;
  readonly book: ConstructorParameters<typeof TradingParts>[0]["book"];
  readonly mark: MarkPrice;
  readonly listener: DeskListener;
}

/** Looks whether all accounts are followed, milliseconds. */
const pollMs = 50;
/** Looks whether the journal has grown long, and the records after which it is made short, milliseconds. */
const snapshotEveryMs = 10_000, keptRecords = 50_000;
/** Time until another look at a venue where something did not fit, milliseconds; failures that stop trading there. */
const soonMs = 2_000, maxFailures = 5;
/** Fills of this long before a snapshot are kept by name: streams and clocks differ, milliseconds. */
const fillOverlapMs = 600_000;

/** Trades with money. */
export class LiveTrading implements RunTrading {
  readonly parts: TradingParts;
  readonly ledger = new Ledger();
  readonly journal: SequencedJournal;
  readonly accounts: readonly BalanceSource[];
  readonly #options: LiveTradingOptions;
  readonly #logger: Logger;
  readonly #taken: TakenUp;
  readonly #funding: ReadonlyMap<ExchangeKey, FundingBooking>;
  readonly #rates = new Map<Instrument["id"], FundingRateSnapshot>();
  readonly #deadMen: readonly DeadMan[];
  readonly #upkeep: HoldingUpkeep;
  readonly #ended = new AbortController();
  #reconciliation: Reconciliation | undefined;
  #snapshotTimer: Timer | undefined;
  #snapshotAt = 0;

  constructor(options: LiveTradingOptions) {
    this.#options = options;
    const { accounts: { venues, opened }, clock, mark, instruments, config } = options;
    this.#logger = childLogger(options.logger, "trading");
    this.journal = opened.journal;
    const { state } = opened;
    const stopped = state.stops.find(({ scope }) => scope === everything);
    const file = killFile(config);
    this.parts = new TradingParts({
      ...options,
      journal: opened.journal,
      ledger: this.ledger,
      venues,
      venueTimeMs: (exchange) => venues.get(exchange)?.timeMs ?? NaN,
      resumed: {
        firstExecution: state.nextExecution,
        fillsUntil: state.fillsUntil,
        knownFills: state.recentFills.map(({ id }) => id),
        ...(state.day === null ? {} : { day: state.day }),
      },
      ...(file === undefined ? {} : { killFile: file }),
      ...(stopped === undefined
        ? {}
        : { killed: { reason: stopped.why, source: "journal", since: clock.epochMs() } }),
    });
    const { desk, holdings } = this.parts;
    desk.hold("the run begins");
    this.#taken = takeUp({
      state,
      tracker: desk.tracker,
      ledger: this.ledger,
      holdings,
      instruments,
      restoreStop: (scope, why) => desk.restoreStop(scope, why),
    });
    this.#upkeep = new HoldingUpkeep({ ...options, holdings, desk, logger: this.#logger });
    this.#funding = this.#fundingBookings();
    this.#deadMen = this.#makeDeadMen();
    this.accounts = [...venues.values()].map((venue, index) => ({
      exchange: venue.exchange,
      balances: () => venue.balances(),
      positions: () =>
        Promise.resolve(
          index === 0 ? positionRows(this.ledger, mark, { time: clock.epochMs(), paper: false }) : [],
        ),
    }));
  }

  onBook(): void {}

  onFunding(rate: FundingRateSnapshot): void {
    this.#rates.set(rate.instrument, rate);
  }

  onConnection(exchange: ExchangeKey, state: "live" | "lost"): void {
    if (state === "live") this.#reconciliation?.onLive(exchange);
  }

  resume(scope: string, by: string): boolean {
    const { risk } = this.parts.desk;
    const accepted = this.#reconciliation?.accept(scope, by, ({ exchange, subject }) => {
      const instrument = this.#options.instruments.find(exchange, subject);
      return instrument === undefined ? NaN : risk.fairPrice(instrument);
    });
    // What a position has lost is unhedged now.
    if (accepted === true) void this.parts.desk.flattenAll().then(() => this.#upkeep.fit());
    return this.parts.desk.resumeAcquiring(scope, by) || accepted === true;
  }

  /**
   * Settles what an earlier run has left, then allows orders. Ends early when the run is stopped.
   *
   * @returns When orders may be sent.
   */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      this.#logger.error("Trading cannot begin", { error: errorMessage(error) });
      this.parts.desk.stopAcquiring(everything, `the recovery failed: ${errorMessage(error)}`);
    }
  }

  async finish(timeoutMs: number): Promise<boolean> {
    this.#ended.abort();
    this.#stopLooking();
    const isDone = await this.parts.desk.finish(timeoutMs);
    await Promise.all(this.#deadMen.map((deadMan) => deadMan.stop()));
    if (isDone) this.#takeSnapshot();
    this.parts.stop();
    await this.#options.accounts.close();
    return isDone;
  }

  stop(): void {
    this.#ended.abort();
    this.#stopLooking();
    this.parts.stop();
    void this.#options.accounts.close();
  }

  async #begin(): Promise<void> {
    const { accounts: { venues, opened }, instruments, clock } = this.#options;
    const { desk } = this.parts;
    this.parts.start();
    while (![...venues.keys()].every((exchange) => desk.accounts.isOpen(exchange))) {
      await this.#whileRunning(delay(clock, pollMs));
    }
    const [funding] = this.#funding.values();
    const report = await recover({
      state: opened.state,
      flow: desk.flow,
      resolver: desk.resolver,
      venues,
      instruments,
      clock,
      logger: this.#logger,
      signal: this.#ended.signal,
      taken: this.#taken,
      torn: opened.torn,
      stop: (scope, why) => desk.stopAcquiring(scope, why),
      ...(funding === undefined ? {} : { bookFunding: () => funding.check() }),
      takeSnapshot: (facts) => this.journal.takeSnapshot(facts),
    });
    await this.#whileRunning(desk.flattenAll());
    for (const interrupted of this.#taken.interrupted) {
      const { facts: { execution }, orders } = interrupted;
      this.#upkeep.adopt(interrupted);
      const base = orders[0]?.request.instrument.base;
      const residue = desk.residues().find((each) => each.base === base)?.quantity ?? 0;
      desk.flow.record({ kind: "ended", execution, residue, profit: 0, why: "interrupted" });
    }
    this.#upkeep.fit();
    this.#watch(report);
    desk.release();
    this.#logger.info("Trading begins", { executions: desk.nextExecution - 1, stops: desk.stops.size });
  }

  /** Everything that goes on beside trading. */
  #watch({ balances }: RecoveryReport): void {
    const { accounts: { venues }, config: { execution }, clock, instruments } = this.#options;
    const { desk } = this.parts;
    this.#reconciliation = new Reconciliation({
      clock,
      logger: this.#logger,
      flow: desk.flow,
      journalId: this.journal.id,
      venues,
      instruments,
      settings: () => ({ everyMs: execution.reconcileMs, soonMs, resumes: false, maxFailures }),
      listener: {
        stop: (scope, why) => desk.stopAcquiring(scope, why),
        resume: (scope, why) => void desk.resumeAcquiring(scope, why),
      },
      free: (exchange, coin) => desk.accounts.free(exchange, coin),
      takeBalances: (exchange, snapshot, askedAt) => desk.accounts.takeAll(exchange, snapshot, askedAt),
      onMissing: (order) => void desk.resolver.resolve(order).then(() => desk.flattenAll()),
      bookFunding: new Map([...this.#funding].map(([exchange, each]) => [exchange, () => each.check()])),
      restored: balances,
    });
    this.#reconciliation.start();
    for (const funding of this.#funding.values()) funding.start();
    for (const deadMan of this.#deadMen) deadMan.start();
    this.#snapshotAt = this.journal.lastSequence + keptRecords;
    this.#scheduleSnapshot();
  }

  #stopLooking(): void {
    this.#snapshotTimer?.cancel();
    this.#reconciliation?.stop();
    for (const funding of this.#funding.values()) funding.stop();
  }

  #fundingBookings(): ReadonlyMap<ExchangeKey, FundingBooking> {
    const { accounts: { venues, opened: { state } }, clock, instruments } = this.#options;
    const futures = [...venues.values()].filter(({ fundingPayments }) => fundingPayments !== undefined);
    return new Map(futures.map((venue: LiveVenue) => [
      venue.exchange,
      new FundingBooking({
        clock,
        logger: this.#logger,
        venue,
        instruments: instruments.ofExchange(venue.exchange),
        ledger: this.ledger,
        record: (event) => this.parts.desk.flow.record(event),
        nextSettlement: ({ id }) => this.#rates.get(id)?.nextSettlement ?? NaN,
        since: state.fundingSince,
        booked: state.recentFunding,
      }),
    ]));
  }

  #makeDeadMen(): readonly DeadMan[] {
    const { accounts: { venues }, config: { execution: { deadManSeconds } }, clock } = this.#options;
    if (deadManSeconds === 0) return [];
    const { desk } = this.parts;
    return [...venues.values()].filter(({ keepAlive }) => keepAlive !== undefined).map((venue) =>
      new DeadMan({
        clock,
        logger: this.#logger,
        venue,
        timeoutSeconds: deadManSeconds,
        isAcquiring: () => desk.holdReason === undefined && !desk.stops.has(everything),
        hasOpenOrders: () =>
          desk.tracker.open.some(({ request, isFinal }) =>
            !isFinal && request.instrument.exchange === venue.exchange
          ),
      })
    );
  }

  #scheduleSnapshot(): void {
    this.#snapshotTimer = this.#options.clock.setTimer(snapshotEveryMs, () => {
      this.#scheduleSnapshot();
      this.#upkeep.fit();
      if (this.journal.lastSequence >= this.#snapshotAt && this.parts.desk.busy.size === 0) {
        this.#takeSnapshot();
      }
    });
  }

  /** A run without end must not make a journal without end. */
  #takeSnapshot(): void {
    const { tracker, flow } = this.parts.desk;
    if (flow.hasFailed) return;
    try {
      this.journal.takeSnapshot({
        ...this.ledger.snapshot(),
        fillsUntil: this.#options.clock.epochMs() - fillOverlapMs,
        isSettled: (id) => tracker.find(id)?.isSettled ?? true,
      });
    } catch (error) {
      this.#logger.error("No snapshot of the journal", { error: errorMessage(error) });
    }
    this.#snapshotAt = this.journal.lastSequence + keptRecords;
  }

  async #whileRunning<Value>(promise: Promise<Value>): Promise<Value> {
    const value = await promise;
    this.#ended.signal.throwIfAborted();
    return value;
  }
}
