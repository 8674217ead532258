import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { BookSide } from "../../../src/market/book_side.ts";
import { walkNotional } from "../../../src/market/depth_walk.ts";
import { sorted } from "../../support/naive_book.ts";

function sideOf(sign: 1 | -1, levels: Iterable<readonly [number, number]>): BookSide {
  const side = new BookSide(sign);
  for (const [price, quantity] of levels) side.set(price, quantity);
  return side;
}

Deno.test("walkNotional takes the best levels first and the last one in part", () => {
  const asks = sideOf(-1, [[101, 2], [100, 1], [105, 10]]);
  assertStrictEquals(walkNotional(asks, 1, 0.5), 50);
  assertStrictEquals(walkNotional(asks, 1, 1), 100);
  assertStrictEquals(walkNotional(asks, 1, 3), 302);
  assertStrictEquals(walkNotional(asks, 1, 4), 407);
  const bids = sideOf(1, [[99, 2], [98, 1], [90, 10]]);
  assertStrictEquals(walkNotional(bids, 1, 3), 296);
  assertStrictEquals(walkNotional(bids, 1, 4), 386);
});

Deno.test("walkNotional counts contracts in base units", () => {
  const asks = sideOf(-1, [[64000, 10], [64010, 30]]); // 10 and 30 contracts of 0.0001 BTC
  assertStrictEquals(walkNotional(asks, 0.0001, 0.001), 64);
  assert(Math.abs(walkNotional(asks, 0.0001, 0.002) - (64 + 64.01)) < 1e-9);
});

Deno.test("walkNotional of more than the side holds is NaN, of nothing is 0", () => {
  const asks = sideOf(-1, [[100, 1], [101, 1]]);
  assertEquals(walkNotional(asks, 1, 2.0000001), NaN);
  assertEquals(walkNotional(new BookSide(1), 1, 1), NaN);
  assertStrictEquals(walkNotional(asks, 1, 0), 0);
  assertStrictEquals(walkNotional(new BookSide(1), 1, 0), 0);
});

Deno.test("walkNotional is the sum over single units, cheapest first", () => {
  const level = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 }));
  const input = fc.record({
    sign: fc.constantFrom(1 as const, -1 as const),
    levels: fc.array(level, { maxLength: 20 }),
    take: fc.integer({ min: 0, max: 60 }),
    // Powers of two, so that every sum below is exact.
    factor: fc.constantFrom(1, 0.25, 8),
  });
  fc.assert(fc.property(input, ({ sign, levels, take, factor }) => {
    const map = new Map(levels);
    const units = sorted(map, sign === 1 ? -1 : 1).flatMap(([price, size]) => Array(size).fill(price));
    const expected = units.length < take
      ? NaN
      : units.slice(0, take).reduce((sum, price) => sum + price * factor, 0);
    assertStrictEquals(walkNotional(sideOf(sign, map), factor, take * factor), expected);
  }));
});
