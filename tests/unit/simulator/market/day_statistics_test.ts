import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { SeededRandom } from "../../../../src/core/random.ts";
import { DayStatistics } from "../../../../src/simulator/market/day_statistics.ts";
import type { MarketTrade } from "../../../../src/simulator/market/market_trade.ts";
import { listed, openedMs, trade } from "./listed.ts";

const stepMs = 300_000;

function randomTrades(hours: number, seed: number): MarketTrade[] {
  const random = new SeededRandom(seed);
  const all: MarketTrade[] = [];
  let [timeMs, tick] = [openedMs, 15_500];
  for (let id = 1; timeMs < openedMs + hours * 3_600_000; id++) {
    timeMs += Math.floor(random.exponential(40_000));
    tick += Math.round(20 * random.normal());
    all.push({ id, takerSide: "sell", tick, lots: 1 + Math.floor(9 * random.uniform()), timeMs });
  }
  return all;
}

Deno.test("The day holds the trades of the last 24 hours, in steps of five minutes, and no others", () => {
  const statistics = new DayStatistics(listed().spec, 15_500);
  const all = randomTrades(60, 3);
  all.forEach((one, index) => {
    statistics.add(one);
    if (index % 97 !== 0) return;
    const begin = (Math.floor(one.timeMs / stepMs) - 287) * stepMs;
    const inside = all.slice(0, index + 1).filter(({ timeMs }) => timeMs >= begin);
    const open = all.slice(0, index + 1).findLast(({ timeMs }) => timeMs < begin)?.tick ?? 15_500;
    assertEquals(statistics.lastTick, one.tick);
    assertEquals(statistics.highTick, Math.max(...inside.map(({ tick }) => tick)));
    assertEquals(statistics.lowTick, Math.min(...inside.map(({ tick }) => tick)));
    assertEquals(statistics.volumeLots, inside.reduce((sum, { lots }) => sum + lots, 0));
    const paid = inside.reduce((sum, { lots, tick }) => sum + lots * tick * 0.01, 0);
    assertAlmostEquals(statistics.quoteVolume, paid, 1e-6 * paid);
    assertEquals(statistics.changeTicks, one.tick - open);
    assertAlmostEquals(statistics.change, one.tick / open - 1, 1e-12);
  });
});

Deno.test("A day without trades empties when time moves on", () => {
  const statistics = new DayStatistics(listed().spec, 15_500);
  statistics.add({ id: 1, takerSide: "buy", tick: 16_000, lots: 5, timeMs: openedMs });
  statistics.roll(openedMs + 23 * 3_600_000);
  assertEquals([statistics.volumeLots, statistics.highTick, statistics.changeTicks], [5, 16_000, 500]);
  statistics.roll(openedMs + 25 * 3_600_000);
  assertEquals([statistics.volumeLots, statistics.highTick, statistics.lowTick], [0, 16_000, 16_000]);
  assertEquals([statistics.changeTicks, statistics.quoteVolume, statistics.baseVolume], [0, 0, 0]);
});

Deno.test("The day before the run is that of the candles, and leaves the window as the run goes on", () => {
  const instrument = listed({ dayNotional: 1e6 });
  const { statistics, candles } = instrument;
  const rows = candles.latest("5m", 288, openedMs);
  const lots = rows.reduce((sum, row) => sum + row.lots, 0);
  assertEquals(statistics.volumeLots, lots);
  assertEquals(statistics.highTick, Math.max(...rows.map(({ highTick }) => highTick)));
  assertEquals(statistics.lowTick, Math.min(...rows.map(({ lowTick }) => lowTick)));
  assertEquals(statistics.changeTicks, 15_500 - rows[0]!.openTick);
  assert(statistics.quoteVolume > 3e5 && statistics.quoteVolume < 3e6, `${statistics.quoteVolume}`);
  // Twelve hours on, what is left is the second half and the trade.
  trade(instrument, 15_600, 3, openedMs + 12 * 3_600_000);
  const half = rows.filter(({ openMs }) => openMs > openedMs - 12 * 3_600_000 - stepMs);
  const left = half.reduce((sum, row) => sum + row.lots, 0) + 3;
  assert(Math.abs(statistics.volumeLots - left) <= half[0]!.lots, `${statistics.volumeLots} of ${left}`);
  statistics.roll(openedMs + 25 * 3_600_000);
  assertEquals(statistics.volumeLots, 3);
});

Deno.test("The past counts the same whether it is read early or late", () => {
  const [early, late] = [listed(), listed()];
  const before = early.statistics.volumeLots;
  for (const instrument of [early, late]) trade(instrument, 15_700, 4, openedMs + 3 * 3_600_000);
  for (const key of ["volumeLots", "highTick", "lowTick", "quoteVolume", "change"] as const) {
    assertAlmostEquals(late.statistics[key], early.statistics[key], 1e-6);
  }
  assert(early.statistics.volumeLots < before);
});
