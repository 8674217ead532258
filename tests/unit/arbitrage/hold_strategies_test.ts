import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { planTrade, topEdgeBps } from "../../../src/arbitrage/edge.ts";
import { Holdings } from "../../../src/arbitrage/holdings.ts";
import { MissingLegs } from "../../../src/arbitrage/missing_legs.ts";
import type { Route } from "../../../src/arbitrage/route.ts";
import { StrategySet } from "../../../src/arbitrage/strategy_set.ts";
import type { StrategySettings } from "../../../src/arbitrage/strategy_settings.ts";
import type { Decision } from "../../../src/arbitrage/strategy_view.ts";
import type { TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import {
  assertCaps,
  assertLegsMatch,
  assertOrderLimit,
  assertPayable,
  assertValueAdds,
  worldCases,
  worldOf,
} from "../../support/strategy_cases.ts";
import { executed } from "../../support/executed.ts";
import { easySettings, StrategyWorld } from "../../support/strategy_world.ts";

const hour = 3_600_000;
const certain = { probability: 0, costBps: 0, weight: 1, memory: 1 };

/** A set of strategies with what it holds. */
class Bench {
  readonly holdings: Holdings;
  readonly set: StrategySet;

  constructor(
    readonly world: StrategyWorld,
    readonly settings: StrategySettings = easySettings,
    missing = new MissingLegs(certain),
  ) {
    this.holdings = new Holdings(world.universe);
    this.set = new StrategySet({ universe: world.universe, settings, missing, holdings: this.holdings });
  }

  /** Makes these edges the usual ones of a route and of its way back, without noise. */
  teach(route: Route, forwardBps: number, backBps: number): void {
    const from = this.world.epochMs - 120_000;
    for (let now = from; now < this.world.epochMs; now += 5_000) {
      this.set.statistics.add(route.id, forwardBps + (now % 10_000 === 0 ? 1 : -1), now);
      this.set.statistics.add(route.reverse, backBps, now);
    }
  }

  enter(route: Route): Decision {
    const books = this.world.books(route)!;
    const plan = planTrade(route, books.buy, books.sell, Infinity, this.settings.maxNotional)!;
    return this.set.enter(plan, 5, this.world, this.world.epochMs);
  }

  /** Books an intent as if it had been filled whole at its plan, in positions and holdings. */
  fill(intent: TradeIntent): void {
    const { buy, sell, quantity } = intent;
    for (const [leg, sign] of [[buy, 1], [sell, -1]] as const) {
      const before = this.world.position(leg.instrument).quantity;
      this.world.setPosition(leg.instrument.market, before + sign * quantity);
    }
    executed(this.holdings, intent, quantity, this.world.epochMs);
  }
}

function intentOf(decision: Decision | undefined): TradeIntent {
  if (decision?.kind !== "trade") throw new Error(`Passed: ${decision?.reason}`);
  return decision.intent;
}

function reasonOf(decision: Decision | undefined): string {
  return decision?.kind === "pass" ? decision.reason : `${decision?.kind}`;
}

/** MEXC at 100, the perpetual `bps` above it at its bid, a tick between bid and ask. */
function quoteAt(world: StrategyWorld, bps: number): void {
  world.quote("MEXC_SPOT", 99.99, 100);
  const bid = Math.round(100_000 * (1 + bps / 10_000)) / 1_000;
  world.quote("GATEIO_FUTURES", bid, bid + 0.01);
  world.quote("GATEIO_SPOT", 99.9, 100.1);
}

function readyWorld(): StrategyWorld {
  const world = new StrategyWorld();
  world.setFreeEverywhere(1e6, 1_000);
  world.setFunding(0);
  quoteAt(world, 50);
  return world;
}

const mixedRoutes = fc.constantFrom(
  ["MEXC_SPOT", "GATEIO_FUTURES"] as const,
  ["GATEIO_SPOT", "GATEIO_FUTURES"] as const,
  ["GATEIO_FUTURES", "MEXC_SPOT"] as const,
  ["GATEIO_FUTURES", "GATEIO_SPOT"] as const,
);

Deno.test("Entries of both holding strategies match within a lot, are payable at their caps, keep every limit, and are worth what they say", () => {
  const seen = { basis: 0, carry: 0 };
  fc.assert(
    fc.property(
      worldCases,
      mixedRoutes,
      fc.record({
        usual: fc.integer({ min: -60, max: 20 }),
        back: fc.integer({ min: -60, max: 10 }),
        rate: fc.integer({ min: -200, max: 200 }),
        position: fc.constantFrom(0, 5, -5, 40, -40),
      }),
      (given, [buy, sell], { usual, back, rate, position }) => {
        const { world, settings } = worldOf(given);
        const bench = new Bench(world, settings, new MissingLegs());
        const route = world.route(buy, sell), books = world.books(route)!;
        world.setFunding(rate / 10_000);
        world.setPosition("spot", position);
        world.setPosition("perpetual", -position);
        bench.teach(route, usual, back);
        if (planTrade(route, books.buy, books.sell, Infinity, settings.maxNotional) === undefined) return;
        const decision = bench.enter(route);
        if (decision.kind !== "trade") return;
        const { intent } = decision;
        const { strategy } = intent;
        if (strategy === "inventory") throw new Error("inventory trades hold nothing");
        seen[strategy] += 1;
        assertLegsMatch(intent);
        assertValueAdds(intent);
        assertPayable(intent, world);
        assertOrderLimit(intent, settings.maxNotional);
        assertCaps(intent, world, settings.slippageBps, -Infinity);
        const { minValueBps } = settings[strategy];
        assert(intent.expected.value >= minValueBps * intent.buy.notional / 10_000 - 1e-9);
        const most = settings.maxPositionNotional * (1 + 1e-9);
        const price = books.buy.asks.bestPrice;
        const after = [
          world.position(intent.buy.instrument).quantity + intent.quantity,
          world.position(intent.sell.instrument).quantity - intent.quantity,
        ] as const;
        assert(after[0] * price <= most && -after[1] * price <= most, "a position grows beyond its limit");
        assert(!intent.buy.reduceOnly && !intent.sell.reduceOnly);
      },
    ),
    { numRuns: 4_000 },
  );
  assert(seen.basis > 100 && seen.carry > 100, JSON.stringify(seen));
});

Deno.test("The expected value of a held pair is its cash flow: entry, exit at the usual spread back, fees and funding", () => {
  fc.assert(
    fc.property(fc.integer({ min: -30, max: -5 }), fc.integer({ min: -5, max: 20 }), (back, rate) => {
      const world = readyWorld();
      world.setFunding(rate / 100_000, hour, hour);
      const bench = new Bench(world, { ...easySettings, carry: { ...easySettings.carry, enabled: false } });
      const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
      bench.teach(route, 0, back);
      const { expected, quantity, strategy } = intentOf(bench.enter(route));
      assertEquals(strategy, "basis");
      const bidNow = 100.5, askThen = 100.51;
      // The edge back is what is left of proceeds over cost after both fees of 5 bps.
      const bidThen = askThen * 1.0005 * (1 + back / 10_000) / 0.9995;
      const entry = quantity * (bidNow * 0.9995 - 100 * 1.0005);
      const exit = quantity * (bidThen * 0.9995 - askThen * 1.0005);
      // Received within the half-life of ten minutes: nothing. Paid until the time limit: eight settlements.
      const funding = rate >= 0 ? 0 : 8 * rate / 100_000 * quantity * bidNow;
      assertAlmostEquals(expected.funding, funding, 1e-9);
      assertAlmostEquals(expected.value, entry + exit + funding, 1e-7);
    }),
    { numRuns: 200 },
  );
});

Deno.test("More fees never make a pair worth more, more funding never less", () => {
  const valueAt = (fee: number, rate: number): number => {
    const world = new StrategyWorld([{ takerFee: fee }, {}, { takerFee: fee }]);
    world.setFreeEverywhere(1e6, 1_000);
    quoteAt(world, 300);
    world.setFunding(rate, 60_000, 8 * hour);
    const bench = new Bench(world, { ...easySettings, basis: { ...easySettings.basis, minValueBps: 0 } });
    const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
    bench.teach(route, 0, -30);
    return intentOf(bench.enter(route)).expected.value;
  };
  const fees = fc.integer({ min: 0, max: 40 }).map((bps) => bps / 10_000);
  const rates = fc.integer({ min: -50, max: 50 }).map((n) => n / 10_000);
  fc.assert(
    fc.property(fees, fees, rates, rates, (feeA, feeB, rateA, rateB) => {
      const [low, high] = [Math.min(feeA, feeB), Math.max(feeA, feeB)];
      // The expected exit is told net of fees, so a fee that changes both moves the value by the entry's part at least.
      assert(valueAt(low, rateA) >= valueAt(high, rateA) - 1e-9);
      const [less, more] = [Math.min(rateA, rateB), Math.max(rateA, rateB)];
      assert(valueAt(low, more) >= valueAt(low, less) - 1e-9);
    }),
    { numRuns: 60 },
  );
});

Deno.test("Basis enters only an edge that stands out from its mean, once the mean is known", () => {
  const world = readyWorld();
  const bench = new Bench(world, { ...easySettings, carry: { ...easySettings.carry, enabled: false } });
  const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
  assertStringIncludes(reasonOf(bench.enter(route)), "not known yet");
  const books = world.books(route)!;
  const edge = topEdgeBps(route, books.buy, books.sell);
  bench.teach(route, edge - 0.9, -20);
  assertStringIncludes(reasonOf(bench.enter(route)), "above its mean");
  const other = new Bench(world, bench.settings);
  other.teach(route, edge - 1.2, -20);
  assertEquals(other.enter(route).kind, "trade");
});

Deno.test("Basis passes an edge that the way back takes away, however far it stands out", () => {
  const world = readyWorld();
  const bench = new Bench(world, { ...easySettings, carry: { ...easySettings.carry, enabled: false } });
  const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
  bench.teach(route, 30, -60);
  assertEquals(bench.enter(route).kind, "pass");
});

Deno.test("Without funding known, with a thin way back, or held the other way nothing is entered", () => {
  const world = readyWorld();
  const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
  const bench = new Bench(world);
  bench.teach(route, 0, -20);
  world.fundingRate = undefined;
  assertEquals(reasonOf(bench.enter(route)), "funding not known");
  world.setFunding(0, hour, 0);
  assertEquals(reasonOf(bench.enter(route)), "funding not known");
  world.setFunding(0);
  world.book("MEXC_SPOT", [[99.99, 0.5]], [[100, 1e6]]);
  assertEquals(reasonOf(bench.enter(route)), "too little depth for the exit");
  world.quote("MEXC_SPOT", 99.99, 100);
  const intent = intentOf(bench.enter(route));
  executed(bench.holdings, { ...intent, route: world.universe.routes[route.reverse]! }, 1, world.epochMs);
  assertEquals(reasonOf(bench.enter(route)), "held the other way");
});

Deno.test("Spot is sold only as far as coins are free", () => {
  const world = readyWorld();
  quoteAt(world, -80);
  const bench = new Bench(world);
  const route = world.route("GATEIO_FUTURES", "MEXC_SPOT");
  bench.teach(route, 0, -20);
  world.setFree("MEXC_SPOT", "HYPE", 2.345);
  assertEquals(intentOf(bench.enter(route)).quantity, 2.3);
  world.setFree("MEXC_SPOT", "HYPE", 0);
  assertEquals(bench.enter(route).kind, "pass");
});

Deno.test("Carry enters for funding until the horizon, with and without an edge, and not once it is to be paid", () => {
  const world = readyWorld();
  quoteAt(world, 0);
  const bench = new Bench(world);
  const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
  bench.teach(route, -10, -10);
  // Three settlements of 20 bps against some 22 bps of fees and spreads.
  world.setFunding(0.002);
  const found = bench.set.review(world).filter((intent) => intent.route === route);
  assertEquals(found.length, 1);
  const [intent] = found;
  assertEquals([intent!.strategy, intent!.purpose, intent!.opportunity], ["carry", "enter", 0]);
  assertAlmostEquals(intent!.expected.funding, 3 * 0.002 * intent!.quantity * 100, 1e-9);
  assertValueAdds(intent!);
  assertEquals(intentOf(bench.enter(route)).strategy, "carry");
  world.setFunding(0.0006);
  assertEquals(bench.set.review(world).length, 0);
  world.setFunding(-0.002);
  assert(!bench.set.review(world).some((each) => each.route === route));
});

/** A bench that holds what basis has opened at 50 bps. */
function holding(settings: StrategySettings = easySettings): { bench: Bench; route: Route; exit: Route } {
  const world = readyWorld();
  const bench = new Bench(world, settings);
  const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
  bench.teach(route, 0, -20);
  bench.fill(intentOf(bench.enter(route)));
  return { bench, route, exit: world.universe.routes[route.reverse]! };
}

Deno.test("A holding is taken off when its round trip, all fees paid, brings the least profit", () => {
  const { bench, exit } = holding();
  const { world, set } = bench;
  // Opened for 50 - 2·5 = 40 bps; off at a difference of d it brings 40 - 10 - 2 (spreads) - d.
  for (
    const [bps, expected] of [[50, "pass"], [30, "pass"], [26.5, "pass"], [25, "trade"], [
      0,
      "trade",
    ]] as const
  ) {
    quoteAt(world, bps);
    const decision = set.exit(exit, world, world.epochMs)!;
    assertEquals(decision.kind, expected, `at ${bps} bps`);
    if (decision.kind !== "trade") continue;
    const { intent } = decision;
    assertLegsMatch(intent);
    assertPayable(intent, world);
    assert(intent.buy.reduceOnly && !intent.sell.reduceOnly);
    const [held] = [...bench.holdings.all];
    const cash = intent.expected.value + intent.quantity * held!.entryEdge;
    assert(cash >= 2 * intent.buy.notional / 10_000);
  }
});

Deno.test("An exit is never larger than the holding, the futures position and the free coins, and says nothing when nothing is held", () => {
  const { bench, route, exit } = holding();
  const { world, set, holdings } = bench;
  quoteAt(world, 0);
  const size = (): number => intentOf(set.exit(exit, world, 0)).quantity;
  const held = [...holdings.all][0]!.quantity;
  assert(size() <= held && size() > held - 0.2, `${size()} of ${held}`);
  world.setFree("MEXC_SPOT", "HYPE", 3.14);
  assertEquals(size(), 3.1);
  world.setPosition("perpetual", -2);
  assertEquals(size(), 2);
  world.setPosition("perpetual", 2);
  assertStringIncludes(reasonOf(set.exit(exit, world, 0)), "no futures position");
  assertEquals(set.exit(route, world, 0), undefined);
  for (const each of [...holdings.all]) holdings.resize(each, 0);
  assertEquals(set.exit(exit, world, 0), undefined);
});

Deno.test("Coins that lie on the other spot venue by now are sold there", () => {
  const { bench } = holding();
  const { world, set } = bench;
  quoteAt(world, 0);
  world.setFree("MEXC_SPOT", "HYPE", 0);
  const over = world.route("GATEIO_FUTURES", "GATEIO_SPOT");
  world.quote("GATEIO_SPOT", 100.2, 100.3);
  const { sell, purpose } = intentOf(set.exit(over, world, 0));
  assertEquals([sell.instrument.exchange, purpose], ["GATEIO_SPOT", "exit"]);
});

Deno.test("A position is taken off at what it brings at its time limit and at its stop, and not opened again at once", () => {
  for (const [bps, later, why] of [[50, 8 * hour, "time limit"], [180, 1_000, "stop loss"]] as const) {
    const { bench, route } = holding();
    const { world, set } = bench;
    assertEquals(set.review(world).filter(({ purpose }) => purpose === "exit"), []);
    world.epochMs += later;
    quoteAt(world, bps);
    world.setFunding(0);
    const [intent] = set.review(world).filter(({ purpose }) => purpose === "exit");
    assertStringIncludes(intent!.reason, why);
    assert(intent!.buy.reduceOnly);
    assertCaps(intent!, world, bench.settings.slippageBps, -Infinity);
    // Off at any price within the slippage: 5 bps beyond the asks.
    const ask = world.books(intent!.route)!.buy.asks.bestPrice;
    assertEquals(intent!.buy.capTicks, Math.floor(ask * 1.0005 * 1_000));
    bench.fill(intent!);
    assertStringIncludes(reasonOf(bench.enter(route)), "a short while ago");
    world.epochMs += bench.settings.basis.halfLifeMs;
    assert(!reasonOf(bench.enter(route)).includes("a short while ago"));
  }
});

Deno.test("Before its time limit and above its stop a basis position stays", () => {
  const { bench } = holding();
  const { world, set } = bench;
  world.epochMs += 8 * hour - 1;
  quoteAt(world, 125);
  world.setFunding(0);
  assertEquals(set.review(world).filter(({ purpose }) => purpose === "exit"), []);
});

Deno.test("A carry position stays while funding comes, goes when it turns, and when it gives up less than it gains", () => {
  const world = readyWorld();
  quoteAt(world, 0);
  world.setFunding(0.002);
  const bench = new Bench(world);
  const route = world.route("MEXC_SPOT", "GATEIO_FUTURES"), exit = world.universe.routes[route.reverse]!;
  bench.teach(route, -10, -10);
  bench.fill(bench.set.review(world).find((intent) => intent.route === route)!);
  world.epochMs += 40 * 24 * hour;
  world.setFunding(0.002);
  const exits = (): readonly TradeIntent[] =>
    bench.set.review(world).filter(({ purpose }) => purpose === "exit");
  assertEquals(exits(), []);
  // Opened for -10 bps; off 50 bps under spot it brings 50 - 12 - 10, and 60 bps of funding are given up.
  quoteAt(world, -50);
  assertEquals(bench.set.exit(exit, world, 0)?.kind, "pass");
  quoteAt(world, -90);
  assertEquals(bench.set.exit(exit, world, 0)?.kind, "trade");
  quoteAt(world, 0);
  world.setFunding(-0.0001);
  const [intent] = exits();
  assertStringIncludes(intent!.reason, "funding has turned");
  assertEquals([intent!.strategy, intent!.buy.reduceOnly], ["carry", true]);
  world.fundingRate = undefined;
  assertEquals(exits(), []);
});

Deno.test("Exits in any world only reduce, match within a lot and are payable", () => {
  let exits = 0;
  fc.assert(
    fc.property(
      worldCases,
      mixedRoutes,
      fc.record({
        held: fc.integer({ min: 1, max: 500 }).map((n) => n / 10),
        position: fc.integer({ min: -100, max: 500 }).map((n) => n / 10),
        entryEdge: fc.integer({ min: -300, max: 300 }).map((n) => n / 100),
        age: fc.constantFrom(0, 9 * hour),
      }),
      (given, [buy, sell], { held, position, entryEdge, age }) => {
        const { world, settings } = worldOf(given);
        world.setFunding(0);
        const bench = new Bench(world, settings);
        const route = world.route(buy, sell), exit = world.universe.routes[route.reverse]!;
        const name = ({ exchange, exchangeSymbol: symbol }: typeof route.buy) => ({ exchange, symbol });
        bench.holdings.restore([{
          strategy: "basis",
          buy: name(route.buy),
          sell: name(route.sell),
          quantity: held,
          openedAt: world.epochMs - age,
          entryEdge,
        }]);
        const isShort = route.sell.market === "perpetual";
        world.setPosition("perpetual", isShort ? -position : position);
        world.setPosition("spot", isShort ? position : -position);
        const decision = bench.set.exit(exit, world, 0);
        const intents = [
          ...(decision?.kind === "trade" ? [decision.intent] : []),
          ...bench.set.review(world).filter(({ purpose }) => purpose === "exit"),
        ];
        for (const intent of intents) {
          exits += 1;
          assertLegsMatch(intent);
          assertPayable(intent, world);
          assertOrderLimit(intent, settings.maxNotional);
          assertValueAdds(intent);
          assertEquals(intent.buy.reduceOnly, intent.buy.instrument.market === "perpetual");
          assertEquals(intent.sell.reduceOnly, intent.sell.instrument.market === "perpetual");
          assert(intent.quantity <= held && intent.quantity <= position, "more than there is");
          if (intent.reason.startsWith("converged")) {
            const cash = intent.expected.value + intent.quantity * entryEdge;
            assert(cash >= settings.exitProfitBps * intent.buy.notional / 10_000 - 1e-9);
          } else assert(age > 0 || intent.reason.startsWith("stop loss"));
        }
      },
    ),
    { numRuns: 3_000 },
  );
  assert(exits > 300, `only ${exits} exits`);
});
