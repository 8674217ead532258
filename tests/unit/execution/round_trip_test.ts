import { assert, assertAlmostEquals } from "@std/assert";
import fc from "fast-check";
import { type EdgePlan, planTrade } from "../../../src/arbitrage/edge.ts";
import { Holdings } from "../../../src/arbitrage/holdings.ts";
import { buildRoutes, type Route } from "../../../src/arbitrage/route.ts";
import { exchangeByKey } from "../../../src/core/exchange.ts";
import type { Fill } from "../../../src/core/fill.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import type { Side } from "../../../src/core/order.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { bookOf } from "../../support/books.ts";
import { testInstruments } from "../../support/instruments.ts";

const universe = buildRoutes(testInstruments(["HYPE"]));
const { routes } = universe;
const holdings = new Holdings(universe);
const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;
const price = fc.integer({ min: 900, max: 1_100 }).map((ticks) => ticks / 10);
const hedges = routes.filter(({ buy, sell }) => buy.market !== sell.market);

function planOf(route: Route, ask: number, bid: number, quantity: number): EdgePlan {
  const buyBook = bookOf(route.buy.id, [], [[ask, 1e6]]), sellBook = bookOf(route.sell.id, [[bid, 1e6]], []);
  return planTrade(route, buyBook, sellBook, quantity, Infinity)!;
}

/** A ledger with money and coins for any trade. */
function richLedger(): Ledger {
  const ledger = new Ledger();
  for (const venue of venues) {
    ledger.deposit(venue, "USDT", 1e6);
    if (venue !== "GATEIO_FUTURES") ledger.deposit(venue, "HYPE", 1e4);
  }
  return ledger;
}

/** Books both trades of a plan as venues would fill them. */
function trade(ledger: Ledger, { route: { buy, sell }, ...plan }: EdgePlan): void {
  ledger.apply(buy, fillOf(buy, "buy", plan.buyQuantity, plan.buyNotional));
  ledger.apply(sell, fillOf(sell, "sell", plan.sellQuantity, plan.sellNotional));
}

function fillOf(instrument: Instrument, side: Side, quantity: number, notional: number): Fill {
  const isInCoin = side === "buy" && exchangeByKey(instrument.exchange).buyFeeCoin === "base";
  return {
    tradeId: "1",
    clientOrderId: "1",
    exchangeOrderId: "",
    instrument: instrument.id,
    side,
    price: notional / quantity,
    quantity: baseQuantity(quantity),
    notional: quoteAmount(notional),
    fee: (isInCoin ? quantity : notional) * instrument.takerFee,
    feeCoin: isInCoin ? instrument.base : instrument.quote,
    feeQuote: quoteAmount(notional * instrument.takerFee),
    liquidity: "taker",
    time: 0,
  };
}

function feesInMoney(route: Route, plan: EdgePlan): number {
  const inCoin = exchangeByKey(route.buy.exchange).buyFeeCoin === "base";
  return (inCoin ? 0 : plan.buyNotional * route.buy.takerFee) + plan.sellNotional * route.sell.takerFee;
}

Deno.test("A round trip brings what its entry has brought and its exit promises, also when it leaves by another spot venue", () => {
  let trips = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...hedges),
      fc.constantFrom(...hedges),
      fc.tuple(price, price),
      fc.tuple(price, price),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      (entryRoute, exitRoute, [ask, bid], [exitAsk, exitBid], lots, exitLots) => {
        const ledger = richLedger();
        const entry = planOf(entryRoute, ask, bid, lots / 10);
        trade(ledger, entry);
        const isWayOut = holdings.closingRoutes(entryRoute).includes(exitRoute);
        assert(isWayOut === (entryRoute.buy.market === exitRoute.sell.market));
        if (!isWayOut) return;
        const exit = planOf(exitRoute, exitAsk, exitBid, Math.min(entry.sellQuantity, exitLots / 10));
        const promised = exit.profit + exit.sellQuantity * entry.profit / entry.sellQuantity;
        trade(ledger, exit);
        trips += 1;
        // Fees of the entry belong to this round trip by the part of the position that it takes off.
        const taken = exit.sellQuantity / entry.sellQuantity;
        const untaken = feesInMoney(entryRoute, entry) * (1 - taken);
        const realised = ledger.realisedPnl + untaken;
        assert(realised >= promised - 1e-9, `promised ${promised}, realised ${realised}`);
        // What is bought to fill a lot is the only difference: the promise counts it as nothing.
        const filledUp = 0.02 * Math.max(exitAsk, ask) * 1.01;
        assert(realised <= promised + filledUp, `promised ${promised}, realised ${realised}`);
      },
    ),
    { numRuns: 500 },
  );
  assert(trips > 100, `only ${trips} round trips`);
});

Deno.test("A trade between two spot venues realises what its plan says, except coins bought to fill a lot", () => {
  const spot = routes.filter(({ buy, sell }) => buy.market === sell.market);
  fc.assert(fc.property(
    fc.constantFrom(...spot),
    price,
    price,
    fc.integer({ min: 5, max: 5_000 }),
    (route, ask, bid, lots) => {
      const ledger = richLedger();
      const plan = planOf(route, ask, bid, lots / 100);
      trade(ledger, plan);
      assert(ledger.realisedPnl >= plan.profit - 1e-9, `${ledger.realisedPnl} is under ${plan.profit}`);
      const left = ledger.position(route.buy);
      assert(left.quantity >= -1e-12 && left.quantity < 0.01, `${left.quantity} coins are left`);
      assertAlmostEquals(ledger.realisedPnl - left.quantity * left.averageEntry, plan.profit, 1e-8);
    },
  ));
});
