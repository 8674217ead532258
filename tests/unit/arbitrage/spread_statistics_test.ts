import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { topEdgeBps } from "../../../src/arbitrage/edge.ts";
import { SpreadStatistics } from "../../../src/arbitrage/spread_statistics.ts";
import { StrategyWorld } from "../../support/strategy_world.ts";

const halfLifeMs = 60_000;

function statistics(): SpreadStatistics {
  return new SpreadStatistics(3, { basis: { halfLifeMs } });
}

/** Mean and deviation by the definition: every sample weighted by the time that it stands for and by its age. */
function naive(samples: readonly { value: number; stood: number }[]): { mean: number; deviation: number } {
  const weights = samples.map(({ stood }, index) => {
    const age = samples.slice(index + 1).reduce((sum, later) => sum + later.stood, 0);
    return (1 - Math.pow(0.5, stood / halfLifeMs)) * Math.pow(0.5, age / halfLifeMs);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = samples.reduce((sum, { value }, i) => sum + value * weights[i]!, 0) / total;
  const variance = samples.reduce((sum, { value }, i) => sum + weights[i]! * (value - mean) ** 2, 0) / total;
  return { mean, deviation: Math.max(0.1, Math.sqrt(variance)) };
}

Deno.test("Mean, deviation and z-score are those of the samples weighted by time and age", () => {
  let warm = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          value: fc.double({ min: -50, max: 50, noNaN: true }),
          after: fc.integer({ min: 1, max: 9_000 }),
        }),
        { minLength: 1, maxLength: 40 },
      ),
      fc.double({ min: -80, max: 80, noNaN: true }),
      (samples, edge) => {
        const tested = statistics();
        let now = 1_767_225_600_000;
        tested.add(1, 1_000, now);
        for (const { value, after } of samples) tested.add(1, value, now += after);
        const stood = samples.map(({ value, after }) => ({ value, stood: Math.min(after, 5_000) }));
        const seen = stood.reduce((sum, each) => sum + each.stood, 0);
        assertEquals(tested.isWarm(1), seen >= 6_000);
        if (seen < 6_000) {
          assert(Number.isNaN(tested.mean(1)) && Number.isNaN(tested.zScore(1, edge)));
          return;
        }
        warm += 1;
        const { mean, deviation } = naive(stood);
        assertAlmostEquals(tested.mean(1), mean, 1e-7);
        assertAlmostEquals(tested.deviation(1), deviation, 1e-6);
        assertAlmostEquals(tested.zScore(1, edge), (edge - mean) / deviation, 1e-4);
      },
    ),
    { numRuns: 1_000 },
  );
  assert(warm > 500, `only ${warm} were warm`);
});

Deno.test("What is no number, and time that stands still or goes back, changes nothing", () => {
  const tested = statistics(), clean = statistics();
  for (let i = 0; i <= 100; i++) {
    for (const each of [tested, clean]) each.add(0, i % 7, i * 100);
    for (const value of [NaN, Infinity, -Infinity]) tested.add(0, value, i * 100 + 50);
    tested.add(0, 1e6, i * 100);
  }
  assertEquals([tested.mean(0), tested.deviation(0)], [clean.mean(0), clean.deviation(0)]);
  const mean = tested.mean(0);
  tested.add(0, 1e6, 5_000);
  assertEquals(tested.mean(0), mean);
  assert(Number.isFinite(tested.zScore(0, 3)));
});

Deno.test("An edge that never changed has a deviation of a tenth of a basis point, and routes know nothing of each other", () => {
  const tested = statistics();
  for (let now = 0; now <= 10_000; now += 100) tested.add(0, 3, now);
  assertAlmostEquals(tested.mean(0), 3, 1e-12);
  assertEquals(tested.deviation(0), 0.1);
  assertAlmostEquals(tested.zScore(0, 4), 10, 1e-9);
  assert(Number.isNaN(tested.mean(2)) && !tested.isWarm(2));
});

Deno.test("The statistics sample the edge at the best prices, and nothing from books that cannot be read or are empty", () => {
  const world = new StrategyWorld();
  const route = world.route("MEXC_SPOT", "GATEIO_FUTURES");
  const tested = new SpreadStatistics(world.universe.routes.length, { basis: { halfLifeMs } });
  const buy = world.quote("MEXC_SPOT", 99.9, 100), sell = world.quote("GATEIO_FUTURES", 100.2, 100.3);
  const edge = topEdgeBps(route, buy, sell);
  for (let i = 0; i < 20; i++) {
    world.epochMs += 500;
    tested.sample(route, world);
  }
  assertAlmostEquals(tested.mean(route.id), edge, 1e-9);
  world.unreadable.add("MEXC_SPOT");
  world.quote("GATEIO_FUTURES", 150, 151);
  world.epochMs += 500;
  tested.sample(route, world);
  world.unreadable.clear();
  world.book("GATEIO_FUTURES", [], []);
  world.epochMs += 500;
  tested.sample(route, world);
  assertAlmostEquals(tested.mean(route.id), edge, 1e-9);
});
