import { assertEquals, assertThrows } from "@std/assert";
import { TradingCounts } from "../../../src/telemetry/trading_counts.ts";

function counts(): TradingCounts {
  return new TradingCounts(["MEXC_SPOT", "GATEIO_SPOT"], ["inventory", "basis"], ["busy"]);
}

Deno.test("Everything that can be known before is there with zeroes", () => {
  const all = counts();
  assertEquals(all.sends.length, 6);
  assertEquals(all.executions.length, 10);
  assertEquals([...all.hedges], [["MEXC_SPOT", 0], ["GATEIO_SPOT", 0]]);
  for (const { count } of [...all.sends, ...all.executions]) assertEquals(count, 0);
  assertEquals([all.refusals, [...all.intentRefusals]], [[], [["busy", 0]]]);
});

Deno.test("Sends, refusals, hedges, executions and kept intents are counted each under its own name", () => {
  const all = counts();
  all.countSend("MEXC_SPOT", "accepted");
  all.countSend("MEXC_SPOT", "unknown");
  all.countRefusal("MEXC_SPOT", "balance");
  all.countRefusal("MEXC_SPOT", "balance");
  all.countRefusal("GATEIO_SPOT", "size");
  all.countHedge("GATEIO_SPOT");
  all.countExecution("basis", "flattened");
  all.countExecution("carry", "hedged");
  all.countIntentRefusal("daily loss");
  all.countIntentRefusal("busy");
  const some = <Each extends { readonly count: number }>(list: readonly Each[]): unknown[] =>
    list.filter(({ count }) => count > 0).map((each) => Object.values(each).join(" "));
  assertEquals(some(all.sends), [
    "MEXC_SPOT accepted 1",
    "MEXC_SPOT refused 2",
    "MEXC_SPOT unknown 1",
    "GATEIO_SPOT refused 1",
  ]);
  assertEquals(some(all.refusals), ["MEXC_SPOT balance 2", "GATEIO_SPOT size 1"]);
  assertEquals(all.hedges.get("GATEIO_SPOT"), 1);
  assertEquals(some(all.executions), ["basis flattened 1", "carry hedged 1"]);
  assertEquals([...all.intentRefusals], [["busy", 1], ["daily loss", 1]]);
});

Deno.test("However many reasons a venue makes up, few are told apart and none is lost", () => {
  const all = counts();
  for (let code = 0; code < 500; code++) all.countRefusal("MEXC_SPOT", `code ${code}`);
  all.countRefusal("MEXC_SPOT", "code 3");
  assertEquals(all.refusals.length, 65);
  assertEquals(all.refusals.find(({ reason }) => reason === "code 3")!.count, 2);
  assertEquals(all.refusals.find(({ reason }) => reason === "other")!.count, 500 - 64);
  assertEquals(all.refusals.reduce((sum, { count }) => sum + count, 0), 501);
});

Deno.test("A venue that is not of the run is refused", () => {
  assertThrows(() => counts().countSend("GATEIO_FUTURES", "accepted"), RangeError, "no venue of this run");
  assertThrows(() => counts().countHedge("GATEIO_FUTURES"), RangeError, "no venue of this run");
});
