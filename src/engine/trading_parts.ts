/**
 * What a run trades with, on paper or with money: desk, strategies, limits.
 * @module
 */
import { Holdings } from "../arbitrage/holdings.ts";
import { MissingLegs } from "../arbitrage/missing_legs.ts";
import type { RouteUniverse } from "../arbitrage/route.ts";
import { StrategySet } from "../arbitrage/strategy_set.ts";
import type { HftConfig } from "../config/hft_config.ts";
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { Instrument, InstrumentTable } from "../core/instrument.ts";
import type { Journal, JournalDay } from "../execution/journal_record.ts";
import type { Ledger } from "../execution/ledger.ts";
import { KillFile, readBeginning } from "../execution/risk/kill_file.ts";
import { type KillState, KillSwitch } from "../execution/risk/kill_switch.ts";
import { RiskGate } from "../execution/risk/risk_gate.ts";
import { type DeskListener, everything, TradingDesk } from "../execution/trading_desk.ts";
import type { TradingVenue } from "../execution/trading_venue.ts";
import { childLogger } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";

/** What {@link TradingParts} take. */
export interface TradingPartsOptions {
  readonly config: Pick<HftConfig, "trading" | "execution">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: InstrumentTable;
  readonly universe: RouteUniverse;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  /** The book of an instrument, whatever its state. */
  readonly book: (instrument: Instrument) => OrderBook | undefined;
  /** The venue's time as near as it is known, epoch milliseconds. */
  readonly venueTimeMs: (exchange: ExchangeKey) => number;
  /** What an earlier run has left. */
  readonly resumed?: {
    readonly firstExecution: number;
    readonly fillsUntil: number;
    readonly knownFills: Iterable<string>;
    readonly day?: JournalDay;
  };
  /** Why the kill switch was engaged when an earlier run ended. */
  readonly killed?: KillState;
  /** A file that engages the kill switch by being there. */
  readonly killFile?: string;
  readonly listener: DeskListener;
}

/** Desk and strategies of a run. */
export class TradingParts {
  readonly desk: TradingDesk;
  readonly strategies: StrategySet;
  readonly missing = new MissingLegs();
  readonly holdings: Holdings;
  readonly risk: RiskGate;
  readonly kill: KillSwitch;
  readonly #killFile: KillFile | undefined;

  constructor(options: TradingPartsOptions) {
    const { config: { trading, execution }, clock, universe, resumed, killed, killFile } = options;
    const logger = childLogger(options.logger, "trading");
    this.holdings = new Holdings(universe);
    this.strategies = new StrategySet({
      universe,
      settings: trading,
      missing: this.missing,
      holdings: this.holdings,
    });
    this.kill = new KillSwitch(clock, killed);
    this.risk = new RiskGate({
      limits: () => trading,
      clock,
      killSwitch: this.kill,
      ...(resumed?.day === undefined ? {} : { day: resumed.day }),
      listener: {
        onTripped: ({ name, scope, reason }) => logger.error("Breaker", { breaker: name, scope, reason }),
        onReset: ({ name, scope }, by) => logger.info("Breaker closed", { breaker: name, scope, by }),
      },
    });
    this.desk = new TradingDesk({
      ...options,
      ...resumed,
      logger,
      risk: this.risk,
      holdings: this.holdings,
      // Read anew each time: a reload of the configuration may make them stricter.
      maxBookAgeMs: () => trading.maxBookAgeMs,
      hedge: () => execution.hedge,
      settleTimeoutMs: execution.settleTimeoutMs,
    });
    this.kill.onChange((state) => {
      if (state === undefined) this.desk.resumeAcquiring(everything, "the kill switch was let go");
      else void this.desk.kill(`kill switch: ${state.reason}`);
    });
    this.#killFile = killFile === undefined
      ? undefined
      : new KillFile({ clock, killSwitch: this.kill, path: killFile, read: readBeginning });
  }

  /** Listens to the venues and connects them. */
  start(): void {
    this.#killFile?.start();
    this.desk.start();
  }

  /** Ends at once, whatever is under way. */
  stop(): void {
    this.#killFile?.stop();
    this.desk.abandon();
  }
}
