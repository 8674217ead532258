import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parseConfig } from "../../../src/config/hft_config.ts";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { unitStep } from "../../../src/core/instrument.ts";
import { TapeReplay, type TapeVenue } from "../../../src/engine/tape_replay.ts";

const settings = parseConfig(
  "{exchanges: {MEXC_SPOT: }, pairs: [BTC/USDT], trading: {maxNotional: 1000}}",
  "test",
);
const venues: (TapeVenue | undefined)[] = [
  { exchange: "MEXC_SPOT", contractSize: unitStep },
  { exchange: "GATEIO_FUTURES", contractSize: DecimalStep.parse("0.5") },
  undefined,
];

/** A row: venue, seconds, bid, ask; sizes of 4 units. */
function play(replay: TapeReplay, rows: readonly [number, number, number, number][]): void {
  for (const [venue, seconds, bid, ask] of rows) {
    replay.onRow({ venue, time: 1e12 + seconds * 1_000, bid, bidQuantity: 4, ask, askQuantity: 4 });
  }
}

Deno.test("TapeReplay trades a crossing once, in whole contracts, and takes it off when the round trip pays", () => {
  const replay = new TapeReplay(venues, settings);
  // 4 contracts of half a coin can be sold at 103: two coins bought at 100.1.
  play(replay, [[0, 0, 100, 100.1], [1, 0, 99.9, 100.1], [1, 1, 103, 103.1], [1, 2, 103, 103.1]]);
  // The coins sold at 101 bring more than the contracts bought back at 103.1 cost.
  play(replay, [[0, 3, 101, 101.1], [1, 3, 100.9, 101]]);
  const report = replay.finish();
  assertEquals([report.opportunities, report.executions, report.fills], [1, 2, 4]);
  const fees = 2 * 0.0005 * (100.1 + 103 + 101 + 103.1);
  assertAlmostEquals(report.feesUsd, fees, 1e-9);
  assertAlmostEquals(report.pnlUsd, 2 * (101 - 100.1 + 103 - 103.1) - fees, 1e-9);
  assertAlmostEquals(report.unrealisedPnlUsd, 0, 1e-9);
});

Deno.test("TapeReplay does not trade against a quote that has become too old", () => {
  const replay = new TapeReplay(venues, settings);
  play(replay, [[0, 0, 100, 100.1], [1, 6, 103, 103.1]]);
  assertEquals(replay.finish().opportunities, 0);
});

Deno.test("TapeReplay leaves venues out whose rules are not known, and rows that cross themselves", () => {
  const replay = new TapeReplay(venues, settings);
  play(replay, [[0, 0, 100, 100.1], [2, 0, 200, 201], [1, 0, 103, 102]]);
  assertEquals(replay.finish().opportunities, 0);
});
