/**
 * What a decision costs, beside the detection that leads to it.
 * @module
 */
import { Detector } from "../../src/arbitrage/detector.ts";
import { findEdge } from "../../src/arbitrage/edge.ts";
import { Holdings } from "../../src/arbitrage/holdings.ts";
import { MissingLegs } from "../../src/arbitrage/missing_legs.ts";
import { buildRoutes, type Route } from "../../src/arbitrage/route.ts";
import { StrategySet } from "../../src/arbitrage/strategy_set.ts";
import type { StrategySettings } from "../../src/arbitrage/strategy_settings.ts";
import type { Decision, StrategyView } from "../../src/arbitrage/strategy_view.ts";
import { DepthUpdate } from "../../src/core/depth_update.ts";
import { type Instrument, InstrumentTable } from "../../src/core/instrument.ts";
import { flatPosition, type Position } from "../../src/core/position.ts";
import { baseQuantity } from "../../src/core/units.ts";
import { OrderBook } from "../../src/market/order_book.ts";
import { testSpec } from "../support/instruments.ts";
import { easySettings } from "../support/strategy_world.ts";

const coinCount = 167;
const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;
const instruments = new InstrumentTable();
for (let coin = 0; coin < coinCount; coin++) {
  for (const exchange of venues) {
    const base = `COIN${coin}`;
    instruments.add({ ...testSpec(exchange, "HYPE"), base, exchangeSymbol: `${base}_USDT` });
  }
}
/** 1,002 routes: six a coin. */
const universe = buildRoutes(instruments);

/** A book of 50 levels a side, 4 of which a full order takes. */
function makeBook({ id, baseFactor }: Instrument, middle: number): OrderBook {
  const snapshot = new DepthUpdate();
  snapshot.full = true;
  for (let i = 1; i <= 50; i++) {
    const size = 2.5 / baseFactor;
    snapshot.bids.push(Math.round((middle - i * 0.01) * 1_000) / 1_000, size);
    snapshot.asks.push(Math.round((middle + i * 0.01) * 1_000) / 1_000, size);
  }
  const book = new OrderBook(id);
  book.apply(snapshot, 0);
  book.usable = true;
  return book;
}

/** Every second venue in turn stands higher, so that routes of every kind have an edge. */
const middles: Readonly<Record<string, number>> = {
  MEXC_SPOT: 100,
  GATEIO_SPOT: 100.8,
  GATEIO_FUTURES: 101.4,
};
const books = instruments.all.map((instrument) => makeBook(instrument, middles[instrument.exchange]!));
const quiet = instruments.all.map((instrument) => makeBook(instrument, 100));
const balances = new Map(
  venues.map((exchange) => [
    exchange,
    new Map([["USDT", 1e6], ...instruments.all.map(({ base }) => [base, 1_000] as const)]),
  ]),
);
let position: Position = flatPosition;
const funding = instruments.all.map(({ id }) => ({
  instrument: id,
  rate: 0.0001,
  nextSettlement: 3_600_000,
  interval: 28_800_000,
  time: 0,
}));
const view: StrategyView = {
  epochMs: 60_000,
  books: (route) => ({ buy: books[route.buy.id]!, sell: books[route.sell.id]! }),
  position: () => position,
  free: (exchange, coin) => balances.get(exchange)!.get(coin) ?? 0,
  funding: ({ id }) => funding[id],
};

function makeSet(settings: StrategySettings): { set: StrategySet; holdings: Holdings } {
  const holdings = new Holdings(universe);
  const set = new StrategySet({ universe, settings, missing: new MissingLegs(), holdings });
  for (const { id } of universe.routes) {
    for (let now = 0; now <= 60_000; now += 5_000) set.statistics.add(id, -30 + now % 3, now);
  }
  return { set, holdings };
}

const limits = { maxNotional: easySettings.maxNotional, minEdgeBps: 0 };
const plans = universe.routes.map((route) =>
  findEdge(route, books[route.buy.id]!, books[route.sell.id]!, limits)
)
  .filter((plan) => plan !== undefined);
const spot = plans.filter(({ route }) => route.buy.market === route.sell.market);
const mixed = plans.filter(({ route }) => route.buy.market !== route.sell.market);
/** From MEXC to the perpetual: worth it with its exit; the others are not. */
const worth = mixed.filter(({ route }) => route.buy.exchange === "MEXC_SPOT");
const { set } = makeSet(easySettings);
const strict = makeSet({ ...easySettings, minProfit: 1e9 }).set;
const held = makeSet(easySettings);
held.holdings.restore(mixed.map(({ route: { buy, sell } }) => ({
  strategy: "basis",
  buy: { exchange: buy.exchange, symbol: buy.exchangeSymbol },
  sell: { exchange: sell.exchange, symbol: sell.exchangeSymbol },
  quantity: 5,
  openedAt: 0,
  entryEdge: 0.1,
})));

/** Decides 1,000 times over these plans in turn and holds that it came out as it is named. */
function decide(of: StrategySet, given: typeof plans, kind: Decision["kind"]): void {
  for (let i = 0; i < 1_000; i++) {
    const decision = of.enter(given[i % given.length]!, i, view, 0);
    if (decision.kind !== kind) throw new Error(`Expected ${kind}: ${JSON.stringify(decision)}`);
  }
}

function exits(of: StrategySet, routes: readonly Route[], isHeld: boolean): void {
  for (let i = 0; i < 1_000; i++) {
    if ((of.exit(routes[i % routes.length]!, view, 0) !== undefined) !== isHeld) {
      throw new Error("Held or not");
    }
  }
}

const group = "decision ×1,000, beside detection over 1,002 routes";
const detector = (limit: number): Detector =>
  new Detector(universe, { limits: { ...limits, minEdgeBps: limit }, maxBookAgeMs: 5_000 }, {
    onEdge: () => {},
    onEnded: () => {},
  });
const crossed = detector(0), level = detector(0);
for (const book of books) crossed.onBook(book, 0, 0);
for (const book of quiet) level.onBook(book, 0, 0);

Deno.bench("Detector.onBook, no edge", { group, baseline: true }, () => {
  for (let i = 0; i < 1_000; i++) level.onBook(quiet[i % quiet.length]!, 1, 1);
});
Deno.bench("Detector.onBook, edges", { group }, () => {
  for (let i = 0; i < 1_000; i++) crossed.onBook(books[i % books.length]!, 1, 1);
});
Deno.bench("inventory, intent", { group }, () => decide(set, spot, "trade"));
Deno.bench("inventory, too little profit", { group }, () => decide(strict, spot, "pass"));
Deno.bench("basis, intent", { group }, () => decide(set, worth, "trade"));
Deno.bench("basis and carry, too little profit", { group }, () => decide(strict, mixed, "pass"));
Deno.bench("exit, nothing held", { group }, () => exits(set, universe.routes, false));
const closing = mixed.map(({ route }) => universe.routes[route.reverse]!);
Deno.bench("exit, held and not yet worth it", { group }, () => {
  position = { ...flatPosition, quantity: baseQuantity(-5) };
  exits(held.set, closing, true);
  position = flatPosition;
});
Deno.bench("sample of 256 routes", { group: "between frames" }, () => set.sample(view));
Deno.bench("review of 256 routes, nothing held", { group: "between frames" }, () => {
  strict.review(view);
});
