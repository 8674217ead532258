import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { VolatilityMeter } from "../../../../src/execution/risk/volatility.ts";
import type { OrderBook } from "../../../../src/market/order_book.ts";
import { bookOf } from "../../../support/books.ts";
import { testInstruments } from "../../../support/instruments.ts";

const instrument = testInstruments(["HYPE"]).all[0]!;

/** A meter over prices that come one by one, a second apart; NaN for a book that cannot be used. */
function measured(prices: readonly number[], halfLifeMs = 60_000): { bps: number; told: number[] } {
  const clock = new SimulatedClock(0), told: number[] = [];
  let book: OrderBook | undefined;
  const meter = new VolatilityMeter({
    clock,
    instruments: [instrument],
    halfLifeMs,
    book: () => book,
    onMeasured: (_, bps) => told.push(bps),
  });
  for (const [index, price] of prices.entries()) {
    book = bookOf(instrument.id, [[price - 0.001, 1]], [[price + 0.001, 1]]);
    book.usable = !Number.isNaN(price);
    if (index === 0) meter.start();
    else clock.step();
  }
  meter.stop();
  assertEquals(clock.step(), false);
  return { bps: meter.bps(instrument), told };
}

Deno.test("Volatility is not known before a price was seen twice, and is 0 for one that stands still", () => {
  assertEquals(measured([40]), { bps: NaN, told: [] });
  assertEquals(measured([NaN, 40, NaN]), { bps: NaN, told: [] });
  assertEquals(measured([40, 40, 40]), { bps: 0, told: [0, 0] });
});

Deno.test("A price that moves by the same share each second has that times the root of 60 a minute", () => {
  const prices = Array.from({ length: 50 }, (_, index) => index % 2 === 0 ? 40 : 40 * Math.exp(0.001));
  const { bps, told } = measured(prices);
  assertAlmostEquals(bps, 10 * Math.sqrt(60), 1e-6);
  assertEquals(told.length, 49);
});

Deno.test("Volatility is the weighted mean of the squared changes, the weight of each halved with every half-life", () => {
  const price = fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: 30, max: 50, noNaN: true }) },
    fc.constant(NaN),
  );
  fc.assert(
    fc.property(
      fc.array(price, { maxLength: 40 }),
      fc.constantFrom(1_000, 10_000, 60_000),
      (prices, half) => {
        // Every second of the time between two prices has the change per second of both.
        const rates: number[] = [];
        let last = -1;
        for (const [index, each] of prices.entries()) {
          if (Number.isNaN(each)) continue;
          const seconds = index - last;
          const rate = Math.log(each / (prices[last] ?? each)) ** 2 / seconds;
          for (let second = 0; last >= 0 && second < seconds; second++) rates.push(rate);
          last = index;
        }
        const weights = rates.map((_, index) => 2 ** (-(rates.length - 1 - index) * 1_000 / half));
        const sum = rates.reduce((total, rate, index) => total + rate * weights[index]!, 0);
        const expected = Math.sqrt(60 * sum / weights.reduce((total, weight) => total + weight, 0)) * 10_000;
        const { bps } = measured(prices, half);
        if (rates.length === 0) assertEquals(bps, NaN);
        else assertAlmostEquals(bps, expected, 1e-6 * Math.max(1, expected));
      },
    ),
  );
});
