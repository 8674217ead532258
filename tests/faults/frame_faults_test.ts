import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { parseFaultRule } from "../../src/simulator/mod.ts";
import { type Box, Line, mexcChange, type SpotUpdate } from "../unit/simulator/box.ts";
import {
  faultBox,
  gate,
  mexc,
  subscribePrivately,
  takingGateOrder,
  takingMexcOrder,
} from "./venue_clients.ts";

function addFault(box: Box, rule: Record<string, unknown>): number {
  return box.simulator.script.add(parseFaultRule(rule));
}

/** Two connections to the same stream, of which the second was opened first: faults strike one frame of one of them. */
function spotDepth(box: Box): { updates: () => SpotUpdate[] } {
  const line = box.open("GATEIO_SPOT");
  line.gate("spot.order_book_update", "subscribe", ["BTC_USDT", "100ms"]);
  box.run(1000);
  return { updates: () => line.pushes<SpotUpdate>("spot.order_book_update").map(({ result }) => result) };
}

/** Places at which the numbers of frames do not follow each other. */
function holes(updates: readonly SpotUpdate[]): number {
  return updates.slice(1).filter((update, index) => update.U !== updates[index]!.u + 1).length;
}

Deno.test("drop-frame takes exactly one frame of the channel and symbol away", () => {
  const box = faultBox();
  const { updates } = spotDepth(box);
  addFault(box, {
    fault: "drop-frame",
    venue: "GATEIO_SPOT",
    channel: "order_book_update",
    symbol: "BTC_USDT",
  });
  box.run(2000);
  assertEquals(holes(updates()), 1);
  assertEquals(box.simulator.script.faults[0]!.state, "over");
});

Deno.test("A fault of another symbol, channel or venue leaves a stream alone, and a skipped occasion passes", () => {
  const box = faultBox();
  const { updates } = spotDepth(box);
  addFault(box, { fault: "drop-frame", venue: "GATEIO_SPOT", symbol: "ETH_USDT" });
  addFault(box, { fault: "drop-frame", venue: "GATEIO_SPOT", channel: "spot.trades" });
  addFault(box, { fault: "drop-frame", venue: "MEXC_SPOT" });
  box.run(1000);
  assertEquals(holes(updates()), 0);
  const before = updates().length;
  addFault(box, { fault: "drop-frame", venue: "GATEIO_SPOT", symbol: "BTC_USDT", skip: 3 });
  box.run(1000);
  const after = updates().slice(before - 1);
  assertEquals(after.slice(1).findIndex((update, index) => update.U !== after[index]!.u + 1), 3);
});

Deno.test("delay-frame lets one frame come later than those that follow it", () => {
  const box = faultBox();
  const { updates } = spotDepth(box);
  const before = updates().length;
  addFault(box, { fault: "delay-frame", venue: "GATEIO_SPOT", symbol: "BTC_USDT", ms: 250 });
  box.run(2000);
  const got = updates().slice(before - 1);
  const sorted = got.toSorted((a, b) => a.U - b.U);
  assertEquals(holes(sorted), 0, "nothing is lost");
  const late = got.findIndex((update, index) => index > 0 && update.U < got[index - 1]!.U);
  const place = sorted.indexOf(got[late]!);
  assert(late - place === 2 || late - place === 3, `two or three frames overtook it, not ${late - place}`);
});

Deno.test("duplicate-frame sends a frame twice, byte for byte", () => {
  const box = faultBox();
  const line = box.open("GATEIO_SPOT");
  line.gate("spot.order_book_update", "subscribe", ["BTC_USDT", "100ms"]);
  box.run(1000);
  const before = line.texts.length;
  addFault(box, { fault: "duplicate-frame", venue: "GATEIO_SPOT", symbol: "BTC_USDT", count: 2 });
  box.run(2000);
  const texts = line.texts.slice(before);
  assertEquals(texts.length - new Set(texts).size, 2);
  assertEquals([texts[0], texts[2]], [texts[1], texts[3]]);
});

Deno.test("reorder-frame swaps two neighbours", () => {
  const box = faultBox();
  const { updates } = spotDepth(box);
  const before = updates().length;
  addFault(box, { fault: "reorder-frame", venue: "GATEIO_SPOT", symbol: "BTC_USDT" });
  box.run(2000);
  const got = updates().slice(before - 1);
  const [last, second, first, third] = got;
  assertEquals([first!.U, second!.U, third!.U], [last!.u + 1, first!.u + 1, second!.u + 1]);
});

Deno.test("Frame faults strike the binary frames of MEXC as well", () => {
  const box = faultBox();
  const line = box.open("MEXC_SPOT");
  line.mexc(
    "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT",
    "spot@public.aggre.depth.v3.api.pb@100ms@ETHUSDT",
  );
  box.run(1000);
  addFault(box, { fault: "drop-frame", venue: "MEXC_SPOT", channel: "aggre.depth", symbol: "ETHUSDT" });
  box.run(2000);
  const gaps = (symbol: string): number => {
    const changes = line.decoded.filter((push) => push.symbol === symbol).map(mexcChange);
    return changes.slice(1).filter(({ first }, index) => first !== changes[index]!.last + 1).length;
  };
  assertEquals([gaps("BTCUSDT"), gaps("ETHUSDT")], [0, 1]);
});

Deno.test("skip-sequence leaves a hole in the numbers on every connection at once", () => {
  const box = faultBox();
  const first = spotDepth(box);
  const second = spotDepth(box);
  addFault(box, { fault: "skip-sequence", venue: "GATEIO_SPOT", symbol: "BTC_USDT" });
  box.run(2000);
  assertEquals([holes(first.updates()), holes(second.updates())], [1, 1]);
});

Deno.test("duplicate-fill tells a fill twice, and the ledger has it once", async () => {
  const box = faultBox();
  const line = box.open("GATEIO_SPOT");
  subscribePrivately(line, "spot.usertrades", ["BTC_USDT"]);
  box.run(200);
  addFault(box, { fault: "duplicate-fill", venue: "GATEIO_SPOT" });
  assertEquals((await gate(box, "POST", "/spot/orders", "", takingGateOrder))!.status, 201);
  box.run(500);
  const told = line.pushes<{ id: number }[]>("spot.usertrades").flatMap(({ result }) => result);
  const fills = box.simulator.truth.fills({ venue: "GATEIO_SPOT" });
  assertEquals(told.length, fills.length + 1);
  assertEquals(told[0], told[1]);
});

Deno.test("late-fill tells a fill after the time, when the order has long been told as finished", async () => {
  const box = faultBox();
  const key = (await mexc(box, "POST", "/api/v3/userDataStream"))!.body as { listenKey: string };
  const line = new Line(box, `${box.simulator.localEndpoints.MEXC_SPOT.ws}?listenKey=${key.listenKey}`);
  box.run(200);
  line.mexc("spot@private.deals.v3.api.pb", "spot@private.orders.v3.api.pb");
  box.run(200);
  addFault(box, { fault: "late-fill", venue: "MEXC_SPOT", ms: 3000 });
  assertEquals((await mexc(box, "POST", "/api/v3/order", takingMexcOrder))!.status, 200);
  const channels = (): string[] => line.decoded.map(({ channel }) => channel);
  box.run(1000);
  assert(channels().includes("spot@private.orders.v3.api.pb"));
  assertEquals(channels().includes("spot@private.deals.v3.api.pb"), false);
  box.run(3000);
  assertEquals(channels().at(-1), "spot@private.deals.v3.api.pb");
  assertNotEquals(box.simulator.truth.fills({ venue: "MEXC_SPOT" }).length, 0);
});
