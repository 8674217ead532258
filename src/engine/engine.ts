/**
 * The composition root: puts the parts of a run together, starts and stops them.
 * @module
 */
import { Detector } from "../arbitrage/detector.ts";
import { leastEdgeBps } from "../arbitrage/strategy_settings.ts";
import { buildRoutes, type RouteUniverse } from "../arbitrage/route.ts";
import type { HftConfig } from "../config/hft_config.ts";
import { type Clock, SystemClock, type Timer } from "../core/clock.ts";
import type { Instrument, InstrumentId, InstrumentTable } from "../core/instrument.ts";
import { SeededRandom } from "../core/random.ts";
import { type ExchangeConfig, getCompositeImplementation } from "../exchanges/factory.ts";
import type {
  BookCounts,
  CompositePublicExchange,
} from "../exchanges/interfaces/composite_public_exchange.ts";
import type { PublicStream } from "../exchanges/interfaces/public_dialect.ts";
import { quoteStreams } from "../exchanges/public_websocket_client.ts";
import { Ledger } from "../execution/ledger.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import { childLogger, correlate } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { Network } from "../core/network.ts";
import type { MarketStore, SymbolCacheStatistics } from "../storage/mod.ts";
import { DecisionHash } from "../telemetry/decision_hash.ts";
import type { LatencyHistogram } from "../telemetry/latency_histogram.ts";
import { CountedClock } from "./counted_clock.ts";
import { DeskRecorder } from "./desk_recorder.ts";
import { DeskState } from "./desk_state.ts";
import { discoverInstruments } from "./discovery.ts";
import { LiveAccounts, type LiveOptions } from "./live_accounts.ts";
import { LiveTrading } from "./live_trading.ts";
import { PaperTrading } from "./paper_trading.ts";
import { RebalanceProposals } from "./rebalance_proposals.ts";
import { type EngineReport, reportOf } from "./report.ts";
import { RunMeasurements } from "./run_measurements.ts";
import { RunRecorder } from "./run_recorder.ts";
import type { RunTrading } from "./run_trading.ts";
import { SymbolWatch } from "./symbol_watch.ts";
import { Trader } from "./trader.ts";
import { venueLogger } from "./venue_logger.ts";
import { publicPatience, VenueLimits } from "./venue_limits.ts";

/** What an engine takes from outside. */
export interface EngineOptions {
  readonly config: HftConfig;
  readonly network: Network;
  readonly clock: Clock;
  readonly store: MarketStore;
  readonly logger: Logger;
  /** Where orders leave their trail. Default nowhere. */
  readonly audit?: AuditTrail;
  /** What its requests are counted in. Default limits of its own. */
  readonly limits?: VenueLimits;
  /** What trading live needs; without it no configuration trades live. */
  readonly live?: LiveOptions;
  /** Share of the opportunities that are traced for OpenTelemetry, 0 to 1; default 0. */
  readonly traceShare?: number;
}

interface FinalFigures {
  readonly counts: readonly BookCounts[];
  /** By instrument id; NaN without a usable book. */
  readonly middles: readonly number[];
  readonly uptimeMs: number;
}

/** Time between looks for books that have become stale. */
const sweepMs = 250;

/** A run: feeds, books, detection, trading, storage. */
export class Engine {
  readonly decisions = new DecisionHash();
  readonly ledger: Ledger;
  readonly composites: readonly CompositePublicExchange[];
  readonly detector: Detector;
  readonly trader: Trader;
  readonly universe: RouteUniverse;
  /** What the run trades with; undefined where it only observes. */
  readonly trading: RunTrading | undefined;
  /** How coins could come back to where they are wanted; undefined where the run only observes. */
  readonly rebalance: RebalanceProposals | undefined;
  readonly #recorder: RunRecorder;
  readonly #desk: DeskRecorder;
  readonly #tradingClock: CountedClock;
  readonly #symbols: SymbolWatch;
  readonly #startedAt: number;
  readonly #books: (OrderBook | undefined)[] = [];
  #sweepTimer: Timer | undefined;
  #stopped = false;

  private constructor(
    readonly options: EngineOptions,
    readonly instruments: InstrumentTable,
    configs: readonly ExchangeConfig[],
    /** What the run measures of itself. */
    readonly measurements: RunMeasurements,
    /** What requests are counted in. */
    readonly limits: VenueLimits,
    live: LiveAccounts | undefined,
  ) {
    const { config: { trading }, clock } = options;
    measurements.useInstruments(instruments);
    this.#startedAt = clock.monotonicMs();
    this.universe = buildRoutes(instruments);
    this.composites = configs.map((each) =>
      getCompositeImplementation({ ...each, instruments: instruments.ofExchange(each.exchange) }, {
        private: false,
      })
    );
    this.#tradingClock = new CountedClock(clock);
    this.#desk = this.#makeRecorder();
    this.trading = this.#openTrading(live);
    this.ledger = this.trading?.ledger ?? new Ledger();
    if (this.trading !== undefined) {
      const { universe, trading: { parts, journal } } = this;
      measurements.useTrading(new DeskState(parts, instruments, journal));
      const shared = { ...options, clock: this.#tradingClock, universe };
      this.rebalance = new RebalanceProposals({ ...shared, parts, venues: live?.venues });
    }
    this.trader = this.#makeTrader();
    this.detector = new Detector(
      this.universe,
      {
        // Read anew each time: a reload of the configuration may make them stricter.
        limits: {
          get minEdgeBps(): number {
            return leastEdgeBps(trading);
          },
          get maxNotional(): number {
            return trading.maxNotional;
          },
        },
        get maxBookAgeMs(): number {
          return trading.maxBookAgeMs;
        },
      },
      this.trader,
    );
    this.trader.useDetector(this.detector);
    for (const composite of this.composites) this.#connect(composite);
    this.#recorder = new RunRecorder({
      ...options,
      instruments,
      composites: this.composites,
      latencies: measurements.latencies,
      accounts: this.trading?.accounts ?? [],
      onFunding: (rate) => {
        this.trader.onFunding(rate);
        this.trading?.onFunding(rate);
      },
    });
    this.#symbols = new SymbolWatch({
      database: options.store,
      clock: new SystemClock(),
      logger: options.logger,
      universe: this.universe,
      onRefused: (route) => this.detector.exclude(route, clock.epochMs()),
    });
  }

  /**
   * Asks the venues for their instruments and starts. Orders with money are sent only after everything that an earlier
   * run has left is known and hedged.
   *
   * @throws {NetworkError | VenueError | ProtocolError} when a venue's instruments cannot be had.
   * @throws {ConfigError} when none of the pairs exists, or something is missing for trading live.
   */
  static async start(options: EngineOptions): Promise<Engine> {
    const { config, clock, logger } = options;
    const random = new SeededRandom(config.seed).fork("engine");
    const limits = options.limits ?? new VenueLimits(clock);
    const measurements = new RunMeasurements({
      ...options,
      venues: config.exchanges.map(({ exchange }) => exchange),
      traceShare: options.traceShare ?? 0,
    });
    const configs = config.exchanges.map((settings): ExchangeConfig => ({
      ...options,
      ...settings,
      network: limits.limited(
        settings.exchange,
        measurements.requests.get(settings.exchange)!,
        publicPatience,
      ),
      speed: settings.bookSpeed,
      patience: config.network,
      logger: venueLogger(logger, settings.exchange),
      random: random.fork(settings.exchange),
      trace: measurements.trace,
    }));
    const listed = await discoverInstruments(configs, config.pairs, clock, random, logger);
    const live = config.mode === "live"
      ? await LiveAccounts.open({ ...options, random, limits, instruments: listed })
      : undefined;
    try {
      const instruments = live?.instruments ?? listed;
      options.store.registerInstruments(instruments.all);
      const engine = new Engine(options, instruments, configs, measurements, limits, live);
      engine.#run();
      return engine;
    } catch (error) {
      await live?.close();
      throw error;
    }
  }

  /**
   * Begins nothing more and waits for the orders under way, at most this long.
   *
   * @returns Whether all of them have ended.
   */
  async finish(timeoutMs: number): Promise<boolean> {
    return await this.trading?.finish(timeoutMs) ?? true;
  }

  /** Stops feeds and timers and ends what is open. The store is left to whoever opened it. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#sweepTimer?.cancel();
    this.trading?.stop();
    this.rebalance?.stop();
    this.detector.stop(this.options.clock.epochMs());
    this.#recorder.stop();
    this.#symbols.stop();
    this.#final = {
      counts: this.composites.map((composite) => composite.counts()),
      middles: this.instruments.all.map((instrument) => this.middle(instrument)),
      uptimeMs: this.uptimeMs,
    };
    for (const composite of this.composites) composite.stop();
  }

  /** Figures of the run so far, or of the whole run when it is stopped. */
  report(): EngineReport {
    return reportOf(this, this.#final?.counts ?? this.composites.map((composite) => composite.counts()));
  }

  /** The book of an instrument, once it has been usable with both sides. */
  book(instrument: InstrumentId): OrderBook | undefined {
    return this.#books[instrument];
  }

  /** Figures of the symbol cache; undefined before the database has answered. */
  get symbolCache(): SymbolCacheStatistics | undefined {
    return this.#symbols.statistics;
  }

  /** From a frame to its book, on all venues. */
  get frameToBook(): LatencyHistogram {
    return this.measurements.latencies.frame_to_book.total();
  }

  /** From a frame to the decision about it, on all venues. */
  get frameToDecision(): LatencyHistogram {
    return this.measurements.latencies.frame_to_decision.total();
  }

  /** Rounds of collectors and timers of trading: promises may be waiting to run after each. */
  get rounds(): number {
    return this.#recorder.rounds + this.#tradingClock.fired;
  }

  /** Milliseconds from the start to now or to the stop, on the run's clock. */
  get uptimeMs(): number {
    return this.#final?.uptimeMs ?? this.options.clock.monotonicMs() - this.#startedAt;
  }

  /** Middle of the best bid and ask, the last one of a stopped run; NaN when there is no usable book. */
  middle(instrument: Instrument): number {
    if (this.#final !== undefined) return this.#final.middles[instrument.id]!;
    const book = this.#books[instrument.id];
    return book?.usable ? (book.bids.bestPrice + book.asks.bestPrice) / 2 : NaN;
  }

  /** What is known at the moment of the stop only, because the stop itself makes the books unusable. */
  #final: FinalFigures | undefined;

  #openTrading(live: LiveAccounts | undefined): RunTrading | undefined {
    const { options, instruments, universe } = this;
    const { config } = options;
    if (config.mode === "observe") return undefined;
    const parts = {
      ...options,
      clock: this.#tradingClock,
      instruments,
      universe,
      book: (instrument: Instrument): OrderBook | undefined => this.#books[instrument.id],
      mark: (instrument: Instrument): number => this.middle(instrument),
      listener: this.#desk,
    };
    if (live !== undefined) return new LiveTrading({ ...parts, accounts: live });
    return new PaperTrading({
      ...parts,
      random: new SeededRandom(config.seed).fork("paper"),
      exchanges: config.exchanges.map(({ exchange }) => exchange),
    });
  }

  #makeRecorder(): DeskRecorder {
    const { options, measurements, instruments } = this;
    const { audit, config: { mode } } = options;
    const paper = mode !== "live";
    return new DeskRecorder({
      ...options,
      measurements,
      instruments,
      paper,
      paperAudit: paper ? audit : undefined,
      onExecution: (run) => this.trader.onExecution(run),
      onConnection: (exchange, state) => this.trading?.onConnection(exchange, state),
    });
  }

  #makeTrader(): Trader {
    const { clock, store } = this.options;
    const logger = childLogger(this.options.logger, "trading");
    return new Trader({
      universe: this.universe,
      clock,
      decisions: this.decisions,
      counts: this.measurements.counts,
      trading: this.trading?.parts,
      listener: {
        onExecution: (execution) => {
          this.measurements.onExecution(execution);
          using _ = correlate(logger, execution.opportunity);
          const { id, purpose, quantity, edgeQuote, attribution } = execution;
          logger.debug("Traded", {
            execution: id,
            purpose,
            quantity,
            edgeQuote,
            outcome: attribution!.outcome,
          });
          store.recordExecution(execution);
        },
        onEnded: (opportunity) => {
          this.measurements.onEnded(opportunity);
          using _ = correlate(logger, opportunity.id);
          const { peakEdgeBps, executions, decision = "", endReason } = opportunity;
          logger.debug("Opportunity ended", { peakEdgeBps, executions, decision, endReason });
          store.recordOpportunity(opportunity);
        },
      },
    });
  }

  #connect(composite: CompositePublicExchange): void {
    composite.bind("book", (book) => this.#onBook(book));
    composite.bind("broken", (book) => {
      this.detector.onBroken(book.instrument, this.options.clock.epochMs());
      this.#recorder.onBroken(book.instrument);
    });
    composite.bind("bookTicker", (ticker) => this.options.store.recordBookTicker(ticker));
  }

  #onBook(book: OrderBook): void {
    const { measurements, detector } = this;
    const isTimed = measurements.trace.active;
    if (isTimed) measurements.reachBook(book.instrument);
    const { clock } = this.options;
    // A book that never had both sides has no middle to value anything with.
    if (this.#books[book.instrument] === undefined && book.bids.bestPrice > 0 && book.asks.bestPrice > 0) {
      this.#books[book.instrument] = book;
    }
    this.trading?.onBook(book);
    const now = clock.monotonicMs(), epochMs = clock.epochMs();
    const { seen } = detector;
    detector.onBook(book, now, epochMs);
    this.trader.onBook(book);
    if (detector.seen !== seen) measurements.onBegun(seen, detector.seen);
    if (isTimed) measurements.reachDecision(book.instrument);
    this.#recorder.onBook(book, epochMs);
  }

  #run(): void {
    const { trades } = this.options.config.recording;
    const streams: readonly PublicStream[] = trades ? [...quoteStreams, "trades"] : quoteStreams;
    for (const composite of this.composites) {
      composite.start(this.instruments.ofExchange(composite.exchange), () => streams);
    }
    this.#recorder.start();
    void this.trading?.start();
    this.rebalance?.start();
    void this.#symbols.start();
    this.#scheduleSweep();
  }

  #scheduleSweep(): void {
    const { clock } = this.options;
    this.#sweepTimer = clock.setTimer(sweepMs, () => {
      this.detector.sweep(clock.monotonicMs(), clock.epochMs());
      this.trader.review();
      this.#scheduleSweep();
    });
  }
}
