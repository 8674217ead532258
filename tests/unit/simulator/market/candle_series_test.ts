import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SeededRandom } from "../../../../src/core/random.ts";
import { type Candle, type CandleInterval } from "../../../../src/simulator/market/candle.ts";
import { CandleSeries } from "../../../../src/simulator/market/candle_series.ts";
import type { MarketTrade } from "../../../../src/simulator/market/market_trade.ts";
import { listed, openedMs } from "./listed.ts";

const hour = 3_600_000;
const day = 24 * hour;
const { spec } = listed({ exchange: "GATEIO_SPOT", lot: "0.001" });

/** Window starts by the calendar, from the documents and not from the grids of the program. */
const windowStart: Readonly<Record<CandleInterval, (ms: number) => number>> = {
  "1s": (ms) => ms - ms % 1000,
  "10s": (ms) => ms - ms % 10_000,
  "30s": (ms) => ms - ms % 30_000,
  "1m": (ms) => ms - ms % 60_000,
  "3m": (ms) => ms - ms % 180_000,
  "5m": (ms) => ms - ms % 300_000,
  "15m": (ms) => ms - ms % 900_000,
  "30m": (ms) => ms - ms % 1_800_000,
  "1h": (ms) => new Date(ms).setUTCMinutes(0, 0, 0),
  "2h": (ms) => ms - ms % (2 * hour),
  "4h": (ms) => ms - ms % (4 * hour),
  "6h": (ms) => ms - ms % (6 * hour),
  "8h": (ms) => ms - ms % (8 * hour),
  "12h": (ms) => ms - ms % (12 * hour),
  "1d": (ms) => new Date(ms).setUTCHours(0, 0, 0, 0),
  "3d": (ms) => ms - ms % (3 * day),
  "7d": (ms) => ms - ms % (7 * day),
  "1w": (ms) => {
    const date = new Date(new Date(ms).setUTCHours(0, 0, 0, 0));
    return date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7);
  },
  "1M": (ms) => new Date(new Date(ms).setUTCHours(0, 0, 0, 0)).setUTCDate(1),
};
const intervals = Object.keys(windowStart) as CandleInterval[];

function trades(count: number, meanGapMs: number, seed: number): MarketTrade[] {
  const random = new SeededRandom(seed);
  let [timeMs, tick] = [openedMs, 15_500];
  return Array.from({ length: count }, (_, id) => {
    timeMs += Math.floor(random.exponential(meanGapMs));
    tick += Math.round(3 * random.normal());
    return { id, takerSide: "buy", tick, lots: 1 + Math.floor(5 * random.uniform()), timeMs };
  });
}

/** Candles of the windows in which something happened, straight from the trades. */
function counted(all: readonly MarketTrade[], interval: CandleInterval): Map<number, Partial<Candle>> {
  const windows = new Map<number, MarketTrade[]>();
  for (const one of all) {
    const start = windowStart[interval](one.timeMs);
    windows.set(start, [...windows.get(start) ?? [], one]);
  }
  return new Map([...windows].map(([start, inside]) => {
    const ticks = inside.map(({ tick }) => tick);
    return [start, {
      openMs: start,
      openTick: ticks[0]!,
      highTick: Math.max(...ticks),
      lowTick: Math.min(...ticks),
      closeTick: ticks.at(-1)!,
      lots: inside.reduce((sum, { lots }) => sum + lots, 0),
      quote: inside.reduce((sum, { lots, tick }) => sum + lots * 0.001 * tick * 0.01, 0),
    }];
  }));
}

for (const interval of intervals) {
  Deno.test(`Candles of ${interval} are what the trades say, flat where there are none`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 150 }),
        fc.constantFrom(300, 5000, 90_000, 4 * hour),
        fc.integer(),
        (count, meanGapMs, seed) => {
          const all = trades(count, meanGapMs, seed);
          const series = new CandleSeries(spec, 15_500);
          for (const one of all) series.add(one);
          const nowMs = all.at(-1)!.timeMs + 20_000;
          const expected = counted(all, interval);
          const first = windowStart[interval](all[0]!.timeMs);
          const candles = series.range(interval, first, nowMs, 400, nowMs);
          let previous = 15_500;
          candles.forEach((candle, index) => {
            if (index > 0) assertEquals(candle.openMs, candles[index - 1]!.closeMs);
            assertEquals(candle.openMs, windowStart[interval](candle.openMs));
            assertEquals(windowStart[interval](candle.closeMs - 1), candle.openMs);
            const { quote = 0, ...rest } = expected.get(candle.openMs) ??
              { openTick: previous, highTick: previous, lowTick: previous, closeTick: previous, lots: 0 };
            const { closeMs: _, quote: found, ...prices } = candle;
            assertEquals(prices, { openMs: candle.openMs, ...rest } as typeof prices);
            assertAlmostEquals(found, quote, 1e-6);
            previous = candle.closeTick;
          });
          assertEquals(candles[0]?.openMs, first);
          if (candles.length < 400) assertEquals(candles.at(-1)!.openMs, windowStart[interval](nowMs));
        },
      ),
      { numRuns: 30 },
    );
  });

  Deno.test(`Candles of ${interval} before the run lead up to its first price without a jump or a hole`, () => {
    const instrument = listed({ exchange: "GATEIO_SPOT", lot: "0.001" });
    const candles = instrument.candles.latest(interval, 100, openedMs);
    assertEquals(candles.length, interval === "1M" ? 24 : 100);
    candles.forEach(({ openMs, openTick, highTick, lowTick, closeTick, lots, quote }, index) => {
      assertEquals(openMs, windowStart[interval](openMs));
      assert(
        lowTick > 0 && lowTick <= Math.min(openTick, closeTick) && highTick >= Math.max(openTick, closeTick),
      );
      if (index > 0) {
        assertEquals([openMs, openTick], [candles[index - 1]!.closeMs, candles[index - 1]!.closeTick]);
      }
      const value = lots * 0.001 * 0.01;
      assert(quote >= value * lowTick * 0.99 && quote <= value * highTick * 1.01, `${quote}`);
    });
    assertEquals(candles.at(-1)!.closeTick, 15_500);
    assertEquals(candles.at(-1)!.openMs, windowStart[interval](openedMs));
    assertEquals(
      candles,
      listed({ exchange: "GATEIO_SPOT", lot: "0.001" }).candles.latest(interval, 100, openedMs),
    );
  });
}

Deno.test("Finer candles of the past add up to the coarser ones", () => {
  const { candles } = listed({ exchange: "GATEIO_SPOT", lot: "0.001", openedMs: openedMs + 17_345 });
  const nowMs = openedMs + 17_345;
  const pairs: [CandleInterval, CandleInterval][] = [
    ["1s", "10s"],
    ["10s", "1m"],
    ["1m", "15m"],
    ["5m", "4h"],
    ["30m", "1d"],
    ["1d", "1w"],
  ];
  for (const [fine, coarse] of pairs) {
    for (const whole of candles.latest(coarse, 4, nowMs)) {
      const parts = candles.range(fine, whole.openMs, whole.closeMs - 1, 10_000, nowMs);
      assertEquals(parts[0]!.openTick, whole.openTick, `${fine} ${coarse}`);
      assertEquals(parts.at(-1)!.closeTick, whole.closeTick);
      assertEquals(Math.max(...parts.map(({ highTick }) => highTick)), whole.highTick);
      assertEquals(Math.min(...parts.map(({ lowTick }) => lowTick)), whole.lowTick);
      assertEquals(parts.reduce((sum, { lots }) => sum + lots, 0), whole.lots);
    }
  }
});

Deno.test("The past moves as much as the asset: daily and minute changes have its volatility", () => {
  const { candles } = listed({ tick: "0.0001", volatilityBps: 2 });
  const deviationOf = (interval: CandleInterval, limit: number): number => {
    const changes = candles.latest(interval, limit, openedMs).map((one) =>
      Math.log(one.closeTick / one.openTick)
    );
    return Math.sqrt(changes.reduce((sum, change) => sum + change ** 2, 0) / changes.length) * 1e4;
  };
  const daily = deviationOf("1d", 700) / (2 * Math.sqrt(86_400));
  const minutely = deviationOf("1m", 1500) / (2 * Math.sqrt(60));
  assert(daily > 0.85 && daily < 1.15, `day ${daily}`);
  assert(minutely > 0.6 && minutely < 1.7, `minute ${minutely}`);
});

Deno.test("The venues of one asset share its past, on their own ticks and with their own turnover", () => {
  const past = new SeededRandom(9);
  const spot = listed({ exchange: "GATEIO_SPOT", lot: "0.001", tick: "0.001", past }, 1);
  const future = listed({ tick: "0.01", past }, 2);
  const [a, b] = [spot, future].map(({ candles }) => candles.latest("1h", 300, openedMs)) as [
    Candle[],
    Candle[],
  ];
  a.forEach((candle, index) => {
    assertAlmostEquals(candle.closeTick * 0.001, b[index]!.closeTick * 0.01, 0.0051);
    assert(candle.lots !== b[index]!.lots);
  });
});

Deno.test("A window in which the run begins holds what came before and what came after", () => {
  const instrument = listed({ openedMs: openedMs + 31_000 });
  const before = instrument.candles.latest("1m", 1, openedMs + 31_000)[0]!;
  instrument.candles.add({ id: 1, takerSide: "buy", tick: 20_000, lots: 7, timeMs: openedMs + 40_000 });
  const [both, after] = instrument.candles.latest("1m", 2, openedMs + 70_000) as [Candle, Candle];
  assertEquals([both.openTick, both.highTick, both.lowTick], [before.openTick, 20_000, before.lowTick]);
  assertEquals([both.closeTick, both.lots], [20_000, before.lots + 7]);
  assertEquals([after.openTick, after.highTick, after.lots], [20_000, 20_000, 0]);
});

Deno.test("What is older than the memory is left out, and what is kept is right", () => {
  const series = new CandleSeries(spec, 15_500);
  const all = trades(30_000, 1000, 4);
  for (const one of all) series.add(one);
  const nowMs = all.at(-1)!.timeMs;
  const expected = counted(all, "1s");
  const candles = series.range("1s", openedMs, nowMs, 100_000, nowMs);
  assert(candles.length >= 1000 && candles.length < 5000, `${candles.length}`);
  const busy = candles.filter(({ lots }) => lots > 0);
  assertEquals(busy.length, 1000);
  for (const { openMs, openTick, lots } of busy) {
    assertEquals([openTick, lots], [expected.get(openMs)!.openTick, expected.get(openMs)!.lots]);
  }
  const minutes = series.range("1m", openedMs, nowMs, 100_000, nowMs);
  assertEquals(
    minutes.reduce((sum, { lots }) => sum + lots, 0),
    all.reduce((sum, { lots }) => sum + lots, 0),
  );
});

Deno.test("Nothing of the future is told, and nothing that the venue does not draw", () => {
  const { candles } = listed({ exchange: "MEXC_SPOT" });
  assertEquals(candles.range("1m", openedMs + 60_000, openedMs + 600_000, 10, openedMs), []);
  assertThrows(() => candles.latest("10s", 1, openedMs), RangeError, "10s");
});

Deno.test("Prices of more than 32 bits of ticks are kept whole", () => {
  const series = new CandleSeries(spec, 2 ** 33);
  series.add({ id: 1, takerSide: "sell", tick: 2 ** 33 + 1, lots: 1, timeMs: openedMs });
  assertEquals(series.latest("1m", 1, openedMs)[0]!.closeTick, 2 ** 33 + 1);
});
