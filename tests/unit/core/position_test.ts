import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { afterTrade, flatPosition, type Position, unrealisedPnl } from "../../../src/core/position.ts";
import { baseQuantity } from "../../../src/core/units.ts";
import { Exact } from "../../support/exact.ts";

interface Trade {
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
}

const decimals = (min: number, max: number, scale: number): fc.Arbitrary<number> =>
  fc.integer({ min, max }).map((units) => units / scale);

const tradeArbitrary: fc.Arbitrary<Trade> = fc.record({
  quantity: decimals(-5_000, 5_000, 100).filter((quantity) => quantity !== 0),
  price: decimals(1, 100_000, 100),
  fee: decimals(-50, 500, 1_000),
});

function afterAll(trades: readonly Trade[]): Position {
  return trades.reduce(
    (position, { quantity, price, fee }) => afterTrade(position, baseQuantity(quantity), price, fee),
    flatPosition,
  );
}

/** Average cost the long way round: a list of what is open, from which a closing trade takes the same part of each. */
function openLots(trades: readonly Trade[]): { quantity: Exact; price: Exact; fee: Exact }[] {
  let open: { quantity: Exact; price: Exact; fee: Exact }[] = [];
  for (const trade of trades) {
    const quantity = Exact.of(trade.quantity);
    const held = open.reduce((sum, lot) => sum.plus(lot.quantity), Exact.zero);
    const after = held.plus(quantity);
    const price = Exact.of(trade.price), fee = Exact.of(trade.fee);
    if (held.compare(Exact.zero) * quantity.compare(Exact.zero) >= 0) {
      open.push({ quantity, price, fee });
    } else if (after.compare(Exact.zero) * held.compare(Exact.zero) > 0) {
      const rest = after.over(held);
      open = open.map((lot) => ({ ...lot, quantity: lot.quantity.times(rest), fee: lot.fee.times(rest) }));
    } else {
      const opened = after.over(quantity);
      open = after.compare(Exact.zero) === 0 ? [] : [{ quantity: after, price, fee: fee.times(opened) }];
    }
  }
  return open;
}

function sumOf(values: readonly Exact[]): number {
  return values.reduce((sum, value) => sum.plus(value), Exact.zero).toNumber();
}

Deno.test("A position is what exact book-keeping of every lot says", () => {
  fc.assert(fc.property(fc.array(tradeArbitrary, { minLength: 1, maxLength: 20 }), (trades) => {
    const position = afterAll(trades);
    const lots = openLots(trades);
    const quantity = sumOf(lots.map((lot) => lot.quantity));
    assertAlmostEquals(position.quantity, quantity, 1e-9);
    const value = sumOf(lots.map((lot) => lot.quantity.times(lot.price)));
    assertAlmostEquals(position.quantity * position.averageEntry, value, 1e-6);
    assertAlmostEquals(position.entryFees, sumOf(lots.map((lot) => lot.fee)), 1e-9);
  }));
});

Deno.test("Realised and unrealised profit are the money that went and came plus what is left is worth", () => {
  fc.assert(fc.property(
    fc.array(tradeArbitrary, { minLength: 1, maxLength: 20 }),
    decimals(1, 100_000, 100),
    (trades, mark) => {
      const position = afterAll(trades);
      const cash = trades.map(({ quantity, price, fee }) =>
        Exact.zero.minus(Exact.of(quantity).times(Exact.of(price))).minus(Exact.of(fee))
      );
      const left = trades.map(({ quantity }) => Exact.of(quantity).times(Exact.of(mark)));
      const truth = sumOf([...cash, ...left]);
      assertAlmostEquals(position.realisedPnl + unrealisedPnl(position, mark), truth, 1e-5);
    },
  ));
});

Deno.test("A position that is closed to the last unit is flat, whatever doubles make of the sum", () => {
  fc.assert(fc.property(
    fc.array(decimals(1, 1_000_000, 1_000), { minLength: 1, maxLength: 30 }),
    (quantities) => {
      const bought = quantities.map((quantity) => ({ quantity, price: 7, fee: 0.1 }));
      const total = sumOf(quantities.map(Exact.of));
      const position = afterAll([...bought, { quantity: -total, price: 8, fee: 0.1 }]);
      assertEquals({ ...position, realisedPnl: 0 }, { ...flatPosition, realisedPnl: 0 });
      assertAlmostEquals(position.realisedPnl, total - 0.1 * (quantities.length + 1), 1e-6);
    },
  ));
});

Deno.test("A trade beyond the position closes it and opens the rest at its own price with its own part of the fee", () => {
  const long = afterTrade(flatPosition, baseQuantity(2), 100, 0.2);
  const short = afterTrade(long, baseQuantity(-5), 110, 0.5);
  assertEquals(short.quantity, -3);
  assertEquals(short.averageEntry, 110);
  assertAlmostEquals(short.entryFees, 0.3, 1e-12);
  assertAlmostEquals(short.realisedPnl, 2 * 10 - 0.2 - 0.5, 1e-12);
  assertAlmostEquals(unrealisedPnl(short, 100), 30, 1e-12);
});

Deno.test("A flat position is worth nothing at any price, even at none", () => {
  assertEquals(unrealisedPnl(flatPosition, NaN), 0);
  assert(Object.is(unrealisedPnl(flatPosition, 5), 0));
});
