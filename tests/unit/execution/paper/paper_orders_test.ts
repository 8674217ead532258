import { assertEquals } from "@std/assert";
import { PublicTrade, TradeColumns } from "../../../../src/core/public_trade.ts";
import { PaperOrder } from "../../../../src/execution/paper/paper_order.ts";
import { keptOrders, PaperOrders } from "../../../../src/execution/paper/paper_orders.ts";
import { PaperDesk } from "../../../support/paper_desk.ts";

Deno.test("of very many orders the oldest that have ended are forgotten, open ones never", () => {
  const desk = new PaperDesk("MEXC_SPOT");
  const instrument = desk.hype;
  const orders = new PaperOrders();
  for (let i = 0; i < keptOrders + 10; i++) {
    const order = new PaperOrder(desk.request({ clientOrderId: `c${i}` }), `e${i}`, i);
    if (i > 0) order.finish(i);
    orders.add(order);
  }
  assertEquals(orders.isTaken("c0"), true);
  assertEquals(orders.find({ instrument, exchangeOrderId: "e0" })?.request.clientOrderId, "c0");
  assertEquals([1, 10, 11].map((i) => orders.isTaken(`c${i}`)), [false, false, true]);
  assertEquals(orders.find({ instrument, exchangeOrderId: "e10" }), undefined);
  assertEquals(orders.find({ instrument: desk.instruments.all[1]!, clientOrderId: "c0" }), undefined);
});

Deno.test("trades are taken as the feeds hand them over, and of other instruments nothing is", async () => {
  const desk = new PaperDesk("MEXC_SPOT");
  desk.venue.deposit("USDT", 1000);
  desk.show([[9.99, 2]], [[10, 5]]);
  await desk.accepted({ lots: 200, price: 9.99, timeInForce: "gtc" });
  const columns = new TradeColumns();
  for (const instrument of [desk.hype.id, desk.hype.id + 1]) {
    const place = columns.add();
    columns.instruments[place] = instrument;
    columns.prices[place] = 9.99;
    columns.quantities[place] = 3;
    columns.sides[place] = -1;
  }
  const trade = new PublicTrade();
  for (let i = 0; i < columns.length; i++) desk.venue.onTrade(trade.moveTo(columns, i));
  desk.idle();
  assertEquals(desk.fills.map(({ quantity }) => quantity), [1]);
});

Deno.test("sizes that no market has break nothing", async () => {
  const desk = new PaperDesk("MEXC_SPOT");
  desk.venue.deposit("USDT", 1000);
  desk.show([], [[10, 1e300]]);
  assertEquals((await desk.accepted()).status, "filled");
  desk.show([[9.99, 1e300]], []);
  assertEquals((await desk.accepted()).status, "cancelled");
  assertEquals((await desk.accepted({ price: 9.99, timeInForce: "gtc" })).status, "open");
  desk.trade("sell", 9.99, 1e300);
  desk.trade("sell", 9.99, 0.001);
  desk.idle();
  assertEquals(desk.orders.at(-1)?.status, "open");
});
