import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Fill } from "../../../src/core/fill.ts";
import type { InstrumentId } from "../../../src/core/instrument.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import { expectedFee, FeeDrift, type FeeDriftSettings } from "../../../src/telemetry/fee_drift.ts";
import { testInstruments } from "../../support/instruments.ts";

const start = 1_767_225_600_000;
const hour = 3_600_000;
const settings: FeeDriftSettings = { windowMs: hour, maxDrift: 0.05, minNotional: 1_000 };

type DriftFill = Parameters<FeeDrift["add"]>[0];

function fill(instrument: number, notional: number, fee: number, time: number): DriftFill {
  return {
    instrument: instrument as InstrumentId,
    notional: quoteAmount(notional),
    feeQuote: quoteAmount(fee),
    time,
  };
}

Deno.test("expectedFee is the rate of the fill's side of the book on its value", () => {
  const [mexc, , futures] = testInstruments(["BTC"]).all;
  const taken = { notional: quoteAmount(20_000), liquidity: "taker" } as const;
  const made = { notional: quoteAmount(20_000), liquidity: "maker" } as const;
  assertEquals(expectedFee({ makerFee: -0.0001, takerFee: 0.0005 }, taken), 10);
  assertEquals(expectedFee({ makerFee: -0.0001, takerFee: 0.0005 }, made), -2);
  assertEquals(expectedFee(mexc!, taken), 20_000 * mexc!.takerFee);
  assertEquals(expectedFee(futures!, made), 20_000 * futures!.makerFee);
});

Deno.test("A fee that a venue takes in the bought coin is no drift at the same rate", () => {
  const instrument = testInstruments(["BTC"]).all[1]!;
  const bought: Fill = {
    tradeId: "1",
    clientOrderId: "1",
    exchangeOrderId: "",
    instrument: instrument.id,
    side: "buy",
    price: 50_000,
    quantity: baseQuantity(0.1),
    notional: quoteAmount(5_000),
    fee: 0.1 * instrument.takerFee,
    feeCoin: "BTC",
    feeQuote: quoteAmount(0.1 * instrument.takerFee * 50_000),
    liquidity: "taker",
    time: start,
  };
  const drift = new FeeDrift(settings);
  drift.add(bought, expectedFee(instrument, bought), start);
  assertAlmostEquals(drift.figures(start)[0]!.drift, 0, 1e-12);
});

Deno.test("The alarm is given once when fees pass the bound with enough fills, and anew after they were right", () => {
  const drift = new FeeDrift(settings);
  assertEquals(drift.add(fill(3, 999, 0.9, start), 0.5, start), undefined, "too few fills");
  const alarm = drift.add(fill(3, 1, 0, start), 0, start);
  assertEquals(alarm, {
    instrument: 3 as InstrumentId,
    notional: 1_000,
    expected: 0.5,
    charged: 0.9,
    drift: 0.8,
    isAlarm: true,
  });
  assertEquals(drift.add(fill(3, 1_000, 1, start + 1), 0.5, start + 1), undefined, "it was given");
  assertEquals(drift.add(fill(4, 5_000, 2.62, start), 2.5, start), undefined, "within the bound");
  assertEquals(drift.figures(start + 1).map(({ isAlarm }) => isAlarm), [true, false]);
  const later = start + 2 * hour;
  assertEquals(drift.figures(later), [], "nothing was traded lately");
  assertEquals(drift.add(fill(3, 2_000, 1, later), 1, later), undefined);
  assert(drift.add(fill(3, 2_000, 2, later), 1, later)?.isAlarm, "it is another one");
});

Deno.test("Fees that are lower than expected are a drift as well, and so is a fee where none was expected", () => {
  const cheap = new FeeDrift(settings);
  assertEquals(cheap.add(fill(0, 2_000, 0.8, start), 1, start)?.drift, -0.19999999999999996);
  const free = new FeeDrift(settings);
  const figures = free.add(fill(0, 2_000, 1, start), 0, start)!;
  assertAlmostEquals(figures.drift, 1 / 0.02, 1e-9);
  const rebate = new FeeDrift(settings);
  assertEquals(rebate.add(fill(0, 2_000, -0.5, start), -1, start)?.drift, 0.5);
  const nothing = new FeeDrift(settings);
  assertEquals(nothing.add(fill(0, 2_000, 0, start), 0, start), undefined);
});

Deno.test("A fee without a known value counts in no sum, and is told", () => {
  const drift = new FeeDrift(settings);
  assertEquals(drift.add(fill(0, 50_000, NaN, start), 25, start), undefined);
  drift.add(fill(0, 2_000, 1, start), 1, start);
  assertEquals(drift.totals, { expected: 1, charged: 1, unvalued: 1 });
  assertEquals(drift.figures(start).map(({ notional }) => notional), [2_000]);
});

Deno.test("A fill from after now counts as of now, and one from before the window only in the totals", () => {
  const drift = new FeeDrift(settings);
  drift.add(fill(0, 2_000, 1, start + 100 * hour), 1, start);
  drift.add(fill(0, 2_000, 1, NaN), 1, start);
  drift.add(fill(0, 2_000, 1, start - 3 * hour), 1, start);
  assertEquals(drift.figures(start)[0]!.notional, 4_000);
  assertEquals(drift.figures(start + 2 * hour), []);
  assertEquals(drift.totals.expected, 3);
});

Deno.test("Whatever is filled when, the figures are those of the fills of the last eleven to twelve twelfths", () => {
  const part = hour / 12;
  const someFill = fc.record({
    instrument: fc.integer({ min: 0, max: 2 }),
    notional: fc.integer({ min: 1, max: 4_000 }),
    expected: fc.integer({ min: -8, max: 64 }).map((steps) => steps / 8),
    charged: fc.option(fc.integer({ min: -8, max: 64 }).map((steps) => steps / 8), { nil: NaN, freq: 9 }),
    /** Since the one before. */
    wait: fc.integer({ min: 0, max: hour / 3 }),
    /** How late it is told. */
    late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -part, max: 2 * hour })),
  });
  fc.assert(
    fc.property(fc.array(someFill, { maxLength: 60, size: "max" }), (all) => {
      const drift = new FeeDrift(settings);
      let now = start;
      const told: {
        instrument: number;
        notional: number;
        expected: number;
        charged: number;
        time: number;
      }[] = [];
      const naive = (): unknown[] =>
        [...Map.groupBy(told, ({ instrument }) => instrument).entries()].flatMap(([instrument, own]) => {
          const last = own.filter(({ time }) => Math.floor(time / part) > Math.floor(now / part) - 12);
          const sum = (of: (each: typeof own[number]) => number): number =>
            last.reduce((total, each) => total + of(each), 0);
          const notional = sum((each) => each.notional);
          if (notional === 0) return [];
          const [expected, charged] = [sum((each) => each.expected), sum((each) => each.charged)];
          const ratio = (charged - expected) / Math.max(Math.abs(expected), notional / 100_000);
          const isAlarm = notional >= 1_000 && (ratio > 0.05 || ratio < -0.05);
          return [{ instrument, notional, expected, charged, isAlarm }];
        });
      for (const each of all) {
        now += each.wait;
        const time = now - each.late;
        const before = told.length;
        if (!Number.isNaN(each.charged)) told.push({ ...each, time: Math.min(time, now) });
        drift.add(fill(each.instrument, each.notional, each.charged, time), each.expected, now);
        if (told.length === before) continue;
        const found = drift.figures(now);
        assertEquals(
          found.map(({ drift: _, ...figures }) => figures).sort((a, b) => a.instrument - b.instrument),
          (naive() as typeof found).sort((a, b) => a.instrument - b.instrument),
        );
      }
    }),
    { numRuns: 300 },
  );
});
