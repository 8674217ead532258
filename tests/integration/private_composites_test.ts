/**
 * One contract, written once and applied to the accounts of all venues: over real sockets, with signatures, against
 * the simulator, whose own truth is what counts.
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { ConfigError } from "../../src/core/errors.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderReport, OrderRequest, Outcome } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Secret } from "../../src/core/secret.ts";
import type { CompositePrivateExchange } from "../../src/exchanges/interfaces/composite_private_exchange.ts";
import type { AccountQueries, OrderEntry } from "../../src/exchanges/interfaces/private_rest.ts";
import { getCompositeImplementation, getRestImplementation } from "../../src/exchanges/factory.ts";
import type { PrivateConfig } from "../../src/exchanges/private_factory.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { MarketModel, parseFaultRule, Simulator } from "../../src/simulator/mod.ts";
import { testInstruments } from "../support/instruments.ts";
import { MemoryLogger } from "../support/memory_logger.ts";

const secret = "0123456789abcdef0123456789abcdef";
const users = [
  {
    family: "mexc",
    uid: "1001",
    apiKey: "mx0contract",
    secretKey: secret,
    deposits: { MEXC_SPOT: { USDT: "100000", BTC: "2" } },
  },
  {
    family: "gateio",
    uid: "2002",
    apiKey: "gatecontract",
    secretKey: secret,
    deposits: { GATEIO_SPOT: { USDT: "100000", BTC: "2" }, GATEIO_FUTURES: { USDT: "10000" } },
  },
] as const;
/** Users who trade with the first ones. */
const others = users.map((user) => ({ ...user, uid: `${user.uid}9`, apiKey: `${user.apiKey}9` }));

/** A venue with an account and its composite. */
class Site implements AsyncDisposable {
  readonly fills: Fill[] = [];
  readonly orders: OrderReport[] = [];
  readonly states: string[] = [];
  #ids = 0;

  private constructor(
    readonly simulator: Simulator,
    readonly composite: CompositePrivateExchange<AccountQueries>,
    readonly instrument: Instrument,
    readonly network: NoDelayNetwork,
    /** The account of somebody else. */
    readonly other: OrderEntry,
  ) {
    composite.bind("fill", (fill) => this.fills.push(fill));
    composite.bind("order", (report) => this.orders.push(report));
    composite.bind("connection", (state) => this.states.push(state));
  }

  static async open(exchange: ExchangeKey, orderPath: "rest" | "websocket"): Promise<Site> {
    const clock = new SystemClock();
    const source = new MarketModel({ eventsPerSecond: 0 });
    const simulator = Simulator.create({ clock, seed: 3, source, accounts: [...users, ...others] });
    const endpoints = (await simulator.listen())[exchange];
    const instrument = testInstruments(["BTC"]).ofExchange(exchange)[0]!;
    const network = new NoDelayNetwork({ clock });
    const apiKey = exchange === "MEXC_SPOT" ? "mx0contract" : "gatecontract";
    const config = (key: string): PrivateConfig => ({
      exchange,
      endpoints,
      credentials: { apiKey: new Secret(key), secretKey: new Secret(secret) },
      instruments: [instrument],
      orders: network,
      queries: new SystemNetwork(),
      clock,
      venueClock: clock,
      random: new SeededRandom(1),
      logger: new MemoryLogger(),
      orderPath,
      orderTimeoutMs: 500,
    });
    const composite = getCompositeImplementation(config(apiKey), { private: true });
    const site = new Site(
      simulator,
      composite,
      instrument,
      network,
      getRestImplementation(config(`${apiKey}9`), { private: true }),
    );
    composite.start();
    await site.until(() => composite.isLive, "the account to be live");
    return site;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.composite.stop();
    this.network.close();
    // Listen keys are given back.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await this.simulator.stop();
  }

  async until(done: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!done()) {
      assert(performance.now() < deadline, `waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Of the account. */
  get uid(): string {
    return this.instrument.exchange === "MEXC_SPOT" ? "1001" : "2002";
  }

  get truth(): Simulator["truth"] {
    return this.simulator.truth;
  }

  /** A buyer for a hundredth of a coin (100 contracts), 2 % under the market. */
  order(change: Partial<OrderRequest> = {}): OrderRequest {
    const { lot, baseFactor } = this.instrument;
    return {
      clientOrderId: `c${++this.#ids}-${Date.now().toString(36)}`,
      instrument: this.instrument,
      side: "buy",
      type: "limit",
      timeInForce: "gtc",
      priceTicks: this.tick(0.98),
      lots: lot.nearest(0.01 / baseFactor),
      reduceOnly: false,
      ...change,
    };
  }

  /** Ticks of a price relative to the best ask. */
  tick(factor: number): number {
    const { exchange, exchangeSymbol, tick } = this.instrument;
    return tick.floor(this.truth.book(exchange, exchangeSymbol)!.asks[0]![0] * factor);
  }

  /** What the venue itself knows of an order. */
  known(clientOrderId: string): ReturnType<Simulator["truth"]["orders"]>[number] | undefined {
    return this.truth.orders({ venue: this.instrument.exchange })
      .find((order) => order.clientId.replace(/^t-/, "") === clientOrderId);
  }
}

function accepted<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

const paths = [
  ["MEXC_SPOT", "rest"],
  ["GATEIO_SPOT", "rest"],
  ["GATEIO_SPOT", "websocket"],
  ["GATEIO_FUTURES", "rest"],
  ["GATEIO_FUTURES", "websocket"],
] as const;

for (const [exchange, path] of paths) {
  const contract = (what: string, test: (site: Site) => Promise<void>): void => {
    Deno.test(`${exchange} over ${path}: ${what}`, async () => {
      await using site = await Site.open(exchange, path);
      await test(site);
    });
  };

  contract("an order rests, is found by both ids, and is cancelled by the client's", async (site) => {
    const request = site.order();
    const { exchangeOrderId } = accepted(await site.composite.place(request));
    assertEquals(site.known(request.clientOrderId)?.id, exchangeOrderId);
    const { instrument } = site;
    for (
      const reference of [{ instrument, exchangeOrderId }, {
        instrument,
        clientOrderId: request.clientOrderId,
      }]
    ) {
      const report = await site.composite.order(reference);
      assertEquals(
        [report?.clientOrderId, report?.lots, report?.priceTicks, report?.status],
        [request.clientOrderId, request.lots, request.priceTicks, "open"],
      );
    }
    assertEquals((await site.composite.openOrders(instrument)).map((order) => order.exchangeOrderId), [
      exchangeOrderId,
    ]);
    accepted(await site.composite.cancel({ instrument, clientOrderId: request.clientOrderId }));
    assertEquals(site.known(request.clientOrderId)?.finish, "cancelled");
    assertEquals(await site.composite.openOrders(instrument), []);
    await site.until(() => site.orders.some(({ status }) => status === "cancelled"), "the end of the order");
    const again = await site.composite.cancel({ instrument, exchangeOrderId });
    assertEquals(again.kind, "refused");
  });

  contract("an order that takes is told with its fills, which are those of the venue", async (site) => {
    const request = site.order({ priceTicks: site.tick(1.01), timeInForce: "ioc" });
    const { exchangeOrderId } = accepted(await site.composite.place(request));
    await site.until(() => site.orders.some(({ status }) => status === "filled"), "the fill");
    const truth = site.truth.fills({ venue: exchange });
    await site.until(() => site.fills.length === truth.length, "every fill");
    const contents = (fills: readonly Fill[]): unknown =>
      fills.map(({ price, fee, feeCoin, liquidity, clientOrderId, exchangeOrderId }) => [
        ...[price, fee, feeCoin, liquidity, clientOrderId, exchangeOrderId],
      ]);
    // MEXC names the order of a trade by its own id alone.
    const name = exchange === "MEXC_SPOT" ? "" : request.clientOrderId;
    assertEquals(
      contents(site.fills),
      truth.map(({ price, fee, feeCoin }) => [
        ...[Number(price), Number(fee), feeCoin, "taker", name, exchangeOrderId],
      ]),
    );
    assertEquals(
      contents(await site.composite.fills(site.instrument, Date.now() - 60_000)),
      contents(site.fills),
    );
    const report = await site.composite.order({ instrument: site.instrument, exchangeOrderId });
    assertEquals([report?.status, report?.filledLots], ["filled", request.lots]);
  });

  contract("balances are those of the venue", async (site) => {
    accepted(await site.composite.place(site.order()));
    const balances = await site.composite.balances();
    if (exchange === "GATEIO_FUTURES") {
      // A resting order binds margin; nothing is spent.
      const [usdt, ...rest] = balances;
      assertEquals([usdt?.coin, rest.length], ["USDT", 0]);
      assert(
        usdt!.locked > 0 && Math.abs(usdt!.available + usdt!.locked - 10_000) < 1e-6,
        JSON.stringify(usdt),
      );
      const [truth] = site.truth.balances({ venue: exchange, uid: site.uid });
      assertEquals(usdt!.locked, Number(truth!.locked));
      return;
    }
    const numbers = (
      rows: readonly { coin: string; available: number | string; locked: number | string }[],
    ): unknown => rows.map(({ coin, available, locked }) => [coin, Number(available), Number(locked)]).sort();
    assertEquals(numbers(balances), numbers(site.truth.balances({ venue: exchange, uid: site.uid })));
  });

  contract("definite refusals say their class, and nothing is left behind", async (site) => {
    // More than there is, and less than the venue takes at most.
    const tooMuch = site.instrument.lot.nearest(1.5 / site.instrument.baseFactor);
    const reasons: string[] = [];
    for (
      const request of [
        site.order({ lots: tooMuch }),
        site.order({ clientOrderId: "no good!" }),
        site.order({ type: "post-only", priceTicks: site.tick(1.01) }),
      ]
    ) {
      const outcome = await site.composite.place(request);
      reasons.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
    }
    // MEXC accepts a post-only order that would take, and cancels it at once.
    const postOnly = exchange === "MEXC_SPOT" ? "accepted" : "post-only";
    assert(["balance", "margin"].includes(reasons[0]!), reasons[0]);
    assertEquals(reasons.slice(1), ["parameters", postOnly]);
    assertEquals(await site.composite.openOrders(site.instrument), []);
    assertEquals(site.truth.fills({ venue: exchange }), []);
  });

  contract("a batch has an outcome for each, and cancelling all ends what rests", async (site) => {
    const outcomes = await site.composite.placeBatch([site.order(), site.order({ lots: 0 }), site.order()]);
    assertEquals(outcomes.map(({ kind }) => kind), ["accepted", "refused", "accepted"]);
    assertEquals((await site.composite.openOrders(site.instrument)).length, 2);
    accepted(await site.composite.cancelAll(site.instrument));
    assertEquals(await site.composite.openOrders(site.instrument), []);
  });

  contract("an amendment moves the order, or is refused where the venue has none", async (site) => {
    const request = site.order();
    const { exchangeOrderId } = accepted(await site.composite.place(request));
    const priceTicks = site.tick(0.985);
    const outcome = await site.composite.amend({ instrument: site.instrument, exchangeOrderId }, {
      priceTicks,
    });
    if (exchange === "MEXC_SPOT") {
      assertEquals(outcome.kind, "refused");
      return;
    }
    accepted(outcome);
    assertEquals(site.known(request.clientOrderId)?.price, site.instrument.tick.format(priceTicks));
    await site.until(
      () => site.orders.some((report) => report.priceTicks === priceTicks),
      "the amended order",
    );
  });

  contract("an order whose answer never comes is unknown, and is found by the client's id", async (site) => {
    site.simulator.script.add(parseFaultRule({ fault: "order-timeout", venue: exchange, ms: 50 }));
    const taken = site.order();
    assertEquals((await site.composite.place(taken)).kind, "unknown");
    const found = await site.composite.order({
      instrument: site.instrument,
      clientOrderId: taken.clientOrderId,
    });
    assertEquals(found?.status, "open");
    site.simulator.script.add(parseFaultRule({ fault: "order-lost", venue: exchange, ms: 50 }));
    const lost = site.order();
    assertEquals((await site.composite.place(lost)).kind, "unknown");
    assertEquals(
      await site.composite.order({ instrument: site.instrument, clientOrderId: lost.clientOrderId }),
      undefined,
    );
    site.simulator.script.add(parseFaultRule({ fault: "order-error", venue: exchange }));
    const failed = site.order();
    assertEquals((await site.composite.place(failed)).kind, "unknown");
    assertEquals(site.known(failed.clientOrderId)?.state, "open");
  });

  contract(
    "what happens while the streams are down is told when they are back, each thing once",
    async (site) => {
      const { exchange: venue, exchangeSymbol, tick } = site.instrument;
      const bestBid = site.truth.book(venue, exchangeSymbol)!.bids[0]![0];
      const resting = site.order({ priceTicks: tick.floor(bestBid) + 1 });
      accepted(await site.composite.place(resting));
      await site.until(() => site.orders.length > 0, "the order");
      site.simulator.script.add(parseFaultRule({ fault: "close", venue: exchange, code: 1006 }));
      await site.until(() => !site.composite.isLive, "the loss of the streams");
      accepted(
        await site.other.place({ ...resting, side: "sell", timeInForce: "ioc", clientOrderId: "seller" }),
      );
      await site.until(() => site.composite.isLive, "the streams to be back");
      await site.until(() => site.orders.some(({ status }) => status === "filled"), "the end of the order");
      const truth = site.truth.fills({ venue: exchange, uid: site.uid });
      assertEquals(truth.map(({ role, size }) => [role, Number(size)]), [
        ["maker", site.instrument.lot.value(resting.lots)],
      ]);
      assertEquals(
        site.fills.map(({ tradeId }) => tradeId).length,
        new Set(site.fills.map(({ tradeId }) => tradeId)).size,
      );
      assertEquals(site.fills.length, truth.length);
    },
  );
}

Deno.test("An account without credentials is refused with a word about them", () => {
  const config = {
    exchange: "MEXC_SPOT",
    endpoints: { rest: "", ws: "" },
    instruments: [],
  } as unknown as PrivateConfig;
  assertThrows(() => getCompositeImplementation(config, { private: true }), ConfigError, "credentials");
});

Deno.test("MEXC takes no orders over WebSocket", () => {
  const clock = new SystemClock();
  const config = {
    exchange: "MEXC_SPOT",
    endpoints: { rest: "http://127.0.0.1:1", ws: "ws://127.0.0.1:1/ws" },
    credentials: { apiKey: new Secret("a"), secretKey: new Secret("b") },
    instruments: [],
    clock,
    venueClock: clock,
    random: new SeededRandom(1),
    logger: new MemoryLogger(),
    orderPath: "websocket",
  } as unknown as PrivateConfig;
  assertThrows(() => getCompositeImplementation(config, { private: true }), ConfigError, "WebSocket");
  assertEquals(JSON.stringify(config.credentials), '{"apiKey":"***","secretKey":"***"}');
});
