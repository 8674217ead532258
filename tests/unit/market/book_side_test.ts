import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { LevelColumns } from "../../../src/core/depth_update.ts";
import { BookSide } from "../../../src/market/book_side.ts";
import { type Level, levelsOf, setLevel, sorted } from "../../support/naive_book.ts";

const signs = [1, -1] as const;

type Step =
  | { readonly kind: "set"; readonly price: number; readonly quantity: number }
  | { readonly kind: "trim"; readonly limit: number }
  | { readonly kind: "clear" };

/** Few prices, so that levels are changed and deleted as often as they are new. */
function steps(prices: number): fc.Arbitrary<Step[]> {
  const price = fc.integer({ min: 1, max: prices }).map((ticks) => ticks / 10);
  const quantity = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1000 }).map((lots) => lots / 8));
  return fc.array(
    fc.oneof(
      { weight: 60, arbitrary: fc.record({ kind: fc.constant("set" as const), price, quantity }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant("trim" as const), limit: fc.integer({ min: 0, max: 40 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
    ),
    { maxLength: 400 },
  );
}

function act(side: BookSide, model: Map<number, number>, step: Step, sign: 1 | -1): void {
  if (step.kind === "set") {
    side.set(step.price, step.quantity);
    setLevel(model, step.price, step.quantity);
  } else if (step.kind === "clear") {
    side.clear();
    model.clear();
  } else {
    side.trim(step.limit);
    for (const [price] of best(model, sign).slice(step.limit)) model.delete(price);
  }
}

/** Bids have the highest price first, asks the lowest. */
function best(model: ReadonlyMap<number, number>, sign: 1 | -1): Level[] {
  return sorted(model, sign === 1 ? -1 : 1);
}

for (const sign of signs) {
  const name = sign === 1 ? "bids" : "asks";

  Deno.test(`BookSide of ${name} holds after every step what a map holds, best price first`, () => {
    fc.assert(
      fc.property(fc.constantFrom(6, 40, 400).chain(steps), (all) => {
        const side = new BookSide(sign);
        const model = new Map<number, number>();
        for (const step of all) {
          act(side, model, step, sign);
          const expected = best(model, sign);
          assertStrictEquals(side.length, expected.length);
          assertStrictEquals(side.bestPrice, expected[0]?.[0] ?? NaN);
          assertStrictEquals(side.bestQuantity, expected[0]?.[1] ?? NaN);
        }
        assertEquals(levelsOf(side), best(model, sign));
      }),
      { numRuns: 150 },
    );
  });

  Deno.test(`BookSide of ${name} grows beyond its first capacity without losing a level`, () => {
    const side = new BookSide(sign);
    const model = new Map<number, number>();
    const capacity = side.keys.length;
    // 7919 is prime, so the prices come in an order that is neither up nor down.
    for (let i = 0; i < 4 * capacity; i++) {
      const price = ((i * 7919) % (4 * capacity)) + 1;
      side.set(price, i + 1);
      setLevel(model, price, i + 1);
    }
    assert(side.keys.length >= 4 * capacity);
    assertEquals(levelsOf(side), best(model, sign));
  });

  Deno.test(`BookSide of ${name} loads what a map holds in its place, best first or in any order`, () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 3 }));
    const given = fc.array(level, { maxLength: 700, size: "max" });
    fc.assert(fc.property(given, fc.boolean(), given, (first, isSorted, second) => {
      const side = new BookSide(sign);
      for (const list of [first, second]) {
        const model = new Map<number, number>();
        for (const [price, quantity] of list) setLevel(model, price, quantity);
        const columns = new LevelColumns();
        for (const [price, quantity] of isSorted ? best(model, sign) : list) columns.push(price, quantity);
        side.load(columns);
        assertEquals(levelsOf(side), best(model, sign));
      }
    }));
  });

  Deno.test(`BookSide of ${name} loads the best 5,000 levels of more, best first`, () => {
    const side = new BookSide(sign);
    const columns = new LevelColumns();
    for (let i = 0; i < 6_000; i++) columns.push(10_000 - sign * i, 1);
    side.load(columns);
    assertStrictEquals(side.length, 5_000);
    assertEquals([side.bestPrice, side.price(4_999)], [10_000, 10_000 - sign * 4_999]);
  });

  Deno.test(`BookSide of ${name} keeps the best 5,000 levels whatever the order in which they come`, () => {
    const count = 6000;
    for (const step of [1, count - 1, 3517]) {
      const side = new BookSide(sign);
      const model = new Map<number, number>();
      for (let i = 0; i < count; i++) {
        const price = ((i * step) % count) + 1;
        side.set(price, 1);
        setLevel(model, price, 1);
      }
      assertEquals(levelsOf(side), best(model, sign).slice(0, 5000));
    }
  });
}

Deno.test("BookSide of 5,000 levels still changes and deletes the levels that it has", () => {
  const side = new BookSide(-1);
  for (let price = 1; price <= 5000; price++) side.set(price, 1);
  side.set(5000, 7);
  assertEquals([side.length, side.quantity(4999)], [5000, 7]);
  side.set(5001, 1);
  assertEquals([side.length, side.price(4999)], [5000, 5000]);
  side.set(1, 0);
  side.set(5001, 3);
  assertEquals([side.length, side.bestPrice, side.price(4999), side.quantity(4999)], [5000, 2, 5001, 3]);
});

Deno.test("BookSide without levels has no price, and neither has a place behind its last level", () => {
  const side = new BookSide(1);
  assertEquals([side.bestPrice, side.bestQuantity, side.price(0), side.quantity(0)], [NaN, NaN, NaN, NaN]);
  side.set(5, 1);
  assertEquals([side.price(0), side.quantity(0), side.price(1), side.quantity(1)], [5, 1, NaN, NaN]);
});

Deno.test("BookSide ignores the deletion of a level that it does not have", () => {
  const side = new BookSide(1);
  side.set(5, 0);
  assertStrictEquals(side.length, 0);
  side.set(5, 1);
  side.set(4, 0);
  side.set(6, 0);
  assertEquals(levelsOf(side), [[5, 1]]);
});
