import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseConfig } from "../../../src/config/hft_config.ts";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { exchangeByKey } from "../../../src/core/exchange.ts";
import type { Fill } from "../../../src/core/fill.ts";
import { unitStep } from "../../../src/core/instrument.ts";
import type { TapeVenue } from "../../../src/engine/tape_books.ts";
import { TapeReplay, type TapeReplayReport } from "../../../src/engine/tape_replay.ts";

const settings = parseConfig(
  `
exchanges: { MEXC_SPOT: }
pairs: [BTC/USDT]
trading: { minProfit: 0, carry: { enabled: false }, basis: { halfLife: 60s } }
risk: { minDepthNotional: 1, maxVolatility: 9000bps, maxDeviation: 2000bps, maxSpread: 500bps }
`,
  "test",
);
const cent = DecimalStep.parse("0.01"), size = DecimalStep.parse("0.01");
const spot: TapeVenue = { exchange: "MEXC_SPOT", contractSize: unitStep, tick: cent, lot: size };
const contract: TapeVenue = {
  exchange: "GATEIO_FUTURES",
  contractSize: DecimalStep.parse("0.5"),
  tick: cent,
  lot: unitStep,
};
const start = 1e12;

/** A quote of a venue: 0 spot, 1 contracts, others unknown. */
interface Quote {
  readonly venue: number;
  /** Milliseconds since the start. */
  readonly at: number;
  readonly bid: number;
  readonly ask: number;
  /** Sizes, 4 units where they are left out. */
  readonly bidQuantity?: number;
  readonly askQuantity?: number;
}

interface Played {
  readonly report: TapeReplayReport;
  readonly fills: readonly Fill[];
}

/** Plays a tape in pieces of so many rows. */
async function play(quotes: readonly Quote[], config = settings, piece = 1_000): Promise<Played> {
  const fills: Fill[] = [];
  const replay = new TapeReplay({
    venues: [spot, contract, undefined],
    config,
    startMs: start,
    onFill: (fill) => fills.push(fill),
  });
  for (const [index, { at, bidQuantity = 4, askQuantity = 4, ...quote }] of quotes.entries()) {
    replay.onRow({ ...quote, time: start + at, bidQuantity, askQuantity });
    if (index % piece === piece - 1) await replay.play();
  }
  return { report: await replay.finish(), fills };
}

function quote(venue: number, at: number, bid: number, ask: number, bidQuantity = 4, askQuantity = 4): Quote {
  return { venue, at, bid, ask, bidQuantity, askQuantity };
}

/** Both venues at 100 for so many seconds: after that it is known what is usual. */
function calm(seconds = 12): Quote[] {
  return Array.from({ length: seconds }, (_, second) => [
    quote(0, second * 1_000, 100, 100.1),
    quote(1, second * 1_000, 100, 100.1),
  ]).flat();
}

Deno.test("TapeReplay opens a pair at the tape's prices in whole contracts, and takes it off when the prices have met", async () => {
  const { report } = await play([
    ...calm(),
    // 4 contracts of half a coin can be sold at 103: two coins bought at 100.1.
    quote(1, 12_000, 103, 103.1),
    // Nothing is offered, so no second pair is opened.
    quote(0, 13_000, 101, 101.1, 4, 0),
    // The coins sold at 101 bring as much as the contracts bought back cost.
    quote(1, 13_001, 100.9, 101),
  ]);
  assertEquals([report.entries, report.exits, report.fills, report.executions], [1, 1, 4, 2]);
  assertEquals([report.outcomes["basis"]!["hedged"], report.hedges, report.decisions["taken"]], [2, 0, 1]);
  const fees = 2 * 0.0005 * (100.1 + 103 + 101 + 101);
  assertAlmostEquals(report.feesUsd, fees, 1e-9);
  assertAlmostEquals(report.pnlUsd, 2 * (103 - 100.1) - fees, 1e-9);
  assertEquals([report.heldUsd, report.unhedged], [0, 0]);
  assertAlmostEquals(report.unrealisedPnlUsd, 0, 1e-9);
});

Deno.test("What has left the tape before an order comes to its venue is not filled", async () => {
  const { report } = await play([
    ...calm(),
    quote(1, 12_000, 103, 103.1),
    quote(1, 12_010, 100, 100.1),
    quote(0, 12_011, 110, 110.1),
  ]);
  assertEquals([report.executions, report.fills, report.feesUsd, report.pnlUsd], [1, 0, 0, 0]);
  assertEquals(report.outcomes["basis"]!["missed"], 1);
});

Deno.test("Where one venue's quote has gone, the other order is hedged at what the tape shows then", async () => {
  const { report, fills } = await play([
    ...calm(),
    quote(1, 12_000, 103, 103.1),
    quote(0, 12_010, 101, 101.2),
    // Sold by then; no second pair, and no way back.
    quote(1, 12_040, 100, 100.1, 4, 0),
  ]);
  assertEquals(report.outcomes["basis"]!["hedged"], 1);
  assertEquals(report.hedges, 1);
  assertEquals(report.unhedged, 0);
  assertEquals(fills.map(({ side, price }) => [side, price]), [["sell", 103], ["buy", 101.2]]);
  assertAlmostEquals(report.heldUsd, 2 * 100.05, 1e-9);
});

Deno.test("A threshold above what a pair is worth keeps it from being traded, and the reason is told", async () => {
  const quotes = [...calm(), quote(1, 12_000, 103, 103.1), quote(1, 13_000, 100, 100.1)];
  const basis = { ...settings.trading.basis, minValueBps: 500 };
  const { report } = await play(quotes, { ...settings, trading: { ...settings.trading, basis } });
  assertEquals([report.opportunities, report.executions], [1, 0]);
  assertEquals(report.decisions, { "too little profit": 1 });
});

Deno.test("What a limit keeps is told by the limit's name", async () => {
  const quotes = [...calm(), quote(1, 12_000, 103, 103.1), quote(1, 13_000, 100, 100.1)];
  const trading = { ...settings.trading, minDepthNotional: 1_000 };
  const { report } = await play(quotes, { ...settings, trading });
  assertEquals(report.executions, 0);
  assertEquals(Object.keys(report.refusals), ["minDepthNotional"]);
  assertEquals(report.decisions, { minDepthNotional: 1 });
});

Deno.test("TapeReplay does not trade against a quote that has become too old", async () => {
  const { report } = await play([...calm(), quote(1, 18_000, 103, 103.1)]);
  assertEquals(report.opportunities, 0);
});

Deno.test("TapeReplay leaves venues out whose rules are not known, and rows that cross themselves", async () => {
  const { report } = await play([...calm(), quote(2, 12_000, 200, 201), quote(1, 12_001, 103, 102)]);
  assertEquals(report.opportunities, 0);
});

const wild = fc.array(
  fc.record({
    venue: fc.constantFrom(0, 1),
    gap: fc.constantFrom(1, 7, 20, 60, 400),
    middle: fc.integer({ min: -30, max: 30 }),
    spread: fc.integer({ min: 1, max: 12 }),
    bidQuantity: fc.integer({ min: 0, max: 9 }),
    askQuantity: fc.integer({ min: 0, max: 9 }),
  }),
  { minLength: 20, maxLength: 150 },
).map((steps) => {
  let at = 12_000;
  const quotes = steps.map(({ venue, gap, middle, spread, bidQuantity, askQuantity }) => {
    const bid = Math.round(10_000 + middle * 10) / 100;
    return quote(venue, at += gap, bid, Math.round(bid * 100 + spread) / 100, bidQuantity, askQuantity);
  });
  return [...calm(), ...quotes];
});

Deno.test("Every fill of any tape is at a price that stands then, no quote gives more than it shows, and the money adds up", async () => {
  let filled = 0;
  await fc.assert(
    fc.asyncProperty(wild, async (quotes) => {
      const { report, fills } = await play(quotes);
      const taken = new Map<string, number>();
      let cash = 0, fees = 0;
      const held = [0, 0];
      for (const { instrument, side, price, quantity, notional, feeQuote, time } of fills) {
        filled += 1;
        const venue = Number(instrument), sign = side === "buy" ? 1 : -1;
        const index = quotes.findLastIndex((each) => each.venue === venue && start + each.at < time);
        const standing = quotes[index]!;
        assertEquals(price, side === "buy" ? standing.ask : standing.bid);
        const key = `${index} ${side}`;
        const units = (taken.get(key) ?? 0) + quantity / (venue === 1 ? 0.5 : 1);
        taken.set(key, units);
        const shown = side === "buy" ? standing.askQuantity! : standing.bidQuantity!;
        assert(units <= shown + 1e-9, `${units} of ${shown} were taken`);
        assertAlmostEquals(notional, price * quantity, 1e-9);
        const { takerFee } = exchangeByKey(venue === 0 ? "MEXC_SPOT" : "GATEIO_FUTURES");
        assertAlmostEquals(feeQuote, notional * takerFee, 1e-9);
        cash -= sign * notional;
        fees += feeQuote;
        held[venue]! += sign * quantity;
      }
      const worth = held.reduce((sum, quantity, venue) => {
        if (Math.abs(quantity) < 1e-9) return sum;
        const { bid, ask } = quotes.findLast((each) => each.venue === venue && bothSides(each))!;
        return sum + quantity * (bid + ask) / 2;
      }, 0);
      assertAlmostEquals(report.feesUsd, fees, 1e-6);
      assertAlmostEquals(report.pnlUsd + report.unrealisedPnlUsd, cash - fees + worth, 1e-6);
      assertAlmostEquals(report.unhedged, held[0]! + held[1]!, 1e-9);
      assertEquals(report.fills, fills.length);
    }),
    { numRuns: 50 },
  );
  assert(filled > 50, `only ${filled} fills`);
});

/** Whether a row gives a middle: a tape states both prices, whatever their sizes. */
function bothSides({ bid, ask }: Quote): boolean {
  return bid < ask;
}

Deno.test("The same tape gives the same decisions, in whatever pieces it is read", async () => {
  await fc.assert(
    fc.asyncProperty(wild, fc.integer({ min: 1, max: 40 }), async (quotes, piece) => {
      const whole = await play(quotes), parts = await play(quotes, settings, piece);
      assertEquals(parts.report, whole.report);
      assertEquals(parts.fills, whole.fills);
    }),
    { numRuns: 20 },
  );
});
