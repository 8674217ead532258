import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { defaultMissingLegPrior, MissingLegs } from "../../../src/arbitrage/missing_legs.ts";
import { buildRoutes, type Route } from "../../../src/arbitrage/route.ts";
import { testInstruments } from "../../support/instruments.ts";

const universe = buildRoutes(testInstruments(["HYPE", "BTC"]));

function route(base: string, buy: string, sell: string): Route {
  return universe.routes.find((each) =>
    each.buy.base === base && each.buy.exchange === buy && each.sell.exchange === sell
  )!;
}

const hype = route("HYPE", "MEXC_SPOT", "GATEIO_SPOT");
const btc = route("BTC", "MEXC_SPOT", "GATEIO_SPOT");
const back = route("HYPE", "GATEIO_SPOT", "MEXC_SPOT");
const clean = { isMissing: false, unwindCost: 0, notional: 1_000 };
const { probability, costBps } = defaultMissingLegPrior;

Deno.test("Before anything was seen the prior is expected", () => {
  assertEquals({ ...new MissingLegs().of(hype) }, { ...defaultMissingLegPrior });
});

Deno.test("The expected figures are the means of what was seen, older outcomes counting less, beside the prior", () => {
  const outcomes = fc.array(
    fc.record({ isMissing: fc.boolean(), bps: fc.integer({ min: 0, max: 200 }), own: fc.boolean() }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(outcomes, (given) => {
      const tested = new MissingLegs();
      for (const { isMissing, bps, own } of given) {
        tested.learn(own ? hype : btc, { isMissing, unwindCost: isMissing ? bps / 10 : 0, notional: 1_000 });
      }
      const { memory, weight } = defaultMissingLegPrior;
      const mean = (seen: typeof given, prior: { probability: number; costBps: number }) => {
        let pairs = 0, missing = 0, cost = 0;
        seen.toReversed().forEach(({ isMissing, bps }, age) => {
          pairs += memory ** age;
          if (isMissing) missing += memory ** age;
          if (isMissing) cost += bps * memory ** age;
        });
        return {
          probability: (missing + weight * prior.probability) / (pairs + weight),
          costBps: (cost + weight * prior.costBps) / (missing + weight),
        };
      };
      const pool = mean(given, defaultMissingLegPrior);
      const truth = mean(given.filter(({ own }) => own), pool);
      assertAlmostEquals(tested.of(hype).probability, truth.probability, 1e-9);
      assertAlmostEquals(tested.of(hype).costBps, truth.costBps, 1e-7);
      assertEquals(tested.of(back).probability, probability);
    }),
    { numRuns: 500 },
  );
});

Deno.test("Missing legs raise what is expected, clean pairs lower it again, and it stays between 0 and 1", () => {
  const tested = new MissingLegs();
  for (let i = 0; i < 30; i++) tested.learn(hype, { isMissing: true, unwindCost: 5, notional: 1_000 });
  const bad = tested.of(hype);
  assert(bad.probability > 10 * probability && bad.probability < 1);
  assert(bad.costBps > costBps && bad.costBps < 50);
  assert(tested.of(btc).probability > probability, "other coins between the same venues learn from it");
  for (let i = 0; i < 300; i++) tested.learn(hype, clean);
  assert(tested.of(hype).probability < probability && tested.of(hype).probability > 0);
});

Deno.test("A hedge that gained costs nothing, and a cost that is no number counts as the expected one", () => {
  const tested = new MissingLegs();
  tested.learn(hype, { isMissing: true, unwindCost: NaN, notional: 1_000 });
  tested.learn(hype, { isMissing: true, unwindCost: 1, notional: 0 });
  assertAlmostEquals(tested.of(hype).costBps, costBps, 1e-9);
  tested.learn(hype, { isMissing: true, unwindCost: -100, notional: 1_000 });
  assert(tested.of(hype).costBps < costBps && tested.of(hype).costBps > 0);
});
