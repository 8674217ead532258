/**
 * Accounts on the simulated venues on simulated time, inside the process: real signatures, real documents.
 * @module
 */
import { assert } from "@std/assert";
import type { FundingPayment, PositionReport, TransferRecord } from "../../src/core/account.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Instrument, InstrumentTable } from "../../src/core/instrument.ts";
import type { Network } from "../../src/core/network.ts";
import type { OrderRequest, Outcome } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Secret } from "../../src/core/secret.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import type { VenueAccess } from "../../src/engine/venue_access.ts";
import { VenueConnections } from "../../src/engine/venue_connections.ts";
import { CompositePrivateFuturesExchange } from "../../src/exchanges/interfaces/composite_private_futures.ts";
import type { TradingVenue } from "../../src/execution/trading_venue.ts";
import {
  defaultAssets,
  MarketModel,
  type MarketSource,
  parseFaultRule,
  Simulator,
} from "../../src/simulator/mod.ts";
import { testInstruments } from "./instruments.ts";
import { MemoryLogger } from "./memory_logger.ts";

const secretKey = "0123456789abcdef0123456789abcdef";
const deposits = {
  MEXC_SPOT: { USDT: "100000", BTC: "2" },
  GATEIO_SPOT: { USDT: "100000", BTC: "2" },
  GATEIO_FUTURES: { USDT: "100000" },
};
const apiKeys = { mexc: "mx0site", gateio: "gatesite" } as const;
/** User and somebody else at every venue. */
const accounts = (["mexc", "gateio"] as const).flatMap((family) =>
  ["", "9"].map((suffix) => ({
    family,
    uid: `${family === "mexc" ? 1001 : 2002}${suffix}`,
    apiKey: `${apiKeys[family]}${suffix}`,
    secretKey,
    deposits: family === "mexc"
      ? { MEXC_SPOT: deposits.MEXC_SPOT }
      : { GATEIO_SPOT: deposits.GATEIO_SPOT, GATEIO_FUTURES: deposits.GATEIO_FUTURES },
  }))
);
/** Start of simulated time, 2026-01-01 07:59: a minute before a settlement of funding. */
export const siteStart = Date.UTC(2026, 0, 1, 7, 59);
const orderValidityMs = 10_000;

/** What a {@link TradingSite} may be given. */
export interface TradingSiteOptions {
  readonly seed?: number;
  readonly exchanges?: readonly ExchangeKey[];
  /** Market events per second. Default 0: a still market. */
  readonly eventsPerSecond?: number;
  readonly source?: MarketSource;
  /** Stands between the accounts and the simulator. */
  readonly network?: (simulator: Simulator) => Network;
}

/** BTC on the venues, and an account at each. */
export class TradingSite implements AsyncDisposable {
  readonly clock: SimulatedClock = new SimulatedClock(siteStart);
  readonly logger: MemoryLogger = new MemoryLogger();
  readonly simulator: Simulator;
  readonly instruments: InstrumentTable = testInstruments(["BTC"]);
  readonly venues: Map<ExchangeKey, TradingVenue> = new Map();
  readonly #accesses: VenueAccess[] = [];
  readonly #connections: VenueConnections;
  #ids = 0;

  private constructor(options: TradingSiteOptions) {
    const { seed = 1, eventsPerSecond = 0 } = options;
    const { clock } = this;
    const source = options.source ?? new MarketModel({
      eventsPerSecond,
      levels: 20,
      assets: defaultAssets.filter(({ base }) => base === "BTC"),
      bursts: { meanGapMs: 1e9 },
    });
    this.simulator = Simulator.create({ clock, seed, source, accounts: [...accounts] });
    const network = options.network?.(this.simulator) ?? this.simulator;
    this.#connections = new VenueConnections({
      clock,
      random: new SeededRandom(seed),
      logger: this.logger,
      queries: network,
      orders: network,
    });
  }

  /** Opens the accounts and waits until they are live. */
  static async open(options: TradingSiteOptions = {}): Promise<TradingSite> {
    const site = new TradingSite(options);
    const { exchanges = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] } = options;
    site.simulator.start();
    for (const exchange of exchanges) site.venues.set(exchange, await site.account(exchange));
    return site;
  }

  /** Opens an account. `suffix` 9 is that of somebody else. It is to be started by whoever asked for it. */
  async account(exchange: ExchangeKey, suffix = ""): Promise<TradingVenue> {
    const family = exchange === "MEXC_SPOT" ? "mexc" : "gateio";
    const apiKey = new Secret(`${apiKeys[family]}${suffix}`);
    const access = await this.wait(this.#connections.open({
      exchange,
      endpoints: this.simulator.localEndpoints[exchange],
      credentials: { apiKey, secretKey: new Secret(secretKey) },
      instruments: this.instruments.ofExchange(exchange),
      orderTimeoutMs: 2_000,
    }));
    this.#accesses.push(access);
    return tradingVenue(access, this.instruments.ofExchange(exchange));
  }

  /** Starts every account and waits until it is live. */
  async start(): Promise<void> {
    for (const venue of this.venues.values()) venue.start();
    await this.until(
      () => [...this.venues.values()].every(({ isLive }) => isLive),
      "the accounts to be live",
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const access of this.#accesses) access.stop();
    await this.advance(1_000);
    await this.wait(this.#connections.close());
    await this.simulator.stop();
  }

  /** User number at a venue. */
  uid(exchange: ExchangeKey): string {
    return exchange === "MEXC_SPOT" ? "1001" : "2002";
  }

  instrument(exchange: ExchangeKey): Instrument {
    return this.instruments.ofExchange(exchange)[0]!;
  }

  /** Lets this much simulated time pass. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.epochMs() + ms;
    let isOver = false;
    this.clock.setTimer(ms, () => {
      isOver = true;
    });
    await settle();
    while (!isOver && this.clock.epochMs() <= end && this.clock.step()) await settle();
  }

  /** Lets time pass until something is true, two simulated minutes at most. */
  async until(isDone: () => boolean, what: string): Promise<void> {
    const end = this.clock.epochMs() + 120_000;
    await settle();
    while (!isDone()) {
      assert(this.clock.step() && this.clock.epochMs() <= end, `waited in vain for ${what}`);
      await settle();
    }
  }

  /** Lets time pass until a promise is settled. */
  async wait<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    settled.catch(() => {});
    await settle();
    while (!isSettled && this.clock.step()) await settle();
    return await promise;
  }

  /** Sets the leverage of the contract, with margin of its own. */
  async leverage(leverage: number): Promise<void> {
    const { composite } = this.#accesses.find(({ exchange }) => exchange === "GATEIO_FUTURES")!;
    if (!(composite instanceof CompositePrivateFuturesExchange)) throw new Error("not a futures account");
    const outcome = await this.wait(composite.setLeverage(this.instrument("GATEIO_FUTURES"), leverage));
    assert(outcome.kind === "accepted", JSON.stringify(outcome));
  }

  /** Coins come from outside. */
  deposit(exchange: ExchangeKey, coin: string, amount: string): void {
    const { accounts } = this.simulator;
    const account = accounts.account(exchange === "MEXC_SPOT" ? "mexc" : "gateio", this.uid(exchange))!;
    accounts.deposit(account, exchange, coin, amount);
  }

  /** Something goes wrong at a venue. */
  fault(venue: ExchangeKey, rule: Record<string, unknown>): void {
    this.simulator.script.add(parseFaultRule({ venue, ...rule }));
  }

  /** A taker for a thousandth of a coin (10 contracts). */
  order(exchange: ExchangeKey, change: Partial<OrderRequest> = {}): OrderRequest {
    const instrument = this.instrument(exchange);
    const { lot, baseFactor } = instrument;
    const side = change.side ?? "buy";
    return {
      clientOrderId: `by-hand-${++this.#ids}`,
      instrument,
      side,
      type: "limit",
      timeInForce: "ioc",
      priceTicks: this.ticks(exchange, side === "buy" ? 1.01 : 0.99),
      lots: lot.nearest(0.001 / baseFactor),
      reduceOnly: false,
      ...change,
    };
  }

  /** Ticks of a price relative to the best ask. */
  ticks(exchange: ExchangeKey, factor: number): number {
    const { exchangeSymbol, tick } = this.instrument(exchange);
    return tick.floor(this.simulator.truth.book(exchange, exchangeSymbol)!.asks[0]![0] * factor);
  }
}

/** What execution sees of an opened account. */
function tradingVenue(access: VenueAccess, instruments: readonly Instrument[]): TradingVenue {
  const { composite, exchange } = access;
  const rest = access.rest(instruments);
  return {
    exchange,
    get isLive() {
      return composite.isLive;
    },
    orderValidityMs,
    get clockErrorMs() {
      return access.time.figures()?.uncertaintyMs ?? Infinity;
    },
    bind: (channel, handler) => composite.bind(channel, handler),
    start: () => access.start(),
    stop: () => access.stop(),
    place: (request) => composite.place(request),
    cancel: (order) => composite.cancel(order),
    cancelAll: (instrument) => composite.cancelAll(instrument),
    openOrders: (instrument) => composite.openOrders(instrument),
    order: (order) => composite.order(order),
    fills: (instrument, sinceMs) => composite.fills(instrument, sinceMs),
    balances: () => composite.balances(),
    ...("positions" in rest
      ? {
        positions: (): Promise<PositionReport[]> => rest.positions(),
        fundingPayments: (instrument: Instrument, sinceMs: number): Promise<FundingPayment[]> =>
          rest.fundingPayments(instrument, sinceMs),
      }
      : {}),
    ...("transfers" in rest
      ? { transfers: (sinceMs: number): Promise<TransferRecord[]> => rest.transfers(sinceMs) }
      : {}),
    ...("keepAlive" in rest
      ? { keepAlive: (seconds: number): Promise<Outcome<void>> => rest.keepAlive(seconds) }
      : {}),
  };
}

/** Lets every promise that can run do so: nothing in here waits for the world. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 64; turn++) await undefined;
}
