import { assertEquals } from "@std/assert";
import { InventorySignals } from "../../../src/arbitrage/inventory_signals.ts";
import { buildRoutes, type Route, type RouteUniverse } from "../../../src/arbitrage/route.ts";
import type { NetworkStatus } from "../../../src/core/account.ts";
import { NetworkError } from "../../../src/core/errors.ts";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import { type Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { type NetworkSource, RebalanceProposals } from "../../../src/engine/rebalance_proposals.ts";
import { letSettle, pass } from "../../support/flow_world.ts";
import { testInstruments, testSpec } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";
import { network } from "../../support/network_status.ts";

const start = 1_767_225_600_000;
const minute = 60_000, hour = 3_600_000;
const proposed = "Rebalance proposed, nothing is moved";

/** An account whose every answer a test writes. */
class Source implements NetworkSource {
  /** Coins of each question. */
  readonly asked: (readonly string[])[] = [];

  constructor(public answer: () => readonly NetworkStatus[] | Promise<readonly NetworkStatus[]>) {}

  networks = async (coins: readonly string[]): Promise<readonly NetworkStatus[]> => {
    this.asked.push(coins);
    return await this.answer();
  };
}

/** HYPE at 40: all 100 of it lie on MEXC, half of them are wanted on Gate.io. */
class World {
  readonly clock = new SimulatedClock(start);
  readonly logger = new MemoryLogger();
  readonly inventory = {
    enabled: true,
    skewBps: 2,
    targetShare: 0.5,
    rebalance: { minNotional: 500, maxWaitMs: 4 * hour, transferMs: 1_800_000 },
  };
  readonly free: Record<string, number> = { "MEXC_SPOT HYPE": 100, "GATEIO_SPOT HYPE": 0 };
  readonly prices: Record<string, number> = { USDT: 40, USDC: NaN };
  readonly busy = new Set<string>();
  readonly closed = new Set<ExchangeKey>();
  readonly mexc = new Source(() => [network("ERC20")]);
  readonly gate = new Source(() => [network("ETH")]);
  readonly universe: RouteUniverse;
  readonly signals: InventorySignals;
  readonly proposals: RebalanceProposals;

  constructor({ isPaper = false, instruments = testInstruments(["HYPE", "BTC"]) } = {}) {
    this.universe = buildRoutes(instruments);
    this.signals = new InventorySignals(this.universe.routes.length);
    this.proposals = new RebalanceProposals({
      clock: this.clock,
      logger: this.logger,
      universe: this.universe,
      config: { trading: { inventory: this.inventory } },
      parts: {
        desk: {
          accounts: {
            isOpen: (exchange) => !this.closed.has(exchange),
            free: (exchange, coin) => this.free[`${exchange} ${coin}`] ?? 0,
          },
          risk: { fairPrice: ({ quote }: Instrument) => this.prices[quote]! },
          busy: this.busy,
        },
        strategies: { signals: this.signals },
      },
      venues: isPaper ? undefined : new Map([["MEXC_SPOT", this.mexc], ["GATEIO_SPOT", this.gate]]),
    });
    this.proposals.start();
  }

  routes(buy: ExchangeKey, sell: ExchangeKey): Route[] {
    return this.universe.routes.filter((route) =>
      route.buy.base === "HYPE" && route.buy.exchange === buy && route.sell.exchange === sell
    );
  }

  /** Kind, venues and amount of what is proposed. */
  get current(): unknown[] {
    return this.proposals.current.map(({ kind, from, to, amount }) => [kind, from, to, amount]);
  }

  get asked(): number[] {
    return [this.mexc.asked.length, this.gate.asked.length];
  }

  async pass(ms: number): Promise<void> {
    await pass(this.clock, ms);
    await letSettle();
  }
}

Deno.test("What lies wrong is to be sent, the venues are asked at most once an hour, and the log tells of it once", async () => {
  const world = new World();
  await world.pass(minute - 1);
  assertEquals([world.current, world.asked], [[], [0, 0]]);
  await world.pass(1);
  const transfer = {
    kind: "transfer",
    coin: "HYPE",
    from: "MEXC_SPOT",
    to: "GATEIO_SPOT",
    withdrawNetwork: "ERC20",
    depositNetwork: "ETH",
    fee: 0.5,
    cost: 20,
    expectedMs: 1_800_000,
  };
  assertEquals<unknown>(world.proposals.current, [{ ...transfer, amount: 50, at: start + minute }]);
  assertEquals(world.mexc.asked, [["HYPE", "BTC"]]);
  assertEquals(world.logger.records, [{
    level: "info",
    message: proposed,
    fields: {
      coin: "HYPE",
      proposal: "send 50 HYPE from MEXC_SPOT to GATEIO_SPOT over ERC20, fee 0.5 HYPE",
    },
  }]);
  world.free["MEXC_SPOT HYPE"] = 80;
  await world.pass(minute);
  assertEquals<unknown>(world.proposals.current, [{ ...transfer, amount: 40, at: start + 2 * minute }]);
  await world.pass(58 * minute);
  assertEquals(world.asked, [1, 1]);
  // The first look that is an hour after the question.
  await world.pass(minute);
  assertEquals(world.asked, [2, 2]);
  await world.pass(hour);
  assertEquals(world.asked, [3, 3]);
  assertEquals(world.logger.records.length, 1);
});

Deno.test("Where every coin lies right, or too little lies wrong, nobody is asked and nothing is said", async () => {
  const world = new World();
  // 12 HYPE lie wrong: 480 of the 500 USDT that are worth it.
  Object.assign(world.free, { "MEXC_SPOT HYPE": 62, "GATEIO_SPOT HYPE": 38, "MEXC_SPOT BTC": 0.1 });
  Object.assign(world.free, { "GATEIO_SPOT BTC": 0.1 });
  await world.pass(10 * minute);
  assertEquals([world.current, world.asked, world.logger.records], [[], [0, 0], []]);
});

Deno.test("Trades that sell where too much lies are waited for, and no others", async () => {
  const world = new World();
  world.signals.start(start);
  const [carries] = world.routes("GATEIO_SPOT", "MEXC_SPOT"),
    [other] = world.routes("MEXC_SPOT", "GATEIO_SPOT");
  world.signals.add(other!, 1, 1_000, start);
  await world.pass(minute);
  assertEquals(world.current, [["transfer", "MEXC_SPOT", "GATEIO_SPOT", 50]]);
  // 30 an hour, so that 50 take 1.7 hours.
  for (let at = 2; at <= 60; at++) {
    world.signals.add(carries!, at, 0.5, world.clock.epochMs());
    await world.pass(minute);
  }
  assertEquals(world.current, [["net", "MEXC_SPOT", "GATEIO_SPOT", 50]]);
  const [proposal] = world.proposals.current;
  const hours = proposal!.kind === "net" ? proposal!.expectedMs / hour : NaN;
  assertEquals(Math.round(hours * 10), 17);
  assertEquals(world.logger.records.map(({ fields }) => String(fields.proposal).split(" 50 HYPE")[0]), [
    "send",
    "trades are expected to carry",
  ]);
});

Deno.test("The target share is that of the venue whose id comes first", async () => {
  const world = new World();
  world.inventory.targetShare = 0.75;
  Object.assign(world.free, { "MEXC_SPOT HYPE": 50, "GATEIO_SPOT HYPE": 50 });
  await world.pass(minute);
  assertEquals(world.current, [["transfer", "GATEIO_SPOT", "MEXC_SPOT", 25]]);
});

Deno.test("A coin that is traded for several kinds of money is looked at once, with the trades of all of them", async () => {
  const instruments = new InstrumentTable();
  for (const quote of ["USDC", "USDT"]) {
    for (const exchange of ["GATEIO_SPOT", "MEXC_SPOT"] as const) {
      instruments.add({ ...testSpec(exchange, "HYPE"), quote, exchangeSymbol: `HYPE${quote}` });
    }
  }
  const world = new World({ instruments });
  const routes = world.routes("GATEIO_SPOT", "MEXC_SPOT");
  assertEquals(routes.length, 2);
  // 10 an hour each, and 50 are to go: 2.5 hours; with either alone it would be 5, too long to wait for.
  world.signals.rate = (route) => ({ count: 1, quantity: routes.includes(route) ? 10 : 0 });
  await world.pass(minute);
  assertEquals(
    world.proposals.current.map((each) => each.kind === "net" ? each.expectedMs / hour : each.kind),
    [
      2.5,
    ],
  );
});

Deno.test("On paper nobody is asked, and the proposal says that nobody can tell", async () => {
  const world = new World({ isPaper: true });
  await world.pass(5 * minute);
  assertEquals(world.current, [["blocked", "MEXC_SPOT", "GATEIO_SPOT", 50]]);
  const [proposal] = world.proposals.current;
  assertEquals(
    proposal!.kind === "blocked" ? proposal!.reason : "",
    "there is no account with money at MEXC_SPOT that tells its networks; " +
      "there is no account with money at GATEIO_SPOT that tells its networks",
  );
  assertEquals(world.logger.messages("info"), [proposed]);
});

Deno.test("A question that fails in any way blocks a transfer, is told once, and asked again after an hour", async () => {
  for (const error of [new NetworkError("connection reset"), new TypeError("a bug")]) {
    const world = new World();
    world.gate.answer = () => Promise.reject(error);
    await world.pass(minute);
    const [proposal] = world.proposals.current;
    const reason = `GATEIO_SPOT does not tell its networks: ${error.message}`;
    assertEquals(proposal!.kind === "blocked" ? proposal!.reason : "", reason);
    assertEquals(world.logger.messages("warn"), ["No networks"]);
    world.gate.answer = () => [network("ETH")];
    await world.pass(59 * minute);
    assertEquals([world.current[0], world.asked], [["blocked", "MEXC_SPOT", "GATEIO_SPOT", 50], [1, 1]]);
    await world.pass(minute);
    assertEquals([world.current[0], world.asked], [["transfer", "MEXC_SPOT", "GATEIO_SPOT", 50], [2, 2]]);
    assertEquals(world.logger.messages("info"), [proposed, proposed]);
  }
});

Deno.test("A venue's own obstacle is the reason where both have told their networks", async () => {
  const world = new World();
  world.mexc.answer = () => [network("ERC20", { withdrawEnabled: false })];
  await world.pass(minute);
  const [proposal] = world.proposals.current;
  assertEquals(proposal!.kind === "blocked" ? proposal!.reason : "", "withdrawals over ERC20 are closed");
});

Deno.test("What was proposed stands while a coin is traded, or its price or an account is not known", async () => {
  const world = new World();
  await world.pass(minute);
  const before = world.proposals.current;
  const hide: [hide: () => unknown, show: () => unknown][] = [
    [() => world.busy.add("HYPE"), () => world.busy.delete("HYPE")],
    [() => world.prices.USDT = NaN, () => world.prices.USDT = 40],
    [() => world.closed.add("GATEIO_SPOT"), () => world.closed.delete("GATEIO_SPOT")],
  ];
  world.free["MEXC_SPOT HYPE"] = 0;
  for (const [disappear, appear] of hide) {
    disappear();
    await world.pass(2 * minute);
    assertEquals(world.proposals.current, before);
    appear();
  }
  await world.pass(minute);
  assertEquals(world.proposals.current, []);
  assertEquals(world.logger.messages("info"), [proposed, "Nothing to rebalance any more"]);
});

Deno.test("An account that is not known is not looked at in the first place", async () => {
  const world = new World();
  world.closed.add("MEXC_SPOT");
  await world.pass(3 * minute);
  assertEquals([world.current, world.asked], [[], [0, 0]]);
});

Deno.test("Without the inventory strategy nothing is proposed", async () => {
  const world = new World();
  world.inventory.enabled = false;
  await world.pass(3 * minute);
  assertEquals([world.current, world.asked, world.logger.records], [[], [0, 0], []]);
});

Deno.test("A venue that does not answer is not asked twice, and an answer after the stop changes nothing", async () => {
  const world = new World();
  const answer = Promise.withResolvers<readonly NetworkStatus[]>();
  world.gate.answer = () => answer.promise;
  await world.pass(2 * hour);
  assertEquals([world.current, world.asked], [[], [1, 1]]);
  world.proposals.stop();
  answer.resolve([network("ETH")]);
  await world.pass(2 * minute);
  assertEquals([world.current, world.asked, world.clock.nextDue], [[], [1, 1], undefined]);
});

Deno.test("What was proposed last can be read after the stop", async () => {
  const world = new World();
  await world.pass(minute);
  world.proposals.stop();
  await world.pass(hour);
  assertEquals(world.current, [["transfer", "MEXC_SPOT", "GATEIO_SPOT", 50]]);
  assertEquals(world.proposals.current[0]!.at, start + minute);
});
