import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SeededRandom } from "../../../../src/core/random.ts";
import {
  defaultFundingTerms,
  FundingSchedule,
  type FundingSettlement,
  rateOf,
} from "../../../../src/simulator/market/funding.ts";
import { FundingClock } from "../../../../src/simulator/market/funding_clock.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { listed, ModelBox, openedMs } from "./listed.ts";

const eightHours = 28_800;

Deno.test("The rate is Gate.io's formula: examples worked by hand", () => {
  const hourly = { ...defaultFundingTerms, intervalSeconds: 3600 };
  const examples: [premium: number, terms: typeof defaultFundingTerms, rate: number][] = [
    // Within 5 bps of the interest of 1 bp the rate is the interest.
    [0, defaultFundingTerms, 0.0001],
    [0.0006, defaultFundingTerms, 0.0001],
    [-0.0004, defaultFundingTerms, 0.0001],
    // Beyond, it is the premium moved 5 bps towards it.
    [0.001, defaultFundingTerms, 0.0005],
    [-0.001, defaultFundingTerms, -0.0005],
    // Hourly contracts pay an eighth.
    [0.001, hourly, 0.0000625],
    // funding_rate_limit 0.3 %, either way.
    [0.02, defaultFundingTerms, 0.003],
    [-0.02, defaultFundingTerms, -0.003],
    // (1 / 100 − 0.008) · 0.75 = 0.15 % is the tighter bound here.
    [0.02, { ...defaultFundingTerms, leverageMax: 100, maintenanceRate: 0.008 }, 0.0015],
  ];
  for (const [premium, terms, rate] of examples) assertAlmostEquals(rateOf(premium, terms), rate, 1e-12);
});

Deno.test("The indicative rate is the formula over the time-weighted premium since the last settlement", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.integer({ min: 1, max: 600_000 }), fc.double({ min: -0.01, max: 0.01, noNaN: true })),
        {
          minLength: 1,
          maxLength: 60,
        },
      ),
      fc.integer({ min: 0, max: 100_000 }),
      (samples, restMs) => {
        const schedule = new FundingSchedule(new SeededRandom(1), { rateLimit: 1, capRatio: 100 });
        // A settlement just happened, so nothing of the time before counts.
        const settledMs = schedule.nextSettlement(openedMs) * 1000;
        schedule.sample(settledMs, 0);
        schedule.settle(settledMs / 1000, 1);
        let [nowMs, area, premium] = [settledMs, 0, 0];
        for (const [gapMs, next] of samples) {
          if (nowMs + gapMs >= settledMs + eightHours * 1000 - restMs) break;
          area += premium * gapMs;
          nowMs += gapMs;
          schedule.sample(nowMs, next);
          premium = next;
        }
        area += premium * restMs;
        const average = area / Math.max(1, nowMs + restMs - settledMs);
        const expected = average + Math.max(-0.0005, Math.min(0.0005, 0.0001 - average));
        assertAlmostEquals(Number(schedule.indicative(nowMs + restMs)), expected, 6e-7);
      },
    ),
  );
});

Deno.test("The history is on the grid, newest first, remembers what was settled and is bounded", () => {
  const schedule = new FundingSchedule(new SeededRandom(5), { intervalSeconds: 14_400 });
  const before = schedule.history(openedMs, 5000);
  assertEquals(before.length, 1000);
  const latest = Math.floor(openedMs / 14_400_000) * 14_400;
  before.forEach(({ timeSeconds, rate }, index) => {
    assertEquals(timeSeconds, latest - index * 14_400);
    assert(/^-?0\.\d{6}$/.test(rate) && Math.abs(Number(rate)) < 0.003, rate);
    assertEquals(rate, schedule.rateAt(timeSeconds));
  });
  assert(new Set(before.map(({ rate }) => rate)).size > 100, "rates of the past differ");
  assertEquals(
    new FundingSchedule(new SeededRandom(5), { intervalSeconds: 14_400 }).history(openedMs, 9),
    before.slice(0, 9),
  );
  let nowSeconds = latest;
  for (let count = 1; count <= 3; count++) {
    nowSeconds += 14_400;
    schedule.sample(nowSeconds * 1000 - 14_000_000, count * 0.002);
    assertEquals(schedule.settle(nowSeconds, 100).rate, schedule.history(nowSeconds * 1000, 1)[0]!.rate);
  }
  const after = schedule.history(nowSeconds * 1000 + 5000, 5000);
  assertEquals(after.slice(3), before.slice(0, 997));
  assertEquals(after[0]!.timeSeconds, nowSeconds);
  assert(Number(after[0]!.rate) > Number(after[1]!.rate) && Number(after[1]!.rate) > Number(after[2]!.rate));
  assertEquals(new FundingSchedule(new SeededRandom(5)).history(openedMs, 5000).length, 540);
});

Deno.test("Contracts settle at their second with the mark price of that moment, and only while the market runs", () => {
  const clock = new SimulatedClock(openedMs + 123.456);
  const slow = listed();
  const fast = listed({ base: "XRP", funding: { intervalSeconds: 3600 } }, 2);
  const spot = listed({ exchange: "GATEIO_SPOT" }, 3);
  const heard: (FundingSettlement & { atMs: number; name: string })[] = [];
  for (const instrument of [slow, fast]) {
    instrument.quote("bid", 15_499, 5, openedMs);
    instrument.quote("ask", 15_501, 5, openedMs);
    instrument.indexPrice = 154;
    instrument.funding!.onSettlement((settlement) => {
      heard.push({ ...settlement, atMs: clock.epochMs(), name: instrument.spec.base });
    });
  }
  const funding = new FundingClock(clock, [slow, fast, spot]);
  funding.start();
  const endMs = openedMs + 10 * 3_600_000;
  while (clock.nextDue! < endMs) clock.step();
  const hours = heard.filter(({ name }) => name === "XRP");
  const first = Math.ceil(openedMs / 3_600_000) * 3600;
  assertEquals(
    hours.map(({ timeSeconds }) => timeSeconds),
    Array.from({ length: 10 }, (_, index) => first + index * 3600),
  );
  for (const { atMs, timeSeconds, markPrice } of heard) {
    assertEquals([atMs, markPrice], [timeSeconds * 1000, 155]);
  }
  const nights = heard.filter(({ name }) => name === "SOL").map(({ timeSeconds }) => timeSeconds % 86_400);
  assertEquals(nights, [57_600]);
  // 155 over 154 is a premium of 65 bps: less the band of 5, an eighth of it each hour.
  assertAlmostEquals(Number(hours.at(-1)!.rate), (1 / 154 - 0.0005) / 8, 1e-6);
  slow.listing.delist(endMs);
  funding.stop();
  assertEquals(clock.nextDue, undefined);
});

Deno.test("A clock that jumped settles what it passed; a delisted contract settles nothing", () => {
  const clock = new SimulatedClock(openedMs);
  const jump = { ms: 0 };
  const jumping = {
    epochMs: (): number => clock.epochMs() + jump.ms,
    monotonicMs: (): number => clock.monotonicMs(),
    setTimer: clock.setTimer.bind(clock),
  };
  const [alive, gone] = [listed({ funding: { intervalSeconds: 3600 } }), listed()];
  const times: number[] = [];
  alive.funding!.onSettlement(({ timeSeconds }) => times.push(timeSeconds));
  gone.funding!.onSettlement(() => times.push(-1));
  gone.listing.delist(openedMs);
  const funding = new FundingClock(jumping, [alive, gone]);
  funding.start();
  jump.ms = -5 * 3_600_000;
  for (let count = 0; count < 20; count++) clock.step();
  assertEquals(times, []);
  jump.ms = 3 * 3_600_000;
  for (let count = 0; count < 2; count++) clock.step();
  const first = Math.ceil(openedMs / 3_600_000) * 3600;
  assertEquals(times, [first, first + 3600, first + 7200]);
  funding.stop();
});

Deno.test("Rates of the model move from settlement to settlement, follow the seed, and stay within the limit", () => {
  const run = (seed: number): string[] => {
    const box = new ModelBox({ eventsPerSecond: 0.01, levels: 5 }, seed);
    box.market.start();
    box.run(4 * 86_400_000);
    const { funding } = box.instrument("GATEIO_FUTURES", "BTC_USDT");
    const rates = funding!.history(box.clock.epochMs(), 12).map(({ rate }) => rate);
    box.market.stop();
    return rates;
  };
  const [first, again, other] = [run(1), run(1), run(2)];
  assertEquals(first, again);
  assert(first.join() !== other.join());
  assert(new Set(first).size > 4, first.join(" "));
  for (const rate of first) assert(Math.abs(Number(rate)) < 0.003, rate);
});
