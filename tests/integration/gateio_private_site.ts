/**
 * A simulated Gate.io on real sockets and this project's private clients of its users.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Clock } from "../../src/core/clock.ts";
import { SystemClock } from "../../src/core/clock.ts";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderReport, OrderRequest, Outcome } from "../../src/core/order_request.ts";
import { GateioFuturesPrivateRest } from "../../src/exchanges/gateio/private_futures_rest.ts";
import { GateioOrderSocket } from "../../src/exchanges/gateio/private_order_socket.ts";
import { GateioSender } from "../../src/exchanges/gateio/private_sender.ts";
import { GateioSigner } from "../../src/exchanges/gateio/private_signer.ts";
import { GateioSpotPrivateRest } from "../../src/exchanges/gateio/private_spot_rest.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import {
  type AccountOptions,
  MarketModel,
  parseFaultRule,
  Simulator,
  type SimulatorEndpoints,
} from "../../src/simulator/mod.ts";
import { FuturesPrivateChannels, SpotPrivateChannels } from "../../src/exchanges/gateio/private_channels.ts";
import { GateioPrivateStream } from "../../src/exchanges/gateio/private_stream.ts";
import type { PositionReport } from "../../src/core/account.ts";
import type { BalanceSnapshot } from "../../src/core/balance.ts";
import type { Fill } from "../../src/core/fill.ts";
import { MemoryLogger } from "../support/memory_logger.ts";
import { testInstruments } from "../support/instruments.ts";

/** The two markets. */
export type GateMarket = "GATEIO_SPOT" | "GATEIO_FUTURES";
/** A user with a key. */
export type SiteUser = AccountOptions & {
  readonly uid: string;
  readonly apiKey: string;
  readonly secretKey: string;
};
/** A user of the venue. */
export const firstUser: SiteUser = {
  family: "gateio",
  uid: "110284739",
  apiKey: "c1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6",
  secretKey: "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
  deposits: {
    GATEIO_SPOT: { USDT: "100000", BTC: "1", ETH: "10" },
    GATEIO_FUTURES: { USDT: "100000" },
  },
};
/** Another one with the same coins. */
export const secondUser: SiteUser = {
  ...firstUser,
  uid: "110284740",
  apiKey: "d1d2d3d4d5d6d7d8d9d0d1d2d3d4d5d6",
};
/** Cents of USDT: what market buys spend. */
export const cents: DecimalStep = DecimalStep.parse("0.01");

let nextId = 1;

/** A new client order id. */
export function freshId(): string {
  return `cx-${Date.now().toString(36)}_${nextId++}`;
}

/** A venue of its own. */
export class PrivateSite {
  readonly clock: Clock = new SystemClock();
  readonly network = new SystemNetwork();
  readonly logger = new MemoryLogger();
  readonly #stops: (() => void)[] = [];
  readonly #table = testInstruments(["BTC", "HYPE"]);

  private constructor(readonly simulator: Simulator, readonly endpoints: SimulatorEndpoints) {}

  /** Opens the ports. The market stands still. */
  static async open(): Promise<PrivateSite> {
    const source = new MarketModel({ eventsPerSecond: 0 });
    const accounts = [firstUser, secondUser];
    const simulator = Simulator.create({ clock: new SystemClock(), seed: 7, source, accounts });
    return new PrivateSite(simulator, await simulator.listen());
  }

  instrument(market: GateMarket, symbol = "BTC_USDT"): Instrument {
    return this.#table.find(market, symbol)!;
  }

  /** Finds an instrument of a market by its symbol. */
  finder(market: GateMarket): (symbol: string) => Instrument | undefined {
    return (symbol) => this.#table.find(market, symbol);
  }

  sender(user: SiteUser = firstUser): GateioSender {
    return new GateioSender({
      orders: this.network,
      queries: this.network,
      baseUrl: this.endpoints.GATEIO_SPOT.rest,
      signer: new GateioSigner(user),
      clock: this.clock,
      orderTimeoutMs: 500,
    });
  }

  spot(user: SiteUser = firstUser): GateioSpotPrivateRest {
    return new GateioSpotPrivateRest(this.sender(user), this.finder("GATEIO_SPOT"));
  }

  futures(user: SiteUser = firstUser): GateioFuturesPrivateRest {
    return new GateioFuturesPrivateRest(this.sender(user), this.finder("GATEIO_FUTURES"));
  }

  /** A logged-in trading connection. */
  async orderSocket(market: GateMarket, user: SiteUser = firstUser): Promise<GateioOrderSocket> {
    const socket = new GateioOrderSocket({
      market: market === "GATEIO_SPOT" ? "spot" : "futures",
      url: this.endpoints[market].ws,
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(3),
      logger: this.logger,
      signer: new GateioSigner(user),
      backoff: { baseMs: 10 },
      timeoutMs: 500,
    }, this.finder(market));
    this.#stops.push(() => socket.stop());
    socket.start();
    await until(() => socket.isReady, "the login");
    return socket;
  }

  /** A private stream that is live, and everything that it tells from then on. */
  async stream(market: GateMarket, user: SiteUser = firstUser): Promise<Told> {
    const isSpot = market === "GATEIO_SPOT";
    const find = this.finder(market);
    const stream = new GateioPrivateStream({
      url: this.endpoints[market].ws,
      network: this.network,
      clock: this.clock,
      random: new SeededRandom(3),
      logger: this.logger,
      signer: new GateioSigner(user),
      channels: isSpot ? new SpotPrivateChannels(find) : new FuturesPrivateChannels(find),
      ...(isSpot ? {} : { account: this.futures(user) }),
      backoff: { baseMs: 10 },
    });
    const told = new Told(stream);
    this.#stops.push(() => stream.stop());
    stream.start();
    await until(() => stream.isLive, "the private stream");
    return told;
  }

  /** Best prices of the venue's own book in ticks. */
  best(instrument: Instrument): { bid: number; ask: number } {
    const { bids, asks } = this.simulator.truth.book(instrument.exchange, instrument.exchangeSymbol)!;
    return { bid: instrument.tick.nearest(bids[0]![0]), ask: instrument.tick.nearest(asks[0]![0]) };
  }

  /** A limit order one percent below the market, or what `changes` make of it. */
  order(instrument: Instrument, changes: Partial<OrderRequest> = {}): OrderRequest {
    return {
      clientOrderId: freshId(),
      instrument,
      side: "buy",
      type: "limit",
      timeInForce: "gtc",
      priceTicks: Math.floor(this.best(instrument).bid * 0.99),
      lots: instrument.market === "spot" ? 1_000 : 10,
      reduceOnly: false,
      ...changes,
    };
  }

  /** Makes something go wrong. */
  fault(rule: Record<string, unknown>): void {
    this.simulator.script.add(parseFaultRule(rule));
  }

  /** Holds that what the venue holds of an order is what it reported. */
  assertOrder(report: OrderReport, instrument: Instrument, user: SiteUser = firstUser): void {
    const truth = this.simulator.truth.orders({ venue: instrument.exchange, uid: user.uid })
      .find(({ id }) => id === report.exchangeOrderId);
    assert(truth !== undefined, `the venue has no order ${report.exchangeOrderId}`);
    const isMarketBuy = report.type === "market" && report.side === "buy" && instrument.market === "spot";
    assertEquals(
      {
        client: `t-${report.clientOrderId}`,
        side: report.side,
        price: report.type === "market" ? null : Number(instrument.tick.format(report.priceTicks)),
        size: isMarketBuy ? "the filled size" : Number(instrument.lot.format(report.lots)),
        filled: Number(instrument.lot.format(report.filledLots)),
        open: report.status === "open" || report.status === "partially-filled",
        created: report.createdAt,
      },
      {
        client: truth!.clientId,
        side: truth!.side,
        price: truth!.price === null ? null : Number(truth!.price),
        size: isMarketBuy ? "the filled size" : Number(truth!.size),
        filled: Number(truth!.filled),
        open: truth!.state === "open",
        created: truth!.createdMs,
      },
    );
  }

  /** Orders of a user that the venue holds open. */
  openIds(market: ExchangeKey, user: SiteUser = firstUser): string[] {
    return this.simulator.truth.orders({ venue: market, uid: user.uid })
      .filter(({ state }) => state === "open").map(({ id }) => id);
  }

  /** How often the venue has an order of this client id. */
  count(market: ExchangeKey, clientOrderId: string): number {
    return this.simulator.truth.orders({ venue: market })
      .filter(({ clientId }) => clientId === `t-${clientOrderId}`).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.simulator.stop();
  }
}

/** What a private stream told, in order. */
export class Told {
  readonly orders: OrderReport[] = [];
  readonly fills: Fill[] = [];
  readonly balances: BalanceSnapshot[] = [];
  readonly positions: PositionReport[] = [];
  readonly life: string[] = [];

  constructor(readonly stream: GateioPrivateStream) {
    stream.bind("order", (report) => this.orders.push(report));
    stream.bind("fill", (fill) => this.fills.push(fill));
    stream.bind("balance", (balance) => this.balances.push(balance));
    stream.bind("position", (position) => this.positions.push(position));
    stream.bind("live", () => this.life.push("live"));
    stream.bind("lost", () => this.life.push("lost"));
  }

  /** Waits for an order in this state. */
  async order(clientOrderId: string, status: OrderReport["status"]): Promise<OrderReport> {
    const found = (): OrderReport | undefined =>
      this.orders.find((order) => order.clientOrderId === clientOrderId && order.status === status);
    await until(() => found() !== undefined, `${clientOrderId} to be ${status}`);
    return found()!;
  }

  /** The last balance of a coin. */
  balance(coin: string): readonly [available: number, locked: number] | undefined {
    const last = this.balances.findLast((balance) => balance.coin === coin);
    return last && [last.available, last.locked];
  }
}

/** Waits until something holds, for ten seconds at most. */
export async function until(done: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!done()) {
    assert(performance.now() < deadline, `waited ten seconds for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The value of what was accepted. */
export function value<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind !== "accepted") throw new Error(`expected acceptance: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** Holds that something was refused for this reason. */
export function assertRefused<Value>(outcome: Outcome<Value>, reason: string, code: string): void {
  const told = outcome.kind === "refused" ? [outcome.reason, outcome.code] : outcome;
  assertEquals<unknown>(told, [reason, code]);
}

/** Runs a test against a venue of its own. */
export function test(name: string, run: (site: PrivateSite) => Promise<void>): void {
  Deno.test(name, async () => {
    await using site = await PrivateSite.open();
    await run(site);
  });
}
