import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type EdgeLimits,
  type EdgePlan,
  findEdge,
  planTrade,
  topCrosses,
  topEdgeBps,
} from "../../../src/arbitrage/edge.ts";
import type { Route } from "../../../src/arbitrage/route.ts";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { exchangeByKey } from "../../../src/core/exchange.ts";
import type { OrderBook } from "../../../src/market/order_book.ts";
import { bookOf, type Level } from "../../support/books.ts";
import { Exact } from "../../support/exact.ts";
import {
  commonLot,
  type ExactMarkets,
  type ExactTrade,
  isAllowed,
  tradeOf,
} from "../../support/exact_trade.ts";
import { testRoute } from "../../support/routes.ts";

interface Case {
  readonly route: Route;
  readonly markets: ExactMarkets;
  readonly buyBook: OrderBook;
  readonly sellBook: OrderBook;
  readonly limits: EdgeLimits;
}

const venues = fc.constantFrom(
  ["MEXC_SPOT", "GATEIO_SPOT"] as const,
  ["GATEIO_SPOT", "MEXC_SPOT"] as const,
  ["GATEIO_SPOT", "GATEIO_FUTURES"] as const,
  ["GATEIO_FUTURES", "GATEIO_SPOT"] as const,
  ["MEXC_SPOT", "GATEIO_FUTURES"] as const,
  ["GATEIO_FUTURES", "MEXC_SPOT"] as const,
);

/** Levels of up to 40 lots a price, best first, whose best price is around 100. */
function levels(direction: 1 | -1, shift: number): fc.Arbitrary<{ ticks: number; lots: number }[]> {
  return fc.array(
    fc.record({ step: fc.integer({ min: 1, max: 6 }), lots: fc.integer({ min: 1, max: 40 }) }),
    {
      minLength: 0,
      maxLength: 4,
    },
  ).map((entries) => {
    let ticks = 1_000 + shift;
    return entries.map(({ step, lots }) => {
      ticks += direction * step;
      return { ticks, lots };
    });
  });
}

function makeCase(
  [buyVenue, sellVenue]: readonly [Parameters<typeof testRoute>[0], Parameters<typeof testRoute>[1]],
  lots: readonly [string, string],
  contractSize: string,
  minimum: { quantity: number; notional: number },
  rawAsks: readonly { ticks: number; lots: number }[],
  rawBids: readonly { ticks: number; lots: number }[],
  limits: EdgeLimits,
): Case {
  const changes = (venue: typeof buyVenue, lot: string): Parameters<typeof testRoute>[2] => ({
    minQuantity: minimum.quantity,
    minNotional: minimum.notional,
    ...(exchangeByKey(venue).market === "spot"
      ? { lot: DecimalStep.parse(lot) }
      : { contractSize: DecimalStep.parse(contractSize) }),
  });
  const route = testRoute(buyVenue, sellVenue, changes(buyVenue, lots[0]), changes(sellVenue, lots[1]));
  const level = (lot: DecimalStep) => (raw: { ticks: number; lots: number }): Level => [
    raw.ticks / 10,
    lot.value(raw.lots),
  ];
  const asks = rawAsks.map(level(route.buy.lot)), bids = rawBids.map(level(route.sell.lot));
  const feeInCoin = buyVenue === "GATEIO_SPOT";
  return {
    route,
    markets: { buy: route.buy, sell: route.sell, feeInCoin, asks, bids },
    buyBook: bookOf(route.buy.id, [], asks),
    sellBook: bookOf(route.sell.id, bids, []),
    limits,
  };
}

const lot = fc.constantFrom("0.01", "0.1", "0.3", "1", "2");
/** Raw parts of a case, so that a counterexample can be read. */
const cases: fc.Arbitrary<Parameters<typeof makeCase>> = fc.tuple(
  venues,
  fc.tuple(lot, lot),
  fc.constantFrom("0.1", "1", "5"),
  fc.record({
    quantity: fc.constantFrom(0, 0, 1, 3),
    notional: fc.constantFrom(0, 1, 5, 40),
  }),
  levels(1, 0),
  fc.integer({ min: -10, max: 100 }).chain((shift) => levels(-1, shift)),
  fc.record({
    maxNotional: fc.constantFrom(3, 10, 50, 333.33, 1_000, 100_000),
    minEdgeBps: fc.constantFrom(0, 0.5, 2, 10, 25),
  }),
);

function plan({ route, buyBook, sellBook, limits }: Case): EdgePlan | undefined {
  return findEdge(route, buyBook, sellBook, limits);
}

/** Every trade that both books hold, smallest first. */
function allTrades({ markets, route }: Case): ExactTrade[] {
  const step = commonLot(route.buy, route.sell);
  const found: ExactTrade[] = [];
  for (let sold = step;; sold = sold.plus(step)) {
    const trade = tradeOf(markets, sold);
    if (trade === undefined) return found;
    found.push(trade);
    if (found.length > 300) return found;
  }
}

Deno.test("A plan is on the lots of both venues, within both books and every limit, and worth what the cash flow says", () => {
  let plans = 0;
  fc.assert(
    fc.property(cases, (parts) => {
      const given = makeCase(...parts);
      const found = plan(given);
      if (found === undefined) return;
      plans += 1;
      const { route, markets, limits } = given;
      const sold = Exact.of(found.sellQuantity), bought = Exact.of(found.buyQuantity);
      assert(sold.isMultipleOf(commonLot(route.buy, route.sell)), `${found.sellQuantity} is not on the lots`);
      assert(bought.isMultipleOf(Exact.of(route.buyLot.size)), `${found.buyQuantity} is not on the lot`);
      const arrived = markets.feeInCoin
        ? bought.times(Exact.one.minus(Exact.of(route.buy.takerFee)))
        : bought;
      assert(arrived.compare(sold) >= 0, "less arrives than is sold");
      const truth = tradeOf(markets, sold)!;
      assert(truth, "the books do not hold it");
      assert(isAllowed(markets, truth, limits), "a limit is broken");
      assertEquals(found.buyQuantity, truth.bought.toNumber());
      assertAlmostEquals(found.buyNotional, truth.cost.toNumber(), 1e-8);
      assertAlmostEquals(found.sellNotional, truth.proceeds.toNumber(), 1e-8);
      assertAlmostEquals(found.profit, truth.profit.toNumber(), 1e-8);
      assertAlmostEquals(found.edgeBps, 10_000 * truth.profit.over(truth.cost).toNumber(), 1e-7);
    }),
    { numRuns: 2_000 },
  );
  assert(plans > 100, `only ${plans} plans were tried`);
});

Deno.test("A plan is the largest trade that is allowed; beside fees in the coin it misses less than a lot's worth", () => {
  let missed = 0;
  fc.assert(
    fc.property(cases, (parts) => {
      const given = makeCase(...parts);
      const found = plan(given);
      const { markets, limits, route } = given;
      const allowed = allTrades(given).filter((trade) => isAllowed(markets, trade, limits));
      const largest = allowed.at(-1)?.sold.toNumber() ?? 0;
      const size = found?.sellQuantity ?? 0;
      if (size === largest) return;
      // Coins that are bought only to fill a lot can eat the edge of a size and not that of a smaller one.
      assert(markets.feeInCoin, `planned ${size}, allowed was ${largest}`);
      missed += 1;
      const best = Math.max(...allowed.map(({ profit }) => profit.toNumber())) - (found?.profit ?? 0);
      assert(best < route.buyLot.size * 110, `missed a profit of ${best}`);
    }),
    { numRuns: 1_000 },
  );
  assert(missed < 40, `${missed} largest trades were missed`);
});

Deno.test("There is no plan, at any limit, where the best prices do not cross after fees", () => {
  fc.assert(fc.property(cases, (parts) => {
    const given = makeCase(...parts);
    const { markets, route, buyBook, sellBook } = given;
    const ask = markets.asks[0]?.[0], bid = markets.bids[0]?.[0];
    const buyFee = Exact.of(route.buy.takerFee), sellFee = Exact.of(route.sell.takerFee);
    const crosses = ask !== undefined && bid !== undefined &&
      Exact.of(bid).times(Exact.one.minus(sellFee)).compare(
          markets.feeInCoin
            ? Exact.of(ask).over(Exact.one.minus(buyFee))
            : Exact.of(ask).times(Exact.one.plus(buyFee)),
        ) > 0;
    assertEquals(topCrosses(route, buyBook.asks, sellBook.bids), crosses);
    if (!crosses) {
      assertEquals(findEdge(route, buyBook, sellBook, { maxNotional: 1e9, minEdgeBps: 0 }), undefined);
    }
    if (ask !== undefined && bid !== undefined) {
      assertEquals(topEdgeBps(route, buyBook, sellBook) > 0, crosses);
    } else assert(Number.isNaN(topEdgeBps(route, buyBook, sellBook)));
  }));
});

Deno.test("A plan never costs more than the limit, even when the fee in the coin rounds the bought lots up", () => {
  const route = testRoute("GATEIO_SPOT", "MEXC_SPOT", { lot: DecimalStep.parse("1") }, {
    lot: DecimalStep.parse("1"),
  });
  const buyBook = bookOf(route.buy.id, [], [[10, 1_000]]);
  const sellBook = bookOf(route.sell.id, [[11, 1_000]], []);
  // 99 sold need 99.2 bought, which are 100 and cost 1,000; 100 sold would need 101.
  const at1000 = findEdge(route, buyBook, sellBook, { maxNotional: 1_000, minEdgeBps: 2 });
  assertEquals([at1000?.sellQuantity, at1000?.buyQuantity, at1000?.buyNotional], [99, 100, 1_000]);
  // 993 pay for the 99.2 coins that 99 need, but not for the 100 that must be bought.
  const at993 = findEdge(route, buyBook, sellBook, { maxNotional: 993, minEdgeBps: 2 });
  assertEquals([at993?.sellQuantity, at993?.buyQuantity, at993?.buyNotional], [98, 99, 990]);
});

Deno.test("There is no plan when filling up a lot costs more than the whole edge", () => {
  const coarse = { lot: DecimalStep.parse("1") };
  const route = testRoute("GATEIO_SPOT", "MEXC_SPOT", coarse, coarse);
  const buyBook = bookOf(route.buy.id, [], [[10, 3]]);
  const sellBook = bookOf(route.sell.id, [[10.1, 3]], []);
  assert(topCrosses(route, buyBook.asks, sellBook.bids));
  assertEquals(findEdge(route, buyBook, sellBook, { maxNotional: 1_000, minEdgeBps: 0 }), undefined);
});

Deno.test("A plan takes a whole book side whose sizes do not add up exactly in doubles", () => {
  const fine = { lot: DecimalStep.parse("0.1") };
  const route = testRoute("MEXC_SPOT", "GATEIO_FUTURES", fine);
  // 0.7 + 0.1 is 0.7999999999999999 in doubles, and 0.8 - 0.7 is a little more than 0.1.
  const buyBook = bookOf(route.buy.id, [], [[100, 0.7], [101, 0.1]]);
  const sellBook = bookOf(route.sell.id, [[110, 1_000]], []);
  const found = findEdge(route, buyBook, sellBook, { maxNotional: 1_000, minEdgeBps: 2 });
  assertEquals(found?.sellQuantity, 0.8);
  assertAlmostEquals(found!.buyNotional, 80.1, 1e-8);
});

Deno.test("planTrade trades at any edge, up to the quantity, the limit and what the books hold", () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 20_000 }).map((cents) => cents / 100), (parts, quantity) => {
      const given = makeCase(...parts);
      const { route, buyBook, sellBook, markets, limits } = given;
      const found = planTrade(route, buyBook, sellBook, quantity, limits.maxNotional);
      const any = { maxNotional: limits.maxNotional, minEdgeBps: -1e9 };
      const allowed = allTrades(given).filter((trade) =>
        trade.sold.toNumber() <= quantity && isAllowed(markets, trade, any)
      );
      assertEquals(found?.sellQuantity, allowed.at(-1)?.sold.toNumber());
      if (found !== undefined) assertAlmostEquals(found.profit, allowed.at(-1)!.profit.toNumber(), 1e-8);
    }),
    { numRuns: 1_000 },
  );
});
