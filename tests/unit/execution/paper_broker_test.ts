import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type EdgePlan, planTrade } from "../../../src/arbitrage/edge.ts";
import { buildRoutes, type Route } from "../../../src/arbitrage/route.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { PaperBroker } from "../../../src/execution/paper_broker.ts";
import { bookOf } from "../../support/books.ts";
import { testInstruments } from "../../support/instruments.ts";

const { routes } = buildRoutes(testInstruments(["HYPE"]));
const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;

function planOf(route: Route, ask: number, bid: number, quantity: number): EdgePlan {
  const buyBook = bookOf(route.buy.id, [], [[ask, 1e6]]), sellBook = bookOf(route.sell.id, [[bid, 1e6]], []);
  return planTrade(route, buyBook, sellBook, quantity, Infinity)!;
}

function routeOf(buy: typeof venues[number], sell: typeof venues[number]): Route {
  return routes.find((route) => route.buy.exchange === buy && route.sell.exchange === sell)!;
}

/** Everything that a trade may change. */
function stateOf(ledger: Ledger): unknown {
  return venues.map((venue) => [
    ledger.balance(venue, "USDT"),
    ledger.balance(venue, "HYPE"),
    ledger.availableQuote(venue, "USDT"),
  ]).concat([[ledger.realisedPnl, ledger.fees]]);
}

Deno.test("PaperBroker trades both sides of a plan or neither, and what it trades is paid for", () => {
  let traded = 0, refused = 0;
  fc.assert(fc.property(
    fc.array(
      fc.record({
        route: fc.constantFrom(...routes),
        ask: fc.integer({ min: 900, max: 1_100 }).map((ticks) => ticks / 10),
        bid: fc.integer({ min: 900, max: 1_100 }).map((ticks) => ticks / 10),
        quantity: fc.integer({ min: 1, max: 60 }).map((tenths) => tenths / 10),
      }),
      { maxLength: 25 },
    ),
    (orders) => {
      const ledger = new Ledger(), broker = new PaperBroker(ledger);
      for (const venue of venues) ledger.deposit(venue, "USDT", 1_000);
      for (const venue of ["MEXC_SPOT", "GATEIO_SPOT"] as const) ledger.deposit(venue, "HYPE", 10);
      for (const [index, { route, ask, bid, quantity }] of orders.entries()) {
        const plan = planOf(route, ask, bid, quantity);
        const before = stateOf(ledger), executions = broker.executions, profit = ledger.fees;
        const trade = broker.execute(plan, 7, "enter", 1_000 + index);
        if (typeof trade === "string") {
          refused += 1;
          assertEquals(stateOf(ledger), before);
          assertEquals(broker.executions, executions);
          continue;
        }
        traded += 1;
        const { execution, fills: [buy, sell] } = trade;
        assertEquals(execution.id, executions + 1);
        assertEquals([buy.side, sell.side, execution.opportunity], ["buy", "sell", 7]);
        assertEquals([buy.instrument, sell.instrument], [route.buy.id, route.sell.id]);
        assertEquals([buy.notional, sell.notional], [plan.buyNotional, plan.sellNotional]);
        assertEquals([buy.quantity, sell.quantity], [plan.buyQuantity, plan.sellQuantity]);
        assertEquals([buy.time, sell.time, execution.time], [1_000 + index, 1_000 + index, 1_000 + index]);
        assertAlmostEquals(ledger.fees - profit, buy.feeQuote + sell.feeQuote, 1e-9);
        assert(ledger.balance(route.buy.exchange, "USDT") > -1e-9, "more money was spent than there was");
        assert(ledger.balance(route.sell.exchange, "HYPE") > -1e-9, "more coins were sold than there were");
      }
    },
  ));
  assert(traded > 100 && refused > 15, `${traded} traded, ${refused} refused`);
});

Deno.test("PaperBroker says which side cannot pay", () => {
  const ledger = new Ledger(), broker = new PaperBroker(ledger);
  const plan = planOf(routeOf("MEXC_SPOT", "GATEIO_SPOT"), 100, 102, 1);
  assertEquals(broker.execute(plan, 1, "enter", 0), "buy side has too little money");
  ledger.deposit("MEXC_SPOT", "USDT", 100);
  assertEquals(broker.execute(plan, 1, "enter", 0), "buy side has too little money");
  ledger.deposit("MEXC_SPOT", "USDT", 0.05);
  assertEquals(broker.execute(plan, 1, "enter", 0), "sell side has too few coins");
  ledger.deposit("GATEIO_SPOT", "HYPE", 1);
  assert(typeof broker.execute(plan, 1, "enter", 0) !== "string");
  ledger.deposit("MEXC_SPOT", "USDT", 1_000);
  const short = planOf(routeOf("MEXC_SPOT", "GATEIO_FUTURES"), 100, 102, 1);
  assertEquals(broker.execute(short, 1, "enter", 0), "sell side has too little money");
});

Deno.test("PaperBroker takes the Gate.io spot fee in the coin, and the coins that arrive still cover the sale", () => {
  const ledger = new Ledger(), broker = new PaperBroker(ledger);
  ledger.deposit("GATEIO_SPOT", "USDT", 5_000);
  ledger.deposit("GATEIO_FUTURES", "USDT", 5_000);
  const plan = planOf(routeOf("GATEIO_SPOT", "GATEIO_FUTURES"), 100, 102, 10);
  const trade = broker.execute(plan, 1, "enter", 0);
  if (typeof trade === "string") throw new Error(trade);
  const [buy, sell] = trade.fills;
  assertEquals([plan.sellQuantity, plan.buyQuantity], [10, 10.03]);
  assertEquals([buy.feeCoin, sell.feeCoin], ["HYPE", "USDT"]);
  assertAlmostEquals(buy.fee, 0.02006, 1e-12);
  assertAlmostEquals(buy.feeQuote, 2.006, 1e-12);
  assertAlmostEquals(ledger.balance("GATEIO_SPOT", "HYPE"), 10.00994, 1e-12);
  assertEquals(ledger.balance("GATEIO_SPOT", "USDT"), 5_000 - 1_003);
  assertEquals(ledger.position(plan.route.sell).quantity, -10);
});

Deno.test("A trade that makes a contract's position smaller needs no margin, one that turns it around does", () => {
  const ledger = new Ledger(), broker = new PaperBroker(ledger);
  for (const venue of venues) ledger.deposit(venue, "USDT", 1_000);
  assert(
    typeof broker.execute(planOf(routeOf("MEXC_SPOT", "GATEIO_FUTURES"), 99, 99, 9), 1, "enter", 0) !==
      "string",
  );
  assert(ledger.availableQuote("GATEIO_FUTURES", "USDT") < 120);
  const back = routeOf("GATEIO_FUTURES", "MEXC_SPOT");
  ledger.deposit("MEXC_SPOT", "HYPE", 20);
  assertEquals(broker.execute(planOf(back, 99, 99, 9.1), 0, "exit", 0), "buy side has too little money");
  assert(typeof broker.execute(planOf(back, 99, 99, 9), 0, "exit", 0) !== "string");
  assertEquals(ledger.position(back.buy).quantity, 0);
});
