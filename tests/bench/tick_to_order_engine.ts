/**
 * The parts of an engine from a frame to its orders, as a live run has them, with stopwatches at their joints.
 * @module
 */
import { Detector } from "../../src/arbitrage/detector.ts";
import { buildRoutes } from "../../src/arbitrage/route.ts";
import { leastEdgeBps } from "../../src/arbitrage/strategy_settings.ts";
import { parseConfig } from "../../src/config/hft_config.ts";
import { type Clock, SystemClock } from "../../src/core/clock.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Secret } from "../../src/core/secret.ts";
import { RunMeasurements } from "../../src/engine/run_measurements.ts";
import { Trader } from "../../src/engine/trader.ts";
import { TradingParts } from "../../src/engine/trading_parts.ts";
import { VenueConnections } from "../../src/engine/venue_connections.ts";
import { VenueLimits } from "../../src/engine/venue_limits.ts";
import { getCompositeImplementation } from "../../src/exchanges/factory.ts";
import type { CompositePublicExchange } from "../../src/exchanges/interfaces/composite_public_exchange.ts";
import { FileJournal } from "../../src/execution/journal/file_journal.ts";
import { Ledger } from "../../src/execution/ledger.ts";
import type { DeskListener } from "../../src/execution/trading_desk.ts";
import { HftLoggerFactory } from "../../src/logging/hft_logger_factory.ts";
import type { OrderBook } from "../../src/market/order_book.ts";
import type { ByteStream } from "../../src/net/byte_stream.ts";
import { noDelayDial } from "../../src/net/byte_stream.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { DecisionHash } from "../../src/telemetry/decision_hash.ts";
import { BenchAccount } from "./tick_to_order_account.ts";
import { type ClientFigures, type ClientJob, marketInstruments, venueKeys } from "./tick_to_order_market.ts";
import { Stopwatches } from "./tick_to_order_watches.ts";

const credentials = {
  apiKey: new Secret("mx0vglBqGyNaHxDzFf"),
  secretKey: new Secret("45d0b3c26f2644f19bfb98b07741b2f5"),
};
/** Spot against spot; limits far away, so that the pace of the bench does not meet them. */
const settings = `
mode: live
exchanges: { MEXC_SPOT: , GATEIO_SPOT: , GATEIO_FUTURES: }
pairs: [BTC/USDT]
trading: { basis: { enabled: false }, carry: { enabled: false } }
risk:
  maxPositionNotional: $1000000000
  maxExchangeNotional: $1000000000
  maxTotalNotional: $1000000000
  maxExposure: $1000000000
  maxDailyLoss: $1000000000
  maxSingleLoss: $1000000000
  maxOpenExecutions: 1000
  maxOrdersPerSecond: 1000
  maxVolatility: 9000bps
  maxSpread: 500bps
  maxConsecutiveFailures: 1000
`;
/** Connections that are kept ready for orders. */
const warmConnections = 4;
/** Rounds of the engine's timers, milliseconds. */
const sweepMs = 250;

/** A client with money: frames in, orders out. */
export class BenchEngine {
  readonly #watches = new Stopwatches();
  readonly #composites: readonly CompositePublicExchange[];
  readonly #parts: TradingParts;
  readonly #detector: Detector;
  readonly #trader: Trader;
  readonly #books: (OrderBook | undefined)[] = [];
  readonly #measurements: RunMeasurements;
  readonly #total: number;

  private constructor(
    job: ClientJob,
    journal: FileJournal,
    accounts: ReadonlyMap<ExchangeKey, BenchAccount>,
    private readonly clock: Clock,
    log: HftLoggerFactory,
    measurements: RunMeasurements,
  ) {
    const instruments = marketInstruments(job.pairs);
    this.#total = instruments.all.length;
    const universe = buildRoutes(instruments);
    const config = parseConfig(settings, "bench");
    this.#measurements = measurements;
    measurements.useInstruments(instruments);
    this.#composites = venueKeys.map((exchange) =>
      getCompositeImplementation({
        exchange,
        endpoints: job.endpoints[exchange],
        instruments: instruments.ofExchange(exchange),
        speed: "normal",
        network: new SystemNetwork(),
        clock,
        random: new SeededRandom(1).fork(exchange),
        logger: log.logger(exchange),
        trace: measurements.trace,
      }, { private: false })
    );
    this.#parts = new TradingParts({
      config,
      clock,
      logger: log.logger(""),
      instruments,
      universe,
      journal,
      ledger: new Ledger(),
      venues: accounts,
      book: ({ id }: Instrument) => this.#books[id],
      venueTimeMs: (exchange) => accounts.get(exchange)!.timeMs,
      listener: this.#deskListener(),
    });
    const { trading } = config;
    this.#trader = new Trader({
      universe,
      clock,
      decisions: new DecisionHash(),
      counts: measurements.counts,
      trading: this.#parts,
      listener: { onExecution: (): void => {}, onEnded: (): void => {} },
    });
    this.#detector = new Detector(universe, {
      limits: { minEdgeBps: leastEdgeBps(trading), maxNotional: trading.maxNotional },
      maxBookAgeMs: trading.maxBookAgeMs,
    }, this.#trader);
    this.#trader.useDetector(this.#detector);
    this.#watches.watch(this.#parts, journal);
    for (const composite of this.#composites) composite.bind("book", (book) => this.#onBook(book));
  }

  /** Connects, and waits until all books are there. */
  static async start(job: ClientJob): Promise<BenchEngine> {
    const clock = new SystemClock();
    const log = new HftLoggerFactory({
      level: "warn",
      backends: [
        { kind: "file", name: "file", path: `${job.directory}/bench.log` },
        { kind: "audit", name: "audit", path: `${job.directory}/audit.log`, sync: "interval" },
      ],
      rules: [{ to: ["file"] }],
    });
    const network = new SystemNetwork();
    const measurements = new RunMeasurements({ venues: venueKeys, network, clock, traceShare: 0 });
    const { journal } = await FileJournal.open({ directory: `${job.directory}/journal`, clock });
    const writes: { watches: Stopwatches | undefined } = { watches: undefined };
    const orders = watchedNetwork(clock, () => writes.watches?.wrote(measurements.trace));
    const connections = new VenueConnections({
      clock,
      random: new SeededRandom(2),
      logger: log.logger(""),
      audit: log.audit,
      queries: network,
      orders,
      limits: new VenueLimits(patientClock(clock)),
    });
    const instruments = marketInstruments(job.pairs);
    const accounts = await Promise.all(venueKeys.map(async (exchange) => {
      const endpoints = job.endpoints[exchange];
      orders.keepWarm(endpoints.rest, warmConnections);
      const of = instruments.ofExchange(exchange);
      const access = await connections.open({ exchange, endpoints, credentials, instruments: of });
      return [exchange, new BenchAccount(access, clock)] as const;
    }));
    const engine = new BenchEngine(job, journal, new Map(accounts), clock, log, measurements);
    writes.watches = engine.#watches;
    await engine.#begin();
    return engine;
  }

  /** What was measured since the last time. */
  take(): ClientFigures {
    const { counts } = this.#measurements;
    const refusals = new Map([...counts.intentRefusals].filter(([, count]) => count > 0));
    return this.#watches.take(this.#composites.reduce((sum, { ws }) => sum + ws.frames, 0), refusals);
  }

  async #begin(): Promise<void> {
    for (const composite of this.#composites) {
      composite.start(this.#measurements.instruments.ofExchange(composite.exchange), () => ["depth"]);
    }
    this.#parts.start();
    this.#sweep();
    const usable = (): number => this.#composites.reduce((sum, each) => sum + each.counts().usable, 0);
    while (usable() < this.#total) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  #sweep(): void {
    this.clock.setTimer(sweepMs, () => {
      this.#detector.sweep(this.clock.monotonicMs(), this.clock.epochMs());
      this.#trader.review();
      this.#sweep();
    });
  }

  /** What the engine does with a book. */
  #onBook(book: OrderBook): void {
    const measurements = this.#measurements;
    const isTimed = measurements.trace.active;
    if (isTimed) measurements.reachBook(book.instrument);
    this.#books[book.instrument] ??= book;
    this.#watches.begin();
    this.#detector.onBook(book, this.clock.monotonicMs(), this.clock.epochMs());
    this.#trader.onBook(book);
    if (isTimed) {
      measurements.reachDecision(book.instrument);
      this.#watches.end(measurements.trace);
    }
  }

  #deskListener(): DeskListener {
    const { trace } = this.#measurements;
    return {
      onSent: (orders) => {
        for (const { request } of orders) this.#watches.sent(request.clientOrderId, trace);
      },
      onOutcome: () => {},
      onOrder: () => {},
      onFill: () => {},
      onExecution: (run) => this.#trader.onExecution(run),
      onStop: (scope, why) => {
        if (why !== undefined) throw new Error(`The bench's desk stopped ${scope}: ${why}`);
      },
      onForeign: () => {},
      onConnection: () => {},
    };
  }
}

/** By this clock hours pass between two orders, so that no limit of a venue holds one back. */
function patientClock(clock: Clock): Clock {
  let passed = 0;
  return {
    epochMs: () => clock.epochMs(),
    monotonicMs: () => clock.monotonicMs() + (passed += 1_000),
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
  };
}

/** The way of orders, with a stopwatch where the operating system has the bytes. */
function watchedNetwork(clock: Clock, onWritten: () => void): NoDelayNetwork {
  const dial = noDelayDial();
  return new NoDelayNetwork({
    clock,
    dial: async (target, signal): Promise<ByteStream> => {
      const stream = await dial(target, signal);
      return {
        read: (buffer) => stream.read(buffer),
        close: () => stream.close(),
        write: (bytes) => {
          const written = stream.write(bytes);
          onWritten();
          return written;
        },
      };
    },
  });
}
