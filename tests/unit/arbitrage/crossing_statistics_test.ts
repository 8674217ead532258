import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { CrossingStatistics } from "../../../src/arbitrage/crossing_statistics.ts";

interface Quote {
  readonly venue: number;
  readonly time: number;
  readonly bid: number;
  readonly ask: number;
}

const names = ["a", "b", "c"];
const validMs = 5_000;
const thresholdBps = 10;

/** Counts one direction by looking back over the whole stream at every row. */
function count(
  quotes: readonly Quote[],
  bidVenue: number,
  askVenue: number,
): [number, number, number, number, number] {
  const crossed: (boolean | undefined)[] = [];
  const over: (boolean | undefined)[] = [];
  quotes.forEach((quote, index) => {
    if (quote.venue !== bidVenue && quote.venue !== askVenue) return;
    const before = quotes.slice(0, index + 1);
    const bid = before.findLast(({ venue }) => venue === bidVenue);
    const ask = before.findLast(({ venue }) => venue === askVenue);
    const valid = bid !== undefined && ask !== undefined && quote.time - bid.time <= validMs &&
      quote.time - ask.time <= validMs;
    crossed.push(valid ? bid.bid > ask.ask : undefined);
    over.push(valid ? (bid.bid / ask.ask - 1) * 10_000 > thresholdBps : undefined);
  });
  const total = (flags: (boolean | undefined)[]): number => flags.filter((flag) => flag === true).length;
  const episodes = (flags: (boolean | undefined)[]): number =>
    flags.filter((flag, i) => flag === true && flags[i - 1] !== true).length;
  const samples = crossed.filter((flag) => flag !== undefined).length;
  return [samples, total(crossed), episodes(crossed), total(over), episodes(over)];
}

const stream = fc.array(
  fc.record({
    venue: fc.nat(2),
    gap: fc.constantFrom(0, 400, 1_000, 4_000, 6_000),
    bid: fc.integer({ min: 9_980, max: 10_020 }),
    spread: fc.integer({ min: 1, max: 10 }),
  }),
  { maxLength: 60 },
);

Deno.test("CrossingStatistics counts samples and episodes of every direction as a look at the whole stream does", () => {
  fc.assert(fc.property(stream, (rows) => {
    let time = 1_000;
    const order: number[] = [];
    const quotes = rows.map(({ venue, gap, bid, spread }): Quote => {
      if (!order.includes(venue)) order.push(venue);
      return { venue: order.indexOf(venue), time: time += gap, bid, ask: bid + spread };
    });
    const statistics = new CrossingStatistics(validMs, thresholdBps);
    for (const { venue, time, bid, ask } of quotes) statistics.onQuote(venue, time, bid, ask);
    const report = statistics.report(names);
    assertEquals(report.length, order.length * Math.max(order.length - 1, 0));
    for (const { bid, ask, pairSamples, samples, episodes, overThreshold } of report) {
      assertEquals(
        [pairSamples, samples, episodes, overThreshold.samples, overThreshold.episodes],
        count(quotes, names.indexOf(bid), names.indexOf(ask)),
      );
    }
  }));
});

Deno.test("CrossingStatistics ends an episode when a quote has become too old or has no price", () => {
  const statistics = new CrossingStatistics(validMs, thresholdBps);
  statistics.onQuote(0, 0, 101, 102);
  statistics.onQuote(1, 0, 99, 100);
  statistics.onQuote(1, 6_000, 99, 100);
  statistics.onQuote(0, 6_100, 101, 102);
  statistics.onQuote(0, 6_200, NaN, 102);
  statistics.onQuote(0, 6_300, 101, 102);
  const direction = statistics.report(names).find(({ bid }) => bid === "a")!;
  assertEquals([direction.pairSamples, direction.samples, direction.episodes], [3, 3, 3]);
  assertEquals([direction.share, direction.maxBps], [1, (101 / 100 - 1) * 10_000]);
});
