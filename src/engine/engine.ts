/**
 * The composition root: puts the parts of a run together, starts and stops them.
 * @module
 */
import { Detector } from "../arbitrage/detector.ts";
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
import { PaperBroker } from "../execution/paper_broker.ts";
import { PaperTrader } from "../execution/paper_trader.ts";
import type { AuditTrail } from "../logging/audit_trail.ts";
import { childLogger, correlate } from "../logging/child_logger.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderBook } from "../market/order_book.ts";
import type { Network } from "../core/network.ts";
import type { MarketStore, SymbolCacheStatistics } from "../storage/mod.ts";
import { DecisionHash } from "../telemetry/decision_hash.ts";
import type { LatencyHistogram } from "../telemetry/latency_histogram.ts";
import { discoverInstruments } from "./discovery.ts";
import { paperOrder } from "./paper_account.ts";
import { auditPaperOrder } from "./paper_audit.ts";
import { type EngineReport, reportOf } from "./report.ts";
import { RunMeasurements } from "./run_measurements.ts";
import { RunRecorder } from "./run_recorder.ts";
import { SymbolWatch } from "./symbol_watch.ts";
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

/** A run: feeds, books, detection, paper trades, storage. */
export class Engine {
  readonly decisions = new DecisionHash();
  readonly ledger = new Ledger();
  readonly broker = new PaperBroker(this.ledger);
  readonly composites: readonly CompositePublicExchange[];
  readonly detector: Detector;
  readonly trader: PaperTrader;
  readonly universe: RouteUniverse;
  readonly #recorder: RunRecorder;
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
  ) {
    const { config, clock } = options;
    measurements.useInstruments(instruments);
    this.#startedAt = clock.monotonicMs();
    this.universe = buildRoutes(instruments);
    this.composites = configs.map((each) =>
      getCompositeImplementation({ ...each, instruments: instruments.ofExchange(each.exchange) }, {
        private: false,
      })
    );
    this.trader = this.#makeTrader();
    const { trading } = config;
    this.detector = new Detector(
      this.universe,
      {
        limits: trading,
        // Read anew each time: a reload of the configuration may make it stricter.
        get maxBookAgeMs(): number {
          return trading.maxBookAgeMs;
        },
      },
      this.trader,
    );
    for (const composite of this.composites) this.#connect(composite);
    this.#recorder = new RunRecorder({
      ...options,
      instruments,
      composites: this.composites,
      latencies: measurements.latencies,
      ledger: this.ledger,
      mark: (instrument) => this.middle(instrument),
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
   * Asks the venues for their instruments and starts.
   *
   * @throws {NetworkError | VenueError | ProtocolError} when a venue's instruments cannot be had.
   * @throws {ConfigError} when none of the pairs exists.
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
    const instruments = await discoverInstruments(configs, config.pairs, clock, random, logger);
    options.store.registerInstruments(instruments.all);
    const engine = new Engine(options, instruments, configs, measurements, limits);
    engine.#run();
    return engine;
  }

  /** Stops feeds and timers and ends what is open. The store is left to whoever opened it. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#sweepTimer?.cancel();
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

  /** Rounds of collectors that have begun: promises are waiting to run after each. */
  get rounds(): number {
    return this.#recorder.rounds;
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

  #makeTrader(): PaperTrader {
    const { config, clock, store, audit } = this.options;
    const logger = childLogger(this.options.logger, "trading");
    return new PaperTrader({
      universe: this.universe,
      ledger: this.ledger,
      broker: this.broker,
      clock,
      decisions: this.decisions,
      policy: config.trading,
      endowment: config.paper,
      get maxNotional(): number {
        return config.trading.maxNotional;
      },
      listener: {
        onTrade: (trade) => {
          this.measurements.onTrade(trade);
          const { execution, fills } = trade;
          using _ = correlate(logger, execution.opportunity);
          const { id, purpose, quantity, edgeQuote } = execution;
          logger.debug("Traded on paper", { execution: id, purpose, quantity, edgeQuote });
          store.recordExecution(execution);
          for (const fill of fills) {
            store.recordFill(fill);
            const order = paperOrder(fill);
            store.recordOrder(order);
            if (audit !== undefined) {
              auditPaperOrder(audit, order, this.instruments.get(fill.instrument), execution);
            }
          }
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
    if (
      this.#books[book.instrument] === undefined &&
      this.trader.endow(this.instruments.get(book.instrument), book)
    ) this.#books[book.instrument] = book;
    const now = clock.monotonicMs(), epochMs = clock.epochMs();
    const { seen } = detector;
    detector.onBook(book, now, epochMs);
    this.trader.considerExits(book, detector, now);
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
    void this.#symbols.start();
    this.#scheduleSweep();
  }

  #scheduleSweep(): void {
    const { clock } = this.options;
    this.#sweepTimer = clock.setTimer(sweepMs, () => {
      this.detector.sweep(clock.monotonicMs(), clock.epochMs());
      this.#scheduleSweep();
    });
  }
}
