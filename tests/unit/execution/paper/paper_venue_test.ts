import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ConfigError, NetworkError } from "../../../../src/core/errors.ts";
import { DecimalStep } from "../../../../src/core/decimal_step.ts";
import type { PaperLatency } from "../../../../src/execution/paper/paper_latency.ts";
import { acceptedReport, noPaperLatency, PaperDesk, paperStart } from "../../../support/paper_desk.ts";

const bids = [[9.99, 5], [9.98, 5]] as const;
const asks = [[10, 3], [10.01, 4], [10.05, 100]] as const;

function spotDesk(exchange: "MEXC_SPOT" | "GATEIO_SPOT" = "MEXC_SPOT"): PaperDesk {
  const desk = new PaperDesk(exchange);
  desk.venue.deposit("USDT", 1000);
  desk.venue.deposit("HYPE", 50);
  desk.show(bids, asks);
  return desk;
}

function futuresDesk(): PaperDesk {
  const desk = new PaperDesk("GATEIO_FUTURES");
  desk.venue.deposit("USDT", 1000);
  desk.show([[9.99, 50], [9.98, 50]], [[10, 30], [10.01, 40], [10.05, 1000]]);
  return desk;
}

const slow: PaperLatency = {
  orderEntry: { leastMs: 5, jitterMs: 0 },
  response: { leastMs: 7, jitterMs: 0 },
  report: { leastMs: 3, jitterMs: 0 },
};

Deno.test("an IOC order takes level by level up to its limit, and its rest is cancelled", async () => {
  const desk = spotDesk();
  const report = await desk.accepted({ lots: 1000, price: 10.02 });
  assertEquals(report.status, "partially-cancelled");
  assertEquals(report.filledLots, 700);
  assertAlmostEquals(report.averagePrice, (3 * 10 + 4 * 10.01) / 7, 1e-12);
  desk.idle();
  assertEquals(desk.fills.map(({ price, quantity }) => [price, quantity]), [[10, 3], [10.01, 4]]);
  assertEquals(desk.fills.every(({ liquidity }) => liquidity === "taker"), true);
});

Deno.test("an order meets the book that is there when it arrives, not the one of its decision", async () => {
  const desk = new PaperDesk("MEXC_SPOT", slow);
  desk.venue.deposit("USDT", 1000);
  desk.show(bids, asks);
  const placed = desk.venue.place(desk.request({ lots: 100, price: 10.05 }));
  desk.clock.setTimer(4.9, () => desk.show(bids, [[10.04, 9]]));
  const report = acceptedReport(await desk.until(placed));
  assertEquals(report.averagePrice, 10.04);
  assertEquals(desk.clock.epochMs(), paperStart + 12);
  assertEquals(report.createdAt, paperStart + 5);
});

Deno.test("fills, orders, balances and positions are told in this order with a delay of their own", async () => {
  const desk = new PaperDesk("GATEIO_FUTURES", slow);
  desk.venue.deposit("USDT", 1000);
  desk.show(bids, asks);
  desk.idle();
  desk.told.length = 0;
  const sent = desk.clock.epochMs();
  const placed = desk.venue.place(desk.request({ lots: 4, price: 10.01 }));
  desk.clock.step();
  desk.clock.step();
  assertEquals(desk.clock.epochMs(), sent + 8);
  desk.clock.step();
  desk.clock.step();
  assertEquals(desk.clock.epochMs(), sent + 8);
  const kinds = desk.told.map((item) => {
    if (typeof item === "string") return item;
    if ("tradeId" in item) return "fill";
    return "status" in item ? "order" : "coin" in item ? "balance" : "position";
  });
  assertEquals(kinds, ["fill", "fill", "order", "balance", "position"]);
  await desk.until(placed);
  assertEquals(desk.clock.epochMs(), sent + 12);
});

Deno.test("without any latency an outcome is still not there at once", async () => {
  const desk = spotDesk();
  let settled = false;
  const placed = desk.venue.place(desk.request()).finally(() => {
    settled = true;
  });
  await Promise.resolve();
  assertEquals(settled, false);
  assertEquals(desk.fills, []);
  await desk.until(placed);
});

Deno.test("what was taken stays taken until the level changes", async () => {
  const desk = spotDesk();
  assertEquals((await desk.accepted({ lots: 200 })).filledLots, 200);
  assertEquals((await desk.accepted({ lots: 200 })).filledLots, 100);
  assertEquals((await desk.accepted({ lots: 200 })).status, "cancelled");
  desk.show(bids, asks);
  assertEquals((await desk.accepted({ lots: 200 })).filledLots, 0);
  desk.show(bids, [[10, 3.5], [10.01, 4]]);
  assertEquals((await desk.accepted({ lots: 200 })).filledLots, 50);
});

Deno.test("FOK is filled whole or refused, post-only rests or is refused", async () => {
  const desk = spotDesk();
  assertEquals(await desk.refusal({ lots: 301, timeInForce: "fok" }), "not-filled");
  assertEquals((await desk.accepted({ lots: 300, timeInForce: "fok" })).status, "filled");
  assertEquals(await desk.refusal({ lots: 10, type: "post-only", timeInForce: "gtc" }), "post-only");
  const resting = await desk.accepted({ lots: 20, type: "post-only", timeInForce: "gtc", price: 9.5 });
  assertEquals(resting.status, "open");
});

Deno.test("a market order takes any price, a market buy may spend an amount", async () => {
  const desk = spotDesk();
  const sold = await desk.accepted({ type: "market", side: "sell", lots: 700 });
  assertAlmostEquals(sold.averagePrice, (5 * 9.99 + 2 * 9.98) / 7, 1e-12);
  const spend = { count: 5003, step: DecimalStep.ofDecimals(2) };
  const bought = await desk.accepted({ type: "market", lots: 0, spend });
  // 30.00 for 3 at 10, then 20.03 for 2.00 at 10.01.
  assertEquals([bought.status, bought.lots, bought.filledLots], ["filled", 500, 500]);
  assertEquals(await desk.refusal({ type: "market", lots: 5 }), "notional");
  desk.show(bids, [[10, 500]]);
  assertEquals(await desk.refusal({ type: "market", lots: 11_000 }), "balance");
});

Deno.test("an order is held to the rules of its instrument, to balances, and to ids that were used", async () => {
  const desk = spotDesk();
  assertEquals(await desk.refusal({ lots: 5 }), "notional");
  assertEquals(await desk.refusal({ lots: 0 }), "size");
  assertEquals(await desk.refusal({ reduceOnly: true }), "parameters");
  assertEquals(await desk.refusal({ side: "sell", lots: 5001, price: 1 }), "balance");
  // 99.95 HYPE at 10 cost 999.5, and the fee of 0.05 % is 0.49975.
  assertEquals(await desk.refusal({ lots: 9996, timeInForce: "gtc" }), "balance");
  assertEquals((await desk.accepted({ lots: 9995, timeInForce: "gtc" })).filledLots, 300);
  const { clientOrderId } = await desk.accepted({ side: "sell", lots: 20, price: 9.9 });
  assertEquals(await desk.refusal({ clientOrderId, side: "sell", lots: 20, price: 9.9 }), "duplicate-id");
  const other = desk.instruments.ofExchange("GATEIO_SPOT")[0]!;
  assertEquals(await desk.refusal({ instrument: other }), "symbol-closed");
});

Deno.test("an order that the venue's protocol has no words for is refused on paper too", async () => {
  const mexc = spotDesk("MEXC_SPOT");
  assertEquals(await mexc.refusal({ type: "market", timeInForce: "fok" }), "parameters");
  assertEquals(await mexc.refusal({ type: "post-only", timeInForce: "ioc", price: 9 }), "parameters");
  const gate = spotDesk("GATEIO_SPOT");
  assertEquals(await gate.refusal({ type: "market" }), "parameters");
  const spend = { count: 50, step: DecimalStep.ofDecimals(0) };
  assertEquals((await gate.accepted({ type: "market", lots: 0, spend })).filledLots, 499);
  const all = { ...spend, count: 2000 };
  assertEquals(await gate.refusal({ type: "market", lots: 0, spend: all, timeInForce: "fok" }), "not-filled");
  assertEquals(await gate.refusal({ type: "market", lots: 0, spend: all }), "balance");
});

Deno.test("a book that is not usable has no price: orders are refused as symbol-closed, and say so", async () => {
  const desk = spotDesk();
  desk.books.get(desk.hype)!.usable = false;
  const { reason, message } = await desk.refused();
  assertEquals(reason, "symbol-closed");
  assert(message.includes("book of HYPEUSDT is not usable"), message);
  const bitcoin = desk.instruments.ofExchange("MEXC_SPOT")[1]!;
  assertEquals(await desk.refusal({ instrument: bitcoin, lots: 1000, priceTicks: 600_000 }), "symbol-closed");
});

Deno.test("MEXC takes the fee of a buy in quote, Gate.io in the coin that was bought", async () => {
  const mexc = spotDesk("MEXC_SPOT");
  await mexc.accepted({ lots: 200 });
  mexc.idle();
  assertEquals([mexc.fills[0]?.fee, mexc.fills[0]?.feeCoin], [20 * 0.0005, "USDT"]);
  assertAlmostEquals(mexc.balances.get("USDT")!.available, 1000 - 20 - 0.01, 1e-9);
  assertAlmostEquals(mexc.balances.get("HYPE")!.available, 52, 1e-9);
  const gate = spotDesk("GATEIO_SPOT");
  await gate.accepted({ lots: 200 });
  gate.idle();
  assertEquals([gate.fills[0]?.fee, gate.fills[0]?.feeCoin], [2 * 0.002, "HYPE"]);
  assertEquals(gate.fills[0]?.feeQuote, 20 * 0.002);
  assertAlmostEquals(gate.balances.get("USDT")!.available, 980, 1e-9);
  assertAlmostEquals(gate.balances.get("HYPE")!.available, 52 - 0.004, 1e-9);
});

Deno.test("a resting order binds what it needs, and frees it when it is cancelled", async () => {
  const desk = spotDesk();
  const { exchangeOrderId } = await desk.accepted({ lots: 1000, price: 9.5, timeInForce: "gtc" });
  await desk.accepted({ side: "sell", lots: 1000, price: 11, timeInForce: "gtc" });
  desk.idle();
  const bound = 95 * 1.0005;
  assertAlmostEquals(desk.balances.get("USDT")!.locked, bound, 1e-9);
  assertAlmostEquals(desk.balances.get("USDT")!.available, 1000 - bound, 1e-9);
  assertEquals(desk.balances.get("HYPE")!.locked, 10);
  const open = await desk.until(desk.venue.openOrders());
  assertEquals(open.map(({ side }) => side), ["buy", "sell"]);
  const cancelled = await desk.until(desk.venue.cancel({ instrument: desk.hype, exchangeOrderId }));
  assertEquals(cancelled.kind, "accepted");
  const again = await desk.until(desk.venue.cancel({ instrument: desk.hype, exchangeOrderId }));
  assertEquals(again.kind === "refused" && again.reason, "already-finished");
  const unknown = await desk.until(desk.venue.cancel({ instrument: desk.hype, clientOrderId: "never" }));
  assertEquals(unknown.kind === "refused" && unknown.reason, "not-found");
  const all = await desk.until(desk.venue.cancelAll(desk.hype));
  assertEquals(all.kind === "accepted" && all.value.length, 1);
  desk.idle();
  assertEquals([desk.balances.get("USDT")!.locked, desk.balances.get("HYPE")!.locked], [0, 0]);
  assertEquals(desk.orders.slice(-2).map(({ status }) => status), ["cancelled", "cancelled"]);
});

Deno.test("a resting order waits for its queue, then trades fill it as a maker at its price", async () => {
  const desk = spotDesk();
  desk.show(bids, asks, 1000);
  await desk.accepted({ lots: 200, price: 9.99, timeInForce: "gtc" });
  desk.trade("sell", 9.99, 4, 1001);
  desk.trade("buy", 10, 50, 1002);
  desk.trade("sell", 9.99, 2, 1003);
  desk.idle();
  assertEquals(desk.fills.map(({ quantity, price, liquidity }) => [quantity, price, liquidity]), [
    [1, 9.99, "maker"],
  ]);
  desk.trade("sell", 9.99, 50, 1003, { internal: true });
  desk.trade("sell", 9.99, 50, 999);
  desk.trade("sell", 9.99, 50, 0, { recovered: true });
  desk.idle();
  assertEquals(desk.fills.length, 1);
  desk.trade("sell", 9.98, 0.4, 1004);
  desk.idle();
  assertEquals([desk.fills[1]?.quantity, desk.fills[1]?.price], [0.4, 9.99]);
  desk.trade("sell", 9.9, 7, 1005);
  desk.idle();
  assertEquals(desk.orders.at(-1)?.status, "filled");
  // MEXC makers pay nothing.
  assertEquals(desk.fills.map(({ fee }) => fee), [0, 0, 0]);
});

Deno.test("one trade fills several resting orders with no more than its size, the better price first", async () => {
  const desk = spotDesk();
  const cheap = await desk.accepted({ lots: 200, price: 9.97, timeInForce: "gtc" });
  const dear = await desk.accepted({ lots: 200, price: 9.995, timeInForce: "gtc" });
  const later = await desk.accepted({ lots: 200, price: 9.995, timeInForce: "gtc" });
  desk.trade("sell", 9.97, 5);
  desk.idle();
  assertEquals(desk.fills.map(({ clientOrderId, quantity }) => [clientOrderId, quantity]), [
    [dear.clientOrderId, 2],
    [later.clientOrderId, 2],
    [cheap.clientOrderId, 1],
  ]);
});

Deno.test("without trades a resting order is filled by a book that comes to its price, no further than it shows", async () => {
  const desk = spotDesk();
  await desk.accepted({ lots: 500, price: 9.99, timeInForce: "gtc" });
  desk.show([[9.98, 5]], [[9.99, 2], [10, 3]]);
  desk.show([[9.98, 5]], [[9.99, 2], [10, 3]]);
  desk.idle();
  assertEquals(desk.fills.map(({ quantity, price }) => [quantity, price]), [[2, 9.99]]);
  desk.show([[9.9, 5]], [[9.95, 50]]);
  desk.idle();
  assertEquals(desk.fills.map(({ quantity, price }) => [quantity, price]), [[2, 9.99], [3, 9.99]]);
});

Deno.test("a position has its average cost, its profit moves the balance, and its whole value is margin", async () => {
  const desk = futuresDesk();
  // 30 contracts of 0.1 at 10 and 10 at 10.01.
  await desk.accepted({ lots: 40, price: 10.01 });
  desk.idle();
  const entry = (30 * 10 + 10 * 10.01) / 40;
  const fee = 4 * entry * 0.0005;
  const [position] = await desk.until(desk.venue.positions!());
  assertEquals([position?.lots, position?.side], [40, "single"]);
  assertAlmostEquals(position!.entryPrice, entry, 1e-12);
  assertAlmostEquals(position!.margin, 4 * entry, 1e-9);
  assertAlmostEquals(desk.balances.get("USDT")!.available, 1000 - fee - 4 * entry, 1e-9);
  desk.show([[12, 100]], [[12.1, 100]]);
  await desk.accepted({ side: "sell", lots: 40, price: 11 });
  desk.idle();
  const gain = 4 * (12 - entry) - fee - 48 * 0.0005;
  assertAlmostEquals(desk.balances.get("USDT")!.available, 1000 + gain, 1e-9);
  assertEquals(desk.balances.get("USDT")!.locked, 0);
  assertEquals(desk.positions.at(-1)?.lots, 0);
});

Deno.test("an order that opens a position needs its whole value, one that closes it needs nothing", async () => {
  const desk = futuresDesk();
  assertEquals(await desk.refusal({ lots: 999, price: 10.05 }), "balance");
  await desk.accepted({ lots: 980, price: 10.05 });
  assertEquals(await desk.refusal({ lots: 50, price: 10.05 }), "balance");
  desk.show([[9, 5000]], [[9.1, 5000]]);
  // Closes 980, and opens 900 short on the money that this frees; 1100 would be too much.
  assertEquals(await desk.refusal({ side: "sell", lots: 980 + 1200, price: 8 }), "balance");
  assertEquals((await desk.accepted({ side: "sell", lots: 980, price: 8 })).filledLots, 980);
});

Deno.test("a reduce-only order never opens a position: what is too much is cut off", async () => {
  const desk = futuresDesk();
  assertEquals(await desk.refusal({ side: "sell", lots: 1, price: 9, reduceOnly: true }), "reduce-only");
  await desk.accepted({ lots: 5 });
  assertEquals(await desk.refusal({ lots: 1, reduceOnly: true }), "reduce-only");
  const report = await desk.accepted({ side: "sell", lots: 8, price: 9, reduceOnly: true });
  assertEquals([report.filledLots, report.status], [5, "partially-cancelled"]);
  desk.idle();
  assertEquals(desk.positions.at(-1)?.lots, 0);
});

Deno.test("resting reduce-only orders end with the position that they were to close", async () => {
  const desk = futuresDesk();
  await desk.accepted({ lots: 5 });
  const rest = { side: "sell", lots: 5, timeInForce: "gtc", price: 10.04, reduceOnly: true } as const;
  await desk.accepted(rest);
  await desk.accepted(rest);
  desk.trade("buy", 10.04, 7);
  desk.idle();
  assertEquals(desk.positions.at(-1)?.lots, 0);
  assertEquals(desk.orders.slice(-2).map(({ status }) => status).sort(), ["cancelled", "filled"]);
  assertEquals(await desk.until(desk.venue.openOrders(desk.hype)), []);
});

Deno.test("funding goes from longs to shorts at the mark price", async () => {
  const desk = futuresDesk();
  assertEquals(desk.venue.settleFunding(desk.hype, 0.001, 10), undefined);
  await desk.accepted({ side: "sell", lots: 10, price: 9 });
  desk.idle();
  const before = desk.balances.get("USDT")!.available;
  const payment = desk.venue.settleFunding(desk.hype, 0.001, 11);
  assertAlmostEquals(payment!.amount, 10 * 0.1 * 11 * 0.001, 1e-12);
  desk.idle();
  assertAlmostEquals(desk.balances.get("USDT")!.available, before + payment!.amount, 1e-12);
  assertEquals(await desk.until(desk.venue.fundingPayments!(desk.hype, 0)), [payment!]);
  assertEquals(await desk.until(desk.venue.fundingPayments!(desk.hype, payment!.time + 1)), []);
  assertThrows(() => desk.venue.settleFunding(desk.hype, NaN, 11), RangeError);
  const spot = spotDesk();
  assertThrows(() => spot.venue.settleFunding(spot.hype, 0.001, 11), RangeError);
});

Deno.test("the venue answers about orders, fills and balances, each as of when the question arrives", async () => {
  const desk = spotDesk();
  const report = await desk.accepted({ lots: 200 });
  const { clientOrderId, exchangeOrderId } = report;
  const instrument = desk.hype;
  assertEquals(await desk.until(desk.venue.order({ instrument, clientOrderId })), report);
  assertEquals(await desk.until(desk.venue.order({ instrument, exchangeOrderId })), report);
  assertEquals(await desk.until(desk.venue.order({ instrument, clientOrderId: "never" })), undefined);
  const fills = await desk.until(desk.venue.fills(instrument, 0));
  assertEquals(fills.length, 1);
  assertEquals(await desk.until(desk.venue.fills(instrument, fills[0]!.time + 1)), []);
  const balances = await desk.until(desk.venue.balances());
  assertEquals(balances.map(({ coin }) => coin).sort(), ["HYPE", "USDT"]);
  assertEquals(desk.venue.positions, undefined);
  assertEquals(desk.venue.fundingPayments, undefined);
});

Deno.test("it is live from start to stop; what is under way then is unknown or fails", async () => {
  const desk = spotDesk();
  desk.idle();
  assertEquals(desk.venue.isLive, true);
  assertEquals(desk.told.includes("live"), true);
  const placed = desk.venue.place(desk.request());
  const asked = assertRejects(() => desk.venue.balances(), NetworkError, "MEXC_SPOT on paper was stopped");
  desk.venue.stop();
  assertEquals(desk.venue.isLive, false);
  assertEquals(desk.told.at(-1), "lost");
  assertEquals((await placed).kind, "unknown");
  await asked;
  assertEquals((await desk.venue.cancelAll(desk.hype)).kind, "unknown");
  await assertRejects(() => desk.venue.openOrders(), NetworkError);
  const told = desk.told.length;
  desk.idle();
  assertEquals(desk.told.length, told);
});

Deno.test("no order arrives later than the venue says, and orders do not overtake one another", async () => {
  const latency = { ...noPaperLatency, orderEntry: { leastMs: 2, jitterMs: 4 } };
  const desk = new PaperDesk("MEXC_SPOT", latency, 7);
  desk.venue.deposit("USDT", 1e6);
  desk.show(bids, asks);
  assertEquals(desk.venue.orderValidityMs, 6);
  let last = 0;
  for (let i = 0; i < 500; i++) {
    const sent = desk.clock.epochMs();
    const terms = { lots: 100, timeInForce: "gtc", price: 9 } as const;
    const both = await desk.until(Promise.all([1, 2].map(() => desk.venue.place(desk.request(terms)))));
    for (const outcome of both) {
      const { createdAt, exchangeOrderId } = acceptedReport(outcome);
      assert(createdAt >= sent + 2 && createdAt <= sent + 6 + 1e-6);
      const number = Number(/\d+$/.exec(exchangeOrderId)![0]);
      assert(number > last);
      last = number;
    }
    if (i % 50 === 0) await desk.until(desk.venue.cancelAll(desk.hype));
  }
});

Deno.test("the same seed gives the same account of everything, another seed another", async () => {
  const latency = {
    orderEntry: { leastMs: 1, jitterMs: 5 },
    response: { leastMs: 1, jitterMs: 5 },
    report: { leastMs: 1, jitterMs: 5 },
  };
  const run = async (seed: number): Promise<string> => {
    const desk = new PaperDesk("GATEIO_SPOT", latency, seed);
    desk.venue.deposit("USDT", 1000);
    for (let i = 0; i < 20; i++) {
      desk.show(bids, [[10 + i / 100, 5]]);
      const placed = desk.venue.place(desk.request({ lots: 150, price: 10.1 }));
      desk.clock.setTimer(3, () => desk.show(bids, [[10 + i / 50, 4]]));
      await desk.until(placed);
    }
    desk.idle();
    return JSON.stringify(desk.told);
  };
  assertEquals(await run(3), await run(3));
  assert(await run(3) !== await run(4));
});

Deno.test("deposits and latencies that make no sense are refused with what is wrong", async () => {
  const desk = spotDesk();
  assertThrows(() => desk.venue.deposit("USDT", NaN), RangeError, "NaN USDT");
  assertThrows(() => desk.venue.deposit("USDT", -1001), RangeError, "1000 are free");
  const started = desk.clock.epochMs();
  desk.venue.deposit("USDT", -1000);
  const transfers = await desk.until(desk.venue.transfers!(started));
  assertEquals(transfers.map(({ kind, coin, amount }) => [kind, coin, amount]), [
    ["deposit", "USDT", 1000],
    ["deposit", "HYPE", 50],
    ["withdrawal", "USDT", 1000],
  ]);
  assertEquals(new PaperDesk("GATEIO_FUTURES").venue.transfers, undefined);
  const latency = { ...noPaperLatency, report: { leastMs: -1, jitterMs: 0 } };
  assertThrows(() => new PaperDesk("MEXC_SPOT", latency), ConfigError, "report.leastMs is -1");
});
