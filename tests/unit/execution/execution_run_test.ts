import { assertEquals } from "@std/assert";
import type { TradeIntent } from "../../../src/arbitrage/trade_intent.ts";
import { quoteAmount } from "../../../src/core/units.ts";
import { ExecutionRun } from "../../../src/execution/execution_run.ts";

import { OrderDesk, refused } from "../../support/order_desk.ts";
import { reportOf, requestOf, tradeOf } from "../../support/order_messages.ts";
import { testRoute } from "../../support/routes.ts";

const route = testRoute("MEXC_SPOT", "GATEIO_SPOT");

/** An execution of 10 lots on both sides, with so many filled, and a hedge of what is missing. */
function run(
  bought: number,
  sold: number,
  options: { expected?: number; refuses?: boolean } = {},
): ExecutionRun {
  const { tracker } = new OrderDesk();
  const orderOf = (id: string, side: "buy" | "sell", lots: number): ReturnType<typeof tracker.plan> => {
    const instrument = side === "buy" ? route.buy : route.sell;
    const request = requestOf(instrument, { clientOrderId: id, side });
    const order = tracker.plan(request, 1);
    tracker.sent(order);
    if (options.refuses === true && side === "sell") tracker.outcome(order, refused);
    else tracker.report(reportOf(request, lots === 10 ? "filled" : "partially-cancelled", lots));
    if (lots > 0) tracker.fill(tradeOf(request, `t-${id}`, lots));
    return order;
  };
  const intent = { expected: { value: quoteAmount(options.expected ?? 1) } } as unknown as TradeIntent;
  const buy = orderOf("cxa-1-1", "buy", bought), sell = orderOf("cxa-1-2", "sell", sold);
  const made = new ExecutionRun(1, intent, buy, sell, 0);
  const missing = bought - sold;
  if (missing !== 0) made.hedges.push(orderOf("cxa-1-3", missing > 0 ? "sell" : "buy", Math.abs(missing)));
  return made;
}

Deno.test("An execution whose orders found less than was wanted, both as much, has not failed", () => {
  assertEquals(run(10, 10).failure(-1), "");
  assertEquals(run(4, 4).failure(1), "");
  assertEquals(run(4, 4).failure(-1), "", "no leg was missing");
});

Deno.test("A missing leg is a failure when its hedge has made it a loss", () => {
  assertEquals(run(10, 6).failure(-0.01), "missing leg");
  assertEquals(run(10, 6).failure(0.01), "");
  assertEquals(run(0, 0).failure(0), "");
});

Deno.test("What takes a position off may cost what was planned", () => {
  assertEquals(run(10, 6, { expected: -3 }).failure(-2.9), "");
  assertEquals(run(10, 6, { expected: -3 }).failure(-3.1), "missing leg");
});

Deno.test("An order that a venue refuses is a failure whatever it has cost", () => {
  assertEquals(run(0, 0, { refuses: true }).failure(0), "refused");
  assertEquals(run(10, 10, { refuses: false }).failure(5), "");
});
