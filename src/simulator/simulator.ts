/**
 * The exchanges in a box.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import { SeededRandom } from "../core/random.ts";
import { type AccountOptions, type AccountRegistry, familyOf } from "./accounts/account_registry.ts";
import type { VenueFamily } from "./accounts/account.ts";
import type { Ledger } from "./accounts/ledger.ts";
import { localEndpoints, type SimulatorEndpoints, socketEndpoints } from "./endpoints.ts";
import { Faults } from "./faults.ts";
import { FaultScript } from "./faults/fault_script.ts";
import type { FaultRule } from "./faults/fault_rule.ts";
import { FaultyHost } from "./faults/faulty_host.ts";
import { SkewedClock } from "./faults/skewed_clock.ts";
import { FuturesBackend } from "./gateio/futures_backend.ts";
import { GateHost } from "./gateio/gate_host.ts";
import { startupModule } from "./gateio/gate_startup.ts";
import type { GateMarket } from "./gateio/gate_session.ts";
import { SpotBackend } from "./gateio/spot_backend.ts";
import { SpotMarket } from "./gateio/spot_market.ts";
import { futuresFunds } from "./gateio/wallet_market.ts";
import { walletModule } from "./gateio/wallet_module.ts";
import { findInstrument, type MarketSource, type OpenMarket } from "./market/market_source.ts";
import { MexcHost } from "./mexc/mexc_host.ts";
import { FlushTickers } from "./publish/tickers.ts";
import { SimulatorTruth } from "./simulator_truth.ts";
import type { HttpRequest, HttpResponse, Network, Socket, SocketHandlers } from "../core/network.ts";
import { defaultLatency, Latencies, type LatencyProfile, noLatency } from "./transport/latency.ts";
import { LocalNetwork } from "./transport/local_network.ts";
import { TradingFloor } from "./trading_floor.ts";
import { OnFirstConnection } from "./transport/on_first_connection.ts";
import { SocketServer } from "./transport/socket_server.ts";
import type { VenueContext } from "./venue_context.ts";

/** What a simulator is made of. */
export interface SimulatorOptions {
  /** Time and timers of everything inside. */
  readonly clock: Clock;
  /** Any 32-bit whole number: the same seed on the same simulated clock gives the same bytes. */
  readonly seed: number;
  /** Where the prices come from. */
  readonly source: MarketSource;
  /** Delays of the in-process network. Default {@link defaultLatency}. */
  readonly latency?: Partial<LatencyProfile>;
  /** Delays on real sockets, on top of their own. Default {@link noLatency}. */
  readonly socketLatency?: Partial<LatencyProfile>;
  /** Users with their keys and first deposits. Default: none. */
  readonly accounts?: readonly AccountOptions[];
}

/** Where a simulator listens. */
export interface ListenOptions {
  /** Port of MEXC on 127.0.0.1; 0, the default, takes a free one. */
  readonly mexcPort?: number;
  /** Port of Gate.io, spot and futures, on 127.0.0.1; 0, the default, takes a free one. */
  readonly gatePort?: number;
}

/** MEXC spot, Gate.io spot and Gate.io USDT futures, on real sockets or inside the process. */
export class Simulator implements Network {
  /** URLs for {@link Simulator.connect} and {@link Simulator.fetch}. */
  readonly localEndpoints: SimulatorEndpoints = localEndpoints;
  /** What the venues really hold. */
  readonly truth: SimulatorTruth;
  /** Things that can be made to go wrong at once. */
  readonly faults: Faults;
  /** Things that go wrong by rules. */
  readonly script: FaultScript;
  readonly #market: OpenMarket;
  readonly #floor: TradingFloor;
  readonly #tickers: FlushTickers[] = [];
  readonly #mexc: MexcHost;
  readonly #gate: GateHost;
  readonly #hosts: { readonly mexc: OnFirstConnection; readonly gate: OnFirstConnection };
  readonly #network: LocalNetwork;
  readonly #clock: Clock;
  readonly #clocks: Readonly<Record<VenueFamily, SkewedClock>>;
  readonly #socketLatency: Latencies;
  #servers: SocketServer[] = [];
  #state: "new" | "started" | "stopped" = "new";

  private constructor(options: SimulatorOptions) {
    const { clock, source } = options;
    this.#clock = clock;
    const random = new SeededRandom(options.seed);
    this.#market = source.open({ clock, random: random.fork("market") });
    this.#clocks = { mexc: new SkewedClock(clock), gateio: new SkewedClock(clock) };
    this.#floor = new TradingFloor(this.#clocks, random.fork("accounts"), options.accounts ?? []);
    this.#floor.watch(this.#market.instruments);
    this.faults = new Faults((exchange, code) => this.#closeAll(exchange, code));
    this.script = new FaultScript(clock, {
      begin: (rule): void => this.#beginFault(rule),
      end: (rule): void => this.#endFault(rule),
    });
    const context = (exchange: ExchangeKey): VenueContext =>
      this.#context(exchange, this.#clocks[familyOf(exchange)], random.fork(exchange));
    const spot = context("GATEIO_SPOT");
    const { gateSpot, ledger } = this.#floor;
    this.#gate = new GateHost({
      clock: this.#clocks.gateio,
      random: random.fork("gate host"),
      accounts: this.#floor.accounts,
      spot: this.#market.gateSpot ?? new SpotBackend(spot, gateSpot, ledger),
      futures: new FuturesBackend(context("GATEIO_FUTURES"), this.#floor.futures, ledger),
      modules: [
        startupModule,
        walletModule(new SpotMarket(spot, gateSpot), ledger, futuresFunds(this.#floor.futures)),
      ],
    });
    this.#mexc = new MexcHost(context("MEXC_SPOT"), this.#floor.mexcSpot);
    this.truth = new SimulatorTruth(this.#market.instruments, this.#market.gateSpot, this.#floor);
    const started = (): void => this.start();
    this.#hosts = {
      mexc: new OnFirstConnection(new FaultyHost("mexc", this.#mexc, this.script, clock), started),
      gate: new OnFirstConnection(new FaultyHost("gateio", this.#gate, this.script, clock), started),
    };
    this.#socketLatency = new Latencies(random.fork("socket latency"), {
      ...noLatency,
      ...options.socketLatency,
    });
    this.#network = new LocalNetwork(
      clock,
      new Latencies(random.fork("latency"), { ...defaultLatency, ...options.latency }),
      new Map([["mexc.simulated", this.#hosts.mexc], ["gateio.simulated", this.#hosts.gate]]),
    );
  }

  /** Builds the venues. Their books are filled; they begin to move with {@link Simulator.start}. */
  static create(options: SimulatorOptions): Simulator {
    return new Simulator(options);
  }

  /** Users and their keys. */
  get accounts(): AccountRegistry {
    return this.#floor.accounts;
  }

  /** Every change of every balance. */
  get ledger(): Ledger {
    return this.#floor.ledger;
  }

  /** In-process requests that have no answer yet. */
  get pendingResponses(): number {
    return this.#network.pending;
  }

  /** In-process requests whose promise was settled so far: when it grows, promises are waiting to run. */
  get settledResponses(): number {
    return this.#network.answered;
  }

  /** Lets the market move. Happens by itself when the first WebSocket connects. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "started";
    this.#market.start();
  }

  /**
   * Opens the real ports on 127.0.0.1 and tells where. Rejects with `Deno.errors.AddrInUse` when a given port is taken.
   *
   * A WebSocket client for which more than 32 MiB wait is cut.
   */
  // deno-lint-ignore require-await -- a port that cannot be opened rejects
  async listen({ mexcPort = 0, gatePort = 0 }: ListenOptions = {}): Promise<SimulatorEndpoints> {
    return socketEndpoints(this.#serve(this.#hosts.mexc, mexcPort), this.#serve(this.#hosts.gate, gatePort));
  }

  /** Opens a WebSocket inside the process. Failure is told by `onClose` with code 1006. */
  connect(url: string, handlers: SocketHandlers): Socket {
    return this.#network.connect(url, handlers);
  }

  /**
   * Sends an HTTP request inside the process.
   *
   * @throws {NetworkError} when the host does not exist or the answer takes longer than `timeoutMs`.
   */
  fetch(request: HttpRequest): Promise<HttpResponse> {
    return this.#network.fetch(request);
  }

  /** Lets Gate.io tell the connections of a market that it will be upgraded; it closes them a little later. */
  announceUpgrade(market: GateMarket): void {
    this.#gate.announceUpgrade(market);
  }

  /** Stops the market, closes every connection and every port. */
  async stop(): Promise<void> {
    if (this.#state === "started") this.#market.stop();
    this.#state = "stopped";
    this.script.stop();
    for (const tickers of this.#tickers) tickers.stop();
    this.#gate.stop();
    this.#network.stop();
    const servers = this.#servers;
    this.#servers = [];
    await Promise.all(servers.map((server) => server.stop()));
  }

  /** `127.0.0.1:<port>` of a host that is now on the network. */
  #serve(host: OnFirstConnection, port: number): string {
    const server = SocketServer.start(host, { clock: this.#clock, latency: this.#socketLatency, port });
    this.#servers.push(server);
    return server.authority;
  }

  #context(exchange: ExchangeKey, clock: Clock, random: SeededRandom): VenueContext {
    const tickers = new FlushTickers(clock, random.fork("tickers"));
    this.#tickers.push(tickers);
    const own = this.#market.instruments.filter(({ spec }) => spec.exchange === exchange);
    const instruments = new Map(own.map((instrument) => [instrument.spec.exchangeSymbol, instrument]));
    return { clock, random, tickers, faults: this.faults, accounts: this.#floor.accounts, instruments };
  }

  #beginFault(rule: FaultRule): void {
    const { fault, venue, symbol } = rule;
    const listing = findInstrument(this.#market.instruments, venue, symbol ?? "")?.listing;
    switch (fault) {
      case "close":
        return this.#closeAll(venue, rule.code);
      case "dark":
        return this.#closeAll(venue, 1006);
      case "skip-sequence":
        return this.faults.skipNextUpdate(venue, symbol!);
      case "clock-jump":
        this.#clocks[familyOf(venue)].offsetMs += rule.ms!;
        return;
      case "expire-listen-keys":
        return this.#mexc.expireListenKeys(rule.uid);
      case "frozen-book":
        return listing?.freeze(true);
      case "halt":
        return listing?.halt();
      case "resume":
        return listing?.resume();
      case "delist":
        return listing?.delist(Math.floor(this.#clock.epochMs()));
    }
  }

  #endFault({ fault, venue, symbol, ms, forMs }: FaultRule): void {
    if (fault === "clock-jump" && forMs !== undefined) this.#clocks[familyOf(venue)].offsetMs -= ms!;
    if (fault === "frozen-book") {
      findInstrument(this.#market.instruments, venue, symbol!)?.listing.freeze(false);
    }
  }

  #closeAll(exchange: ExchangeKey, code: number): void {
    const sessions = {
      MEXC_SPOT: this.#mexc.sessions,
      GATEIO_SPOT: this.#gate.spotSessions,
      GATEIO_FUTURES: this.#gate.futuresSessions,
    };
    sessions[exchange].closeAll(code, "");
  }
}
