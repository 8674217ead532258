import { assertEquals } from "@std/assert";
import type { Fill } from "../../../src/core/fill.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { UnclaimedFills } from "../../../src/execution/unclaimed_fills.ts";
import { testInstruments } from "../../support/instruments.ts";
import { requestOf, tradeOf } from "../../support/order_messages.ts";

const [mexc, gate] = testInstruments(["HYPE"]).all;

function bench(): { fills: UnclaimedFills; clock: SimulatedClock; foreign: string[] } {
  const clock = new SimulatedClock(0), foreign: string[] = [];
  const fills = new UnclaimedFills({
    clock,
    onForeign: (gone) => foreign.push(gone.map(({ tradeId }) => tradeId).join(" ")),
  });
  return { fills, clock, foreign };
}

function trade(exchangeOrderId: string, tradeId: string, changes: Partial<Fill> = {}): Fill {
  return tradeOf(requestOf(mexc!), tradeId, 1, { clientOrderId: "", exchangeOrderId, ...changes });
}

Deno.test("Trades are kept by instrument and order, each side of a trade once, and given once", () => {
  const { fills, foreign } = bench();
  const [bought, sold] = [trade("7", "1"), trade("7", "1", { side: "sell" })];
  for (const fill of [bought, bought, sold, trade("7", "2", { instrument: gate!.id })]) fills.add(fill);
  assertEquals([fills.orders(mexc!.id), fills.orders(gate!.id)], [["7"], ["7"]]);
  assertEquals(fills.claim(mexc!.id, "7"), [bought, sold]);
  assertEquals([fills.claim(mexc!.id, "7"), fills.orders(mexc!.id), fills.orders(gate!.id)], [[], [], ["7"]]);
  assertEquals(foreign, []);
});

Deno.test("What is somebody else's is told once and not kept again, unless it turns out to be ours", () => {
  const { fills, foreign } = bench();
  fills.add(trade("7", "1"));
  fills.add(trade("7", "2"));
  fills.disown(mexc!.id, "7");
  fills.add(trade("7", "3"));
  assertEquals([foreign, fills.orders(mexc!.id)], [["1 2"], []]);
  assertEquals(fills.claim(mexc!.id, "7"), []);
  fills.add(trade("7", "4"));
  assertEquals(fills.orders(mexc!.id), ["7"]);
});

Deno.test("Never more than a thousand orders wait: the oldest goes", () => {
  const { fills, foreign } = bench();
  for (let order = 0; order <= 1_000; order++) fills.add(trade(`o${order}`, `${order}`));
  assertEquals([fills.orders(mexc!.id).length, foreign], [1_000, ["0"]]);
});
