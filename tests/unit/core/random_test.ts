import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { SeededRandom } from "../../../src/core/random.ts";

const draws = 200_000;

function sample(count: number, draw: (index: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => draw(index));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of the k-th power of the distance from `centre`. */
function moment(values: Float64Array, centre: number, power: number): number {
  return mean(values.map((value) => (value - centre) ** power));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const meanA = mean(a);
  const meanB = mean(b);
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  return covariance / Math.sqrt(moment(a, meanA, 2) * moment(b, meanB, 2));
}

/** Largest distance between the sample's distribution function and that of uniform numbers in [0, 1). */
function uniformDistance(values: Float64Array): number {
  const sorted = values.toSorted();
  return sorted.reduce(
    (worst, value, i) => Math.max(worst, (i + 1) / sorted.length - value, value - i / sorted.length),
    0,
  );
}

/** Five standard errors of a mean: chance exceeds it once in two million draws, and the seeds here are fixed. */
function fiveErrors(variance: number, count: number): number {
  return 5 * Math.sqrt(variance / count);
}

function assertNear(actual: number, expected: number, margin: number): void {
  assert(Math.abs(actual - expected) <= margin, `${actual} is not within ${margin} of ${expected}`);
}

Deno.test("SeededRandom gives the same numbers for the same seed", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const a = new SeededRandom(seed);
      const b = new SeededRandom(seed);
      for (let i = 0; i < 20; i++) {
        assertStrictEquals(a.uniform(), b.uniform());
        assertStrictEquals(a.normal(), b.normal());
        assertStrictEquals(a.exponential(3), b.exponential(3));
      }
    }),
  );
});

Deno.test("SeededRandom gives these very numbers, so a seed in a report stays meaningful", () => {
  const random = new SeededRandom(42);
  assertEquals([random.uniform(), random.uniform(), random.uniform()], [
    0.8751931765810312,
    0.5043767987490336,
    0.2484708256475594,
  ]);
  assertEquals(new SeededRandom(42).fork("MEXC_SPOT BTCUSDT").uniform(), 0.22473495586736314);
});

Deno.test("SeededRandom takes every 32-bit seed, zero and negative ones included", () => {
  for (const seed of [0, -1, 1, 2 ** 31 - 1, -(2 ** 31)]) {
    const values = sample(1000, ((random) => () => random.uniform())(new SeededRandom(seed)));
    assertNear(mean(values), 1 / 2, fiveErrors(1 / 12, values.length));
  }
});

Deno.test("SeededRandom.uniform is uniform in [0, 1)", () => {
  const random = new SeededRandom(1);
  const values = sample(draws, () => random.uniform());
  assert(values.every((value) => value >= 0 && value < 1));
  assertNear(mean(values), 1 / 2, fiveErrors(1 / 12, draws));
  assertNear(moment(values, 1 / 2, 2), 1 / 12, fiveErrors(1 / 180, draws));
  assert(uniformDistance(values) < 2.5 / Math.sqrt(draws));
});

Deno.test("SeededRandom.uniform does not depend on the number before", () => {
  const random = new SeededRandom(2);
  const values = sample(draws, () => random.uniform());
  for (const lag of [1, 2, 3, 10]) {
    assertNear(correlation(values.subarray(lag), values.subarray(0, -lag)), 0, 5 / Math.sqrt(draws));
  }
});

Deno.test("SeededRandom.normal has the moments of the standard normal distribution", () => {
  const random = new SeededRandom(3);
  const values = sample(draws, () => random.normal());
  assert(values.every(Number.isFinite));
  assertNear(mean(values), 0, fiveErrors(1, draws));
  assertNear(moment(values, 0, 2), 1, fiveErrors(2, draws));
  assertNear(moment(values, 0, 3), 0, fiveErrors(15, draws));
  assertNear(moment(values, 0, 4), 3, fiveErrors(96, draws));
  const withinOne = values.filter((value) => Math.abs(value) < 1).length / draws;
  assertNear(withinOne, 0.6827, fiveErrors(0.6827 * 0.3173, draws));
});

Deno.test("SeededRandom.exponential has the moments of the exponential distribution", () => {
  const random = new SeededRandom(4);
  const values = sample(draws, () => random.exponential(250));
  assert(values.every((value) => value >= 0 && Number.isFinite(value)));
  assertNear(mean(values), 250, 250 * fiveErrors(1, draws));
  assertNear(moment(values, 250, 2), 250 ** 2, 250 ** 2 * fiveErrors(8, draws));
  const aboveMean = values.filter((value) => value > 250).length / draws;
  assertNear(aboveMean, Math.exp(-1), fiveErrors(Math.exp(-1) * (1 - Math.exp(-1)), draws));
});

Deno.test("SeededRandom shows nothing of the seed in its first numbers", () => {
  for (const skip of [0, 1, 2]) {
    const values = sample(20_000, (seed) => {
      const random = new SeededRandom(seed);
      for (let i = 0; i < skip; i++) random.uniform();
      return random.uniform();
    });
    assertNear(mean(values), 1 / 2, fiveErrors(1 / 12, values.length));
    assert(
      uniformDistance(values) < 2.5 / Math.sqrt(values.length),
      `number ${skip} is not uniform over seeds`,
    );
    assertNear(correlation(values.subarray(1), values.subarray(0, -1)), 0, 5 / Math.sqrt(values.length));
  }
});

Deno.test("SeededRandom.fork does not depend on how much was drawn, and draws nothing itself", () => {
  const fresh = new SeededRandom(5);
  const used = new SeededRandom(5);
  for (let i = 0; i < 17; i++) used.normal();
  assertStrictEquals(fresh.fork("market").uniform(), used.fork("market").uniform());
  const untouched = new SeededRandom(5);
  assertStrictEquals(fresh.uniform(), untouched.uniform());
});

Deno.test("SeededRandom.fork gives each label numbers of its own", () => {
  const root = new SeededRandom(6);
  const labels = ["", "a", "b", "ab", "ba", "market", "faults", "MEXC_SPOT BTCUSDT", "MEXC_SPOT ETHUSDT"];
  for (let i = 0; i < 2000; i++) labels.push(`label ${i}`);
  const firsts = labels.map((label) => root.fork(label).uniform());
  assertStrictEquals(new Set(firsts).size, labels.length);
  assert(!firsts.includes(new SeededRandom(6).uniform()), "a fork repeats its parent");
  assert(uniformDistance(Float64Array.from(firsts)) < 2.5 / Math.sqrt(firsts.length));
});

Deno.test("SeededRandom.fork is independent of its parent and of other forks", () => {
  const count = 50_000;
  const root = new SeededRandom(7);
  const streams = [root.fork("a"), root.fork("b"), root.fork("a").fork("b"), root];
  const samples = streams.map((random) => sample(count, () => random.uniform()));
  samples.forEach((a, i) =>
    samples.slice(i + 1).forEach((b) => assertNear(correlation(a, b), 0, 5 / Math.sqrt(count)))
  );
});

Deno.test("SeededRandom.fork of another seed is another stream", () => {
  const firsts = Array.from({ length: 2000 }, (_, seed) => new SeededRandom(seed).fork("market").uniform());
  assertStrictEquals(new Set(firsts).size, firsts.length);
});
