import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { buildRoutes } from "../../../src/arbitrage/route.ts";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { type InstrumentSpec, InstrumentTable } from "../../../src/core/instrument.ts";
import { Exact } from "../../support/exact.ts";
import { testInstruments, testSpec } from "../../support/instruments.ts";
import { testRoute } from "../../support/routes.ts";

const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;

const specArbitrary: fc.Arbitrary<InstrumentSpec> = fc.record({
  exchange: fc.constantFrom(...venues),
  base: fc.constantFrom("BTC", "ETH"),
  quote: fc.constantFrom("USDT", "USDC"),
  tradable: fc.boolean(),
}).map((parts) => ({
  ...testSpec(parts.exchange, "BTC"),
  ...parts,
  exchangeSymbol: `${parts.base}_${parts.quote}`,
}));

Deno.test("Routes are the pairs of tradable instruments of one market on two venues, one of them spot, both ways", () => {
  fc.assert(fc.property(
    fc.uniqueArray(specArbitrary, { selector: ({ exchange, exchangeSymbol }) => exchange + exchangeSymbol }),
    (specs) => {
      const table = new InstrumentTable();
      for (const spec of specs) table.add(spec);
      const { routes, byInstrument } = buildRoutes(table);
      const expected = table.all.flatMap((buy) =>
        table.all.filter((sell) =>
          buy.tradable && sell.tradable && buy.base === sell.base && buy.quote === sell.quote &&
          buy.exchange !== sell.exchange && !(buy.market === "perpetual" && sell.market === "perpetual")
        ).map((sell) => `${buy.id}>${sell.id}`)
      );
      assertEquals(routes.map(({ buy, sell }) => `${buy.id}>${sell.id}`).sort(), expected.sort());
      for (const [index, route] of routes.entries()) {
        assertEquals(route.id, index);
        const reverse = routes[route.reverse]!;
        assertEquals([reverse.buy.id, reverse.sell.id], [route.sell.id, route.buy.id]);
        assertStrictEquals(routes[reverse.reverse], route);
      }
      for (const { id } of table.all) {
        const own = routes.filter(({ buy, sell }) => buy.id === id || sell.id === id);
        assertEquals(byInstrument[id]!.map((route) => route.id).sort(), own.map((route) => route.id).sort());
      }
    },
  ));
});

Deno.test("Two perpetual contracts are no pair, even on two venues that could hold them", () => {
  const table = new InstrumentTable();
  table.add(testSpec("GATEIO_FUTURES", "BTC"));
  table.add({ ...testSpec("GATEIO_FUTURES", "BTC"), exchangeSymbol: "BTC_USDT_2" });
  assertEquals(buildRoutes(table).routes, []);
});

Deno.test("Every coin of three venues has six routes", () => {
  assertEquals(buildRoutes(testInstruments(["BTC", "LUNC"])).routes.length, 12);
});

Deno.test("A route trades LUNC in whole contracts of 10,000 coins, whichever side the contract is on", () => {
  const { routes } = buildRoutes(testInstruments(["LUNC"]));
  for (const route of routes) {
    const futures = [route.buy, route.sell].some(({ market }) => market === "perpetual");
    assertEquals(route.quantityStep.format(1), futures ? "10000" : "0.01");
    assertEquals(route.buyLot.format(1), route.buy.market === "perpetual" ? "10000" : "0.01");
  }
});

Deno.test("The step of a route is the smallest quantity on the lots of both sides", () => {
  const lots = fc.record({
    mantissa: fc.integer({ min: 1, max: 60 }),
    decimals: fc.integer({ min: 0, max: 3 }),
  })
    .map(({ mantissa, decimals }) => Exact.ratio(BigInt(mantissa), 10n ** BigInt(decimals)));
  const sizes = fc.integer({ min: 1, max: 12 }).map((size) => Exact.of(size));
  fc.assert(fc.property(lots, sizes, lots, (buyLot, contractSize, sellLot) => {
    const step = (size: Exact): DecimalStep => DecimalStep.parse(String(size.toNumber()));
    const route = testRoute("GATEIO_FUTURES", "MEXC_SPOT", {
      lot: step(buyLot),
      contractSize: step(contractSize),
    }, { lot: step(sellLot) });
    const lot = buyLot.times(contractSize);
    let common = lot;
    while (!common.isMultipleOf(sellLot)) common = common.plus(lot);
    assertEquals(Exact.of(route.quantityStep.size).compare(common), 0);
  }));
});

Deno.test("The least quantity of a route is the larger minimum of the two, in base units and whole steps", () => {
  const tenths = { lot: DecimalStep.parse("1"), contractSize: DecimalStep.parse("0.1") };
  // 3 · 0.1 is 0.30000000000000004 in doubles, and a trade of exactly three contracts must still be allowed.
  assertEquals(testRoute("GATEIO_FUTURES", "MEXC_SPOT", { ...tenths, minQuantity: 3 }).minQuantity, 0.3);
  assertEquals(
    testRoute("MEXC_SPOT", "GATEIO_FUTURES", { minQuantity: 0.55 }, { ...tenths, minQuantity: 3 })
      .minQuantity,
    0.6,
  );
  assertEquals(testRoute("MEXC_SPOT", "GATEIO_SPOT", { minQuantity: 0 }).minQuantity, 0);
  assertEquals(testRoute("MEXC_SPOT", "GATEIO_SPOT", { minNotional: 1 }, { minNotional: 3 }).minNotional, 3);
});

Deno.test("Cost and proceeds of a route hold the taker fee, in the coin where the venue takes it there", () => {
  const mexc = testRoute("MEXC_SPOT", "GATEIO_SPOT");
  assertEquals([mexc.costFactor, mexc.grossFactor, mexc.proceedsFactor], [1.0005, 1, 0.998]);
  const gate = testRoute("GATEIO_SPOT", "GATEIO_FUTURES");
  assertEquals([gate.grossFactor, gate.proceedsFactor], [1 / 0.998, 0.9995]);
  assertEquals(gate.costFactor, gate.grossFactor);
  assert(testRoute("GATEIO_FUTURES", "MEXC_SPOT").grossFactor === 1);
});
