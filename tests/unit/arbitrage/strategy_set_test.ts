import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { type EdgePlan, findEdge } from "../../../src/arbitrage/edge.ts";
import { Holdings } from "../../../src/arbitrage/holdings.ts";
import { MissingLegs } from "../../../src/arbitrage/missing_legs.ts";
import { buildRoutes, type Route } from "../../../src/arbitrage/route.ts";
import { StrategySet } from "../../../src/arbitrage/strategy_set.ts";
import { leastEdgeBps, type StrategySettings } from "../../../src/arbitrage/strategy_settings.ts";
import type { Decision, StrategyView } from "../../../src/arbitrage/strategy_view.ts";
import { InstrumentTable } from "../../../src/core/instrument.ts";
import { flatPosition } from "../../../src/core/position.ts";
import { SeededRandom } from "../../../src/core/random.ts";
import { OrderBook } from "../../../src/market/order_book.ts";
import { executed } from "../../support/executed.ts";
import { setBook } from "../../support/books.ts";
import { testSpec } from "../../support/instruments.ts";
import { easySettings, StrategyWorld, worldVenues } from "../../support/strategy_world.ts";

function makeSet(world: StrategyWorld, settings: StrategySettings): { set: StrategySet; holdings: Holdings } {
  const holdings = new Holdings(world.universe);
  return {
    set: new StrategySet({ universe: world.universe, settings, missing: new MissingLegs(), holdings }),
    holdings,
  };
}

function edge(world: StrategyWorld, route: Route): EdgePlan | undefined {
  const { buy, sell } = world.books(route)!;
  return findEdge(route, buy, sell, { maxNotional: 1_000, minEdgeBps: 0 });
}

/** Walks books at random, asks for everything, carries intents out as they are, and notes each decision. */
function story(seed: number): string[] {
  const random = new SeededRandom(seed);
  const world = new StrategyWorld();
  world.setFreeEverywhere(100_000, 200);
  const { set, holdings } = makeSet(world, {
    ...easySettings,
    basis: { ...easySettings.basis, halfLifeMs: 20_000, maxHoldMs: 60_000 },
  });
  const middles = new Map(worldVenues.map((exchange) => [exchange, 100]));
  const said: string[] = [];
  const note = (decision: Decision | undefined): void => {
    if (decision?.kind === "pass") said.push(decision.reason);
    if (decision?.kind !== "trade") return;
    const { strategy, purpose, route, quantity, buy, sell, reason } = decision.intent;
    said.push([strategy, purpose, route.id, quantity, buy.capTicks, sell.capTicks, reason].join(" "));
    const { market } = route.buy.market === "perpetual" ? route.buy : route.sell;
    if (market === "perpetual") {
      const sign = route.buy.market === "perpetual" ? 1 : -1;
      world.setPosition("perpetual", world.position(world.of("GATEIO_FUTURES")).quantity + sign * quantity);
      world.setPosition("spot", -world.position(world.of("GATEIO_FUTURES")).quantity);
    }
    executed(holdings, decision.intent, quantity, world.epochMs);
  };
  for (let step = 0; step < 1_500; step++) {
    world.epochMs += 200;
    world.setFunding((step % 700 - 350) / 200_000, 60_000, 3_600_000);
    const exchange = worldVenues[step % 3]!;
    const middle = middles.get(exchange)! + (random.uniform() - 0.5) * 0.4 +
      (100 - middles.get(exchange)!) * 0.05;
    middles.set(exchange, middle);
    const shock = step % 97 < 4 && step % 3 === 2 ? 0.7 : 0;
    const price = (value: number): number => Math.round(value * 1_000) / 1_000;
    world.quote(exchange, price(middle + shock - 0.01), price(middle + shock + 0.01), 300);
    set.sample(world);
    if (step < 3) continue;
    for (const route of world.universe.byInstrument[world.of(exchange).id]!) {
      const plan = edge(world, route);
      if (plan !== undefined) note(set.enter(plan, step, world, world.epochMs));
      note(set.exit(route, world, world.epochMs));
    }
    for (const intent of set.review(world)) note({ kind: "trade", intent });
  }
  return said;
}

Deno.test("The same books, balances and times give the same decisions", () => {
  const first = story(5);
  assertEquals(story(5), first);
  for (const what of ["inventory enter", "basis enter", "basis exit"]) {
    assert(first.some((line) => line.startsWith(what)), `${what} is not in the story`);
  }
});

Deno.test("A decision not to trade is one object per reason: saying no allocates nothing", () => {
  const world = new StrategyWorld();
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", 101, 102);
  world.quote("GATEIO_FUTURES", 101, 102);
  world.setFunding(0);
  const { set } = makeSet(world, easySettings);
  for (const sell of ["GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
    const plan = edge(world, world.route("MEXC_SPOT", sell))!;
    assertStrictEquals(set.enter(plan, 1, world, 0), set.enter(plan, 2, world, 0));
  }
});

Deno.test("Settings are read anew with each decision", () => {
  const world = new StrategyWorld();
  world.setFreeEverywhere(1e6, 1_000);
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", 101, 102);
  let maxNotional = 1_000, enabled = true;
  const { set } = makeSet(world, {
    ...easySettings,
    get maxNotional(): number {
      return maxNotional;
    },
    get inventory() {
      return { ...easySettings.inventory, enabled };
    },
  });
  const plan = edge(world, world.route("MEXC_SPOT", "GATEIO_SPOT"))!;
  const size = (): number => {
    const decision = set.enter(plan, 1, world, 0);
    return decision.kind === "trade" ? decision.intent.quantity : 0;
  };
  assert(size() > 9);
  maxNotional = 500;
  assert(size() < 5 && size() > 4.5);
  enabled = false;
  assertEquals(size(), 0);
});

Deno.test("Books that cannot be read are not traded on, and nothing is asked of a route on which nothing is held", () => {
  const world = new StrategyWorld();
  world.setFreeEverywhere(1e6, 1_000);
  for (const exchange of worldVenues) world.quote(exchange, 99, 100);
  world.quote("MEXC_SPOT", 99, 100);
  world.quote("GATEIO_SPOT", 101, 102);
  world.quote("GATEIO_FUTURES", 103, 104);
  const { set } = makeSet(world, easySettings);
  const plans = world.universe.routes.map((route) => edge(world, route)).filter((plan) => plan !== undefined);
  assert(plans.length >= 3);
  for (const exchange of worldVenues) world.unreadable.add(exchange);
  for (const plan of plans) {
    const decision = set.enter(plan, 1, world, 0);
    assertEquals(decision, { kind: "pass", reason: "book not readable" });
  }
  assertEquals(set.review(world), []);
  for (const route of world.universe.routes) assertEquals(set.exit(route, world, 0), undefined);
});

Deno.test("Sampling and review go round all routes between a coin and a perpetual, a part with each call", () => {
  const table = new InstrumentTable();
  for (let coin = 0; coin < 150; coin++) {
    for (const exchange of worldVenues) {
      table.add({ ...testSpec(exchange, "HYPE"), base: `C${coin}`, exchangeSymbol: `C${coin}_USDT` });
    }
  }
  const universe = buildRoutes(table);
  const books = table.all.map(({ id }) => {
    const book = new OrderBook(id);
    setBook(book, [[99, 10]], [[100, 10]]);
    return book;
  });
  const asked: number[] = [];
  let epochMs = 0;
  const view: StrategyView = {
    get epochMs(): number {
      return epochMs;
    },
    books: (route) => {
      asked.push(route.id);
      return { buy: books[route.buy.id]!, sell: books[route.sell.id]! };
    },
    position: () => flatPosition,
    free: () => 0,
    funding: () => undefined,
  };
  const settings = { ...easySettings, basis: { ...easySettings.basis, halfLifeMs: 10_000 } };
  const set = new StrategySet({
    universe,
    settings,
    missing: new MissingLegs(),
    holdings: new Holdings(universe),
  });
  const mixed = universe.routes.filter(({ buy, sell }) => buy.market !== sell.market).map(({ id }) => id);
  assertEquals(mixed.length, 600);
  for (const call of [() => set.sample(view), () => void set.review(view)]) {
    asked.length = 0;
    for (let i = 0; i < 3; i++) {
      epochMs += 100;
      const before = asked.length;
      call();
      assertEquals(asked.length - before, 256);
    }
    assertEquals(new Set(asked), new Set(mixed));
  }
  for (let i = 0; i < 60; i++) {
    epochMs += 100;
    set.sample(view);
  }
  assertEquals(mixed.filter((id) => !set.statistics.isWarm(id)), []);
});

Deno.test("A detector is to tell of edges down to what a trade that brings inventory back may have", () => {
  assertEquals(leastEdgeBps({ ...easySettings, minEdgeBps: 5 }), 3);
  assertEquals(leastEdgeBps({ ...easySettings, minEdgeBps: 1 }), 0);
  const inventory = { ...easySettings.inventory, enabled: false };
  assertEquals(leastEdgeBps({ ...easySettings, minEdgeBps: 5, inventory }), 5);
});
