/**
 * Accounts with everything around them (time, limits, transports) on real sockets, held to the venues' own truth.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { SystemClock } from "../../src/core/clock.ts";
import { VenueError } from "../../src/core/errors.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { HttpRequest, Network } from "../../src/core/network.ts";
import type { OrderRequest } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Secret } from "../../src/core/secret.ts";
import { refusesKey, type VenueAccess } from "../../src/engine/venue_access.ts";
import { VenueConnections } from "../../src/engine/venue_connections.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { MarketModel, parseFaultRule, Simulator, type SimulatorEndpoints } from "../../src/simulator/mod.ts";
import { testInstruments } from "../support/instruments.ts";
import { MemoryLogger } from "../support/memory_logger.ts";

const secretKey = "0123456789abcdef0123456789abcdef";
const accounts = [
  { family: "mexc", apiKey: "mx0access", secretKey, deposits: { MEXC_SPOT: { USDT: "100000" } } },
  {
    family: "gateio",
    apiKey: "gateaccess",
    secretKey,
    deposits: { GATEIO_SPOT: { USDT: "100000" }, GATEIO_FUTURES: { USDT: "10000" } },
  },
] as const;

/** Remembers what is sent through it. */
class Recorder implements Network {
  readonly requests: HttpRequest[] = [];

  constructor(private readonly network: Network) {}

  connect: Network["connect"] = (url, handlers) => this.network.connect(url, handlers);

  fetch: Network["fetch"] = (request) => {
    this.requests.push(request);
    return this.network.fetch(request);
  };

  /** Requests whose path ends like this. */
  count(path: string): number {
    return this.requests.filter(({ url }) => new URL(url).pathname.endsWith(path)).length;
  }
}

/** Simulated venues and connections to them. */
class Site implements AsyncDisposable {
  readonly clock = new SystemClock();
  readonly logger = new MemoryLogger();
  readonly #noDelay = new NoDelayNetwork({ clock: this.clock });
  readonly orders = new Recorder(this.#noDelay);
  readonly queries = new Recorder(new SystemNetwork());
  readonly connections = new VenueConnections({
    clock: this.clock,
    random: new SeededRandom(1),
    logger: this.logger,
    queries: this.queries,
    orders: this.orders,
  });
  #ids = 0;

  private constructor(readonly simulator: Simulator, readonly endpoints: SimulatorEndpoints) {}

  static async open(): Promise<Site> {
    const source = new MarketModel({ eventsPerSecond: 0 });
    const simulator = Simulator.create({
      clock: new SystemClock(),
      seed: 3,
      source,
      accounts: [...accounts],
    });
    const site = new Site(simulator, await simulator.listen());
    simulator.start();
    return site;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connections.close();
    this.#noDelay.close();
    await this.simulator.stop();
  }

  access<Key extends ExchangeKey>(exchange: Key, secret = secretKey): Promise<VenueAccess<Key>> {
    return this.connections.open({
      exchange,
      endpoints: this.endpoints[exchange],
      credentials: {
        apiKey: new Secret(exchange === "MEXC_SPOT" ? "mx0access" : "gateaccess"),
        secretKey: new Secret(secret),
      },
      instruments: testInstruments(["BTC", "LUNC"]).ofExchange(exchange),
    });
  }

  /** A buyer for a hundredth of a bitcoin, far under the market. */
  order(exchange: ExchangeKey): OrderRequest {
    const instrument = testInstruments(["BTC", "LUNC"]).ofExchange(exchange)[0]!;
    const [ask] = this.simulator.truth.book(exchange, instrument.exchangeSymbol)!.asks[0]!;
    return {
      clientOrderId: `a${++this.#ids}-${Date.now().toString(36)}`,
      instrument,
      side: "buy",
      type: "limit",
      timeInForce: "gtc",
      priceTicks: instrument.tick.floor(ask * 0.97),
      lots: instrument.lot.nearest(0.01 / instrument.baseFactor),
      reduceOnly: false,
    };
  }

  jump(venue: ExchangeKey, ms: number): void {
    this.simulator.script.add(parseFaultRule({ fault: "clock-jump", venue, ms }));
  }
}

for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
  Deno.test(`${exchange}: an account opens, streams, takes an order without delay and closes`, async () => {
    await using site = await Site.open();
    const access = await site.access(exchange);
    assertEquals(access.exchange, exchange);
    assert(access.key!.uid !== "");
    access.start();
    const request = site.order(exchange);
    const outcome = await access.composite.place(request);
    assertEquals(outcome.kind, "accepted");
    assertEquals(site.orders.requests.length, 1);
    assertEquals(site.simulator.truth.orders({ venue: exchange }).map(({ state }) => state), ["open"]);
    const deadline = performance.now() + 10_000;
    while (!access.composite.isLive) {
      assert(performance.now() < deadline, "the streams are not live");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    access.stop();
  });

  Deno.test(`${exchange}: an account works with a venue whose clock is far off`, async () => {
    await using site = await Site.open();
    site.jump(exchange, 100_000);
    const access = await site.access(exchange);
    const { offsetMs, uncertaintyMs } = access.time.figures()!;
    assert(Math.abs(offsetMs - 100_000) <= uncertaintyMs + 1, `${offsetMs} ± ${uncertaintyMs}`);
    assertEquals((await access.composite.place(site.order(exchange))).kind, "accepted");
  });

  Deno.test(`${exchange}: after a jump of its clock one order is refused, and the next is taken`, async () => {
    await using site = await Site.open();
    const access = await site.access(exchange);
    site.jump(exchange, 100_000);
    const first = await access.composite.place(site.order(exchange));
    assertEquals([first.kind, "reason" in first && first.reason], ["refused", "clock"]);
    // Until the venue has told its time anew nothing leaves.
    const sent = site.orders.requests.length;
    const meanwhile = await access.composite.place(site.order(exchange));
    assertEquals("code" in meanwhile && [meanwhile.reason, meanwhile.code], ["clock", "unsent"]);
    assertEquals(site.orders.requests.length, sent);
    await access.time.known(2_000);
    assertEquals((await access.composite.place(site.order(exchange))).kind, "accepted");
    assertEquals(site.simulator.truth.orders({ venue: exchange }).length, 1);
  });

  Deno.test(`${exchange}: a wrong secret is refused when the account is opened`, async () => {
    await using site = await Site.open();
    const error = await assertRejects(() => site.access(exchange, "wrong"), VenueError);
    assert(refusesKey(exchange, error), error.message);
  });
}

Deno.test("Both markets of Gate.io share one clock and one set of limits, MEXC has its own", async () => {
  await using site = await Site.open();
  const [spot, futures, mexc] = await Promise.all([
    site.access("GATEIO_SPOT"),
    site.access("GATEIO_FUTURES"),
    site.access("MEXC_SPOT"),
  ]);
  assert(spot.time === futures.time && spot.time !== mexc.time);
  const { limits } = site.connections;
  assert(limits.limiter("GATEIO_SPOT") === limits.limiter("GATEIO_FUTURES"));
  assert(limits.limiter("GATEIO_SPOT") !== limits.limiter("MEXC_SPOT"));
  const detail = limits.limiter("GATEIO_SPOT").gauges().find(({ bucket }) =>
    bucket.endsWith("/account/detail")
  );
  assertEquals(detail?.used, 2);
});

Deno.test("Public and signed requests and orders of MEXC count together, and cancels have room left", async () => {
  await using site = await Site.open();
  const access = await site.access("MEXC_SPOT");
  const resting = await access.composite.place(site.order("MEXC_SPOT"));
  if (resting.kind !== "accepted") throw new Error(JSON.stringify(resting));
  const { instrument } = site.order("MEXC_SPOT");
  const rest = site.connections.publicRest({
    exchange: "MEXC_SPOT",
    endpoints: site.endpoints.MEXC_SPOT,
  });
  const start = performance.now();
  const questions = Array.from({ length: 40 }, () => rest.fetchDepth(instrument, 5));
  // Orders do not wait for their turn behind questions: they are refused here and never sent.
  const late = await access.composite.place(site.order("MEXC_SPOT"));
  assertEquals("code" in late && [late.reason, late.code], ["rate", "unsent"]);
  const { exchangeOrderId } = resting.value;
  const cancelled = await access.composite.cancel({ instrument, exchangeOrderId });
  assertEquals(cancelled.kind, "accepted");
  assert(performance.now() - start < 1_000, "the cancel waited behind questions");
  await Promise.all(questions);
  // 15 a second are for what is no cancel.
  assert(performance.now() - start > 2_000, "the questions were faster than the limit");
  const total = site.connections.limits.limiter("MEXC_SPOT").gauges().find(({ bucket }) => bucket === "MEXC");
  assert(total!.used <= total!.limit);
  assertEquals(site.orders.count("/api/v3/order"), 2);
});

Deno.test("A symbol that is closed to a key of MEXC is refused before anything is sent", async () => {
  await using site = await Site.open();
  site.simulator.script.add(parseFaultRule({ fault: "halt", venue: "MEXC_SPOT", symbol: "LUNCUSDT" }));
  const access = await site.access("MEXC_SPOT");
  assert(access.key!.symbols!.has("BTCUSDT") && !access.key!.symbols!.has("LUNCUSDT"));
  const [, closed] = access.instruments;
  const outcome = await access.composite.place({ ...site.order("MEXC_SPOT"), instrument: closed! });
  assertEquals("code" in outcome && [outcome.reason, outcome.code], ["symbol-closed", ""]);
  assertEquals(site.orders.requests, []);
  assertEquals((await access.composite.place(site.order("MEXC_SPOT"))).kind, "accepted");
});
