import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Fill } from "../../../src/core/fill.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import type { OrderRequest } from "../../../src/core/order_request.ts";
import { testInstruments } from "../../support/instruments.ts";
import { accepted, lost, OrderDesk, refused } from "../../support/order_desk.ts";
import { reportOf, requestOf, tradeOf } from "../../support/order_messages.ts";

const instruments = testInstruments().all;
const mexc = instruments[3]!;

Deno.test("The same contradiction is told once, so an answer that repeats it asks no more questions", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.outcome(order, refused);
  for (let i = 0; i < 3; i++) desk.tracker.report(reportOf(order.request, "filled", 10));
  assertEquals(desk.doubts.length, 1);
  assertEquals([order.state, order.filledLots, order.isSettled], ["refused", 10, false]);
});

Deno.test("A refused order that is found in the book is open until the venue says how it ended", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.outcome(order, refused);
  assertEquals([order.isSettled, desk.tracker.open], [true, []]);
  desk.tracker.report(reportOf(order.request, "open"));
  assertEquals([order.state, order.isDisputed, order.isSettled], ["refused", true, false]);
  assertEquals(desk.tracker.open, [order]);
  desk.tracker.report(reportOf(order.request, "cancelled"));
  assertEquals([order.isDisputed, desk.tracker.open], [false, []]);
  // What comes now is late.
  desk.tracker.report(reportOf(order.request, "open"));
  assertEquals(desk.tracker.open, []);
});

Deno.test("An absent order whose acknowledgement or trade comes after all is asked for", () => {
  for (const late of ["accept", "fill"] as const) {
    const desk = new OrderDesk();
    const order = desk.order(requestOf(mexc));
    desk.tracker.outcome(order, lost);
    desk.tracker.absent(order);
    assertEquals([order.state, order.isSettled], ["absent", true]);
    if (late === "accept") desk.tracker.outcome(order, accepted(order.request));
    else desk.tracker.fill(tradeOf(order.request, "1", 4));
    assertEquals([desk.doubts.length, order.isDisputed, desk.tracker.open.length], [1, true, 1]);
    desk.tracker.report(reportOf(order.request, "partially-cancelled", 4));
    desk.tracker.fill(tradeOf(order.request, "1", 4));
    assertEquals([order.filledLots, order.isSettled, order.state], [4, true, "absent"]);
  }
});

Deno.test("A fill beyond the end that the venue told counts, and the order is asked for", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.report(reportOf(order.request, "partially-cancelled", 3));
  desk.tracker.fill(tradeOf(order.request, "1", 3));
  assertEquals(order.isSettled, true);
  desk.tracker.fill(tradeOf(order.request, "2", 2));
  assertEquals([order.filledLots, order.isSettled, desk.doubts.length], [5, false, 1]);
  desk.tracker.report(reportOf(order.request, "partially-cancelled", 5));
  assertEquals([order.filledLots, order.isSettled], [5, true]);
});

Deno.test("An end that tells less than was known is not taken: the answer to the question decides", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.outcome(order, accepted(order.request));
  desk.tracker.fill(tradeOf(order.request, "1", 4));
  desk.tracker.report(reportOf(order.request, "cancelled"));
  assertEquals([order.state, order.filledLots, desk.doubts.length], ["partially-filled", 4, 1]);
  desk.tracker.report(reportOf(order.request, "partially-cancelled", 6));
  assertEquals([order.state, order.filledLots, desk.doubts.length], ["partially-cancelled", 6, 1]);
});

Deno.test("An end that tells fewer lots than were reported, or fewer than all as filled, is not taken", () => {
  for (const [status, filledLots] of [["partially-cancelled", 3], ["filled", 4], ["filled", 9]] as const) {
    const desk = new OrderDesk();
    const order = desk.order(requestOf(mexc));
    desk.tracker.report(reportOf(order.request, "partially-filled", 4));
    desk.tracker.report(reportOf(order.request, status, filledLots));
    assertEquals([order.state, desk.doubts.length], ["partially-filled", 1], `${status} ${filledLots}`);
    assertEquals(order.filledLots, Math.max(4, filledLots));
  }
  // An order that spends an amount has no size to be compared with.
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc, { type: "market", lots: 0, priceTicks: 0 }));
  desk.tracker.fill(tradeOf(order.request, "1", 4));
  assertEquals(order.state, "partially-filled");
  desk.tracker.report(reportOf(order.request, "filled", 4));
  assertEquals([order.state, order.isSettled, desk.doubts], ["filled", true, []]);
});

Deno.test("More than was ordered counts and ends the order, and is told", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.report(reportOf(order.request, "partially-filled", 12));
  assertEquals([order.state, order.filledLots, desk.doubts.length], ["filled", 12, 1]);
});

Deno.test("The venue may forget an order that it cancelled, and refuses none that it had confirmed", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.report(reportOf(order.request, "cancelled"));
  desk.tracker.absent(order);
  assertEquals([order.state, desk.doubts], ["cancelled", []]);
  desk.tracker.outcome(order, refused);
  assertEquals([order.state, desk.doubts.length], ["cancelled", 1]);
});

Deno.test("A refused order that was seen in the book and is forgotten by the venue since lives no more", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.outcome(order, refused);
  desk.tracker.report(reportOf(order.request, "open"));
  desk.tracker.absent(order);
  assertEquals(order.isDisputed, true);
  desk.wait(12 * 60_000);
  desk.tracker.absent(order);
  assertEquals([order.isDisputed, order.isSettled], [false, true]);
});

Deno.test("A rejection that the stream tells before the answer to the send refuses it is the same in other words", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.report(reportOf(order.request, "rejected"));
  desk.tracker.outcome(order, refused);
  assertEquals([order.state, desk.doubts], ["refused", []]);
});

Deno.test("A listing of refused orders as cancelled at once contradicts nothing", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.outcome(order, refused);
  desk.tracker.report(reportOf(order.request, "cancelled"));
  assertEquals([order.state, desk.doubts], ["refused", []]);
});

Deno.test("What the venue had confirmed it cannot deny, until it may have forgotten an order without a fill", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.outcome(order, accepted(order.request));
  desk.tracker.absent(order);
  assertEquals([order.state, desk.doubts.length], ["open", 1]);
  desk.wait(10 * 60_000);
  desk.tracker.absent(order);
  assertEquals(order.state, "open");
  desk.wait(61_000);
  desk.tracker.absent(order);
  assertEquals([order.state, order.isSettled, desk.doubts.length], ["cancelled", true, 1]);

  const traded = desk.order(requestOf(mexc, { clientOrderId: "cxa-1-2" }));
  desk.tracker.fill(tradeOf(traded.request, "1", 4));
  desk.wait(60 * 60_000);
  desk.tracker.absent(traded);
  assertEquals([traded.state, desk.doubts.length], ["partially-filled", 2]);
  // Nor one that it was asked to cancel.
  desk.tracker.cancelling(traded);
  desk.tracker.absent(traded);
  assertEquals([traded.state, desk.doubts.length], ["cancelling", 3]);
});

Deno.test("An id that the venue calls a duplicate is no refusal: an order of it exists", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.outcome(order, { kind: "refused", reason: "duplicate-id", code: "1", message: "again" });
  assertEquals(order.state, "unknown");
});

Deno.test("No client order id is planned twice, whatever became of the first", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  const again = (): unknown => desk.tracker.plan(requestOf(mexc), 2);
  assertThrows(again, RangeError, "cxa-1-1");
  desk.tracker.outcome(order, refused);
  desk.tracker.forget(order);
  assertThrows(again, RangeError, "cxa-1-1");
  desk.tracker.retire("cxa-9-9");
  assertThrows(
    () => desk.tracker.plan(requestOf(mexc, { clientOrderId: "cxa-9-9" }), 2),
    RangeError,
    "cxa-9-9",
  );
  assertEquals([desk.tracker.wasUsed("cxa-9-9"), desk.tracker.wasUsed("cxa-9-8")], [true, false]);
});

Deno.test("A forgotten order recognises what comes late, and is open again when that tells more", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.report(reportOf(order.request, "filled", 10));
  const fill = tradeOf(order.request, "1", 10);
  assertEquals(desk.tracker.fill(fill)?.isNew, true);
  desk.tracker.forget(order);
  assertEquals([desk.tracker.open, desk.tracker.find("cxa-1-1")], [[], order]);
  assertEquals(desk.tracker.fill(fill), { order, isNew: false });
  assertEquals(desk.tracker.open, []);
  assertEquals(desk.tracker.fill(tradeOf(order.request, "2", 1))?.isNew, true);
  assertEquals([desk.tracker.open, desk.doubts.length], [[order], 1]);
});

Deno.test("After 20,000 more orders a forgotten one is none of ours any more, but its id stays used", () => {
  const desk = new OrderDesk();
  for (let i = 0; i <= 20_000; i++) {
    const order = desk.order(requestOf(mexc, { clientOrderId: `cxa-${i}` }));
    desk.tracker.outcome(order, refused);
    desk.tracker.forget(order);
  }
  assertEquals(desk.tracker.find("cxa-0"), undefined);
  assertEquals(desk.tracker.find("cxa-1")?.state, "refused");
  assert(desk.tracker.wasUsed("cxa-0"));
});

Deno.test("Messages without our id find the order by the venue's; those of others find none", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  const nameless = reportOf(order.request, "filled", 10, { clientOrderId: "" });
  assertEquals(desk.tracker.report(nameless), undefined);
  desk.tracker.outcome(order, accepted(order.request));
  assertEquals(desk.tracker.report(nameless), order);
  assertEquals(order.state, "filled");
  const other = reportOf(order.request, "open", 0, { clientOrderId: "someone", exchangeOrderId: "x" });
  assertEquals(desk.tracker.report(other), undefined);
  const elsewhere = instruments.find(({ id }) => id !== mexc.id)!.id;
  assertEquals(desk.tracker.report({ ...nameless, instrument: elsewhere }), undefined);
  assertEquals(
    desk.tracker.report({ ...nameless, clientOrderId: "cxa-1-1", instrument: elsewhere }),
    undefined,
  );
  const fill = tradeOf(order.request, "1", 10);
  assertEquals(desk.tracker.fill({ ...fill, clientOrderId: "someone" }), undefined);
  assertEquals(desk.tracker.fill({ ...fill, instrument: elsewhere }), undefined);
});

Deno.test("What is said of the other side is a contradiction and fills nothing of the order", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  desk.tracker.report(reportOf(order.request, "filled", 10, { side: "sell" }));
  const fill = tradeOf(order.request, "1", 10, { side: "sell" });
  assertEquals([desk.tracker.fill(fill)?.isNew, desk.tracker.fill(fill)?.isNew], [true, false]);
  assertEquals([order.filledLots, order.state, desk.doubts.length], [0, "sent", 2]);
  // The other side of a trade with oneself has the same id and is another trade.
  assertEquals(desk.tracker.fill({ ...fill, side: "buy" })?.isNew, true);
  assertEquals([order.filledLots, order.state], [10, "filled"]);
});

const recalled = {
  exchangeOrderId: "",
  filledLots: 0,
  averagePrice: 0,
  fills: [],
  createdAt: 500,
  sentAt: NaN,
  answeredAt: NaN,
  endedAt: NaN,
  heardAt: NaN,
} as const;

Deno.test("An order of the journal that was planned or sent is unknown after a restart", () => {
  for (const state of ["planned", "sent", "unknown"] as const) {
    const desk = new OrderDesk();
    const order = desk.tracker.restore(requestOf(mexc), 3, { ...recalled, state });
    assertEquals([order.state, order.execution, order.createdAt], ["unknown", 3, 500]);
    desk.tracker.absent(order);
    assertEquals([order.state, desk.doubts], ["absent", []]);
    assertThrows(() => desk.tracker.plan(requestOf(mexc), 4), RangeError);
  }
});

Deno.test("A restored order knows its trades and its venue's id, and they decide what it is", () => {
  const request = requestOf(mexc);
  const [first, second] = [tradeOf(request, "1", 4), tradeOf(request, "2", 6)];
  const cases = [
    ["open", [first], 0, "partially-filled"],
    ["open", [first, second], 4, "filled"],
    ["unknown", [first], 0, "partially-filled"],
    ["sent", [], 7, "partially-filled"],
    ["cancelled", [first], 0, "partially-cancelled"],
    ["cancelling", [first], 4, "cancelling"],
    ["partially-cancelled", [first], 4, "partially-cancelled"],
    ["open", [], 0, "open"],
  ] as const;
  for (const [state, fills, filledLots, expected] of cases) {
    const desk = new OrderDesk();
    const order = desk.tracker.restore(request, 1, {
      ...recalled,
      state,
      fills,
      filledLots,
      exchangeOrderId: "v",
    });
    assertEquals([order.state, order.fills.length], [expected, fills.length], `${state} ${filledLots}`);
    if (fills.length > 0) assertEquals(desk.tracker.fill(first)?.isNew, false);
    const final = reportOf(request, "filled", 10, { clientOrderId: "", exchangeOrderId: "v" });
    assertEquals(desk.tracker.report(final), order);
    assertEquals(order.filledLots, 10);
  }
});

Deno.test("A restored open order that the venue knows no more was cancelled when it was last heard of long ago", () => {
  const desk = new OrderDesk();
  const order = desk.tracker.restore(requestOf(mexc), 1, { ...recalled, state: "open", heardAt: 900 });
  desk.tracker.absent(order);
  assertEquals([order.state, desk.doubts.length], ["open", 1]);
  desk.wait(12 * 60_000);
  desk.tracker.absent(order);
  assertEquals(order.state, "cancelled");
});

Deno.test("An order keeps when it was sent, first answered and ended", () => {
  const desk = new OrderDesk();
  const order = desk.tracker.plan(requestOf(mexc), 1);
  assertEquals([order.createdAt, order.sentAt, order.answeredAt, order.endedAt], [1_000, NaN, NaN, NaN]);
  desk.wait(5);
  desk.tracker.sent(order);
  desk.wait(7);
  desk.tracker.fill(tradeOf(order.request, "1", 4));
  desk.wait(9);
  desk.tracker.outcome(order, accepted(order.request));
  desk.tracker.report(reportOf(order.request, "filled", 10));
  desk.wait(11);
  desk.tracker.report(reportOf(order.request, "filled", 10));
  assertEquals([order.sentAt, order.answeredAt, order.endedAt], [1_005, 1_012, 1_021]);
});

Deno.test("Coins that a fee took are off what is filled: as charged where trades are known, else by the taker rate", () => {
  const of = (exchange: Instrument["exchange"]): Instrument =>
    instruments.find((instrument) => instrument.exchange === exchange && instrument.base === "HYPE")!;
  const net = (request: OrderRequest, fills: readonly Fill[], filledLots: number): number => {
    const desk = new OrderDesk();
    const order = desk.order(request);
    for (const fill of fills) desk.tracker.fill(fill);
    if (filledLots > 0) desk.tracker.report(reportOf(request, "partially-cancelled", filledLots));
    return Number(order.filledNet.toFixed(9));
  };
  // Lots are 0.01 on spot and contracts are 0.1; Gate.io spot takes 0.2 % of the coins.
  const gate = requestOf(of("GATEIO_SPOT"), { lots: 1_000 });
  assertEquals(net(gate, [], 500), 4.99);
  assertEquals(net(gate, [tradeOf(gate, "1", 500)], 0), 4.99);
  assertEquals(net(gate, [tradeOf(gate, "1", 250, { fee: 0.1, feeCoin: "GT" })], 500), 2.5 + 2.495);
  assertEquals(net(gate, [tradeOf(gate, "1", 500, { fee: -0.01 })], 0), 5.01);
  assertEquals(net({ ...gate, side: "sell" }, [], 500), -5);
  assertEquals(net({ ...gate, side: "sell" }, [tradeOf({ ...gate, side: "sell" }, "1", 500)], 500), -5);
  assertEquals(net(requestOf(of("MEXC_SPOT"), { lots: 1_000 }), [], 500), 5);
  const contract = requestOf(of("GATEIO_FUTURES"), { lots: 1_000, side: "sell" });
  assertEquals(net(contract, [tradeOf(contract, "1", 30)], 50), -5);
  // Contracts are not coins: no fee makes them fewer.
  assertEquals(net(contract, [tradeOf(contract, "1", 50, { fee: 1, feeCoin: "HYPE" })], 0), -5);
});

Deno.test("The average price is of the source that tells of more", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  assertEquals(order.averagePrice, 0);
  desk.tracker.report(reportOf(order.request, "partially-filled", 4, { averagePrice: 2 }));
  assertEquals(order.averagePrice, 2);
  const at = (id: string, lots: number, priceTicks: number): Fill =>
    tradeOf({ ...order.request, priceTicks }, id, lots);
  desk.tracker.fill(at("1", 2, 1_000));
  assertEquals(order.averagePrice, 2);
  desk.tracker.fill(at("2", 6, 3_000));
  assertEquals(Number(order.averagePrice.toFixed(9)), 2.5);
  desk.tracker.report(reportOf(order.request, "filled", 10, { averagePrice: 0 }));
  assertEquals(Number(order.averagePrice.toFixed(9)), 2.5);
});

Deno.test("Trades that are not on the lot never fill more than they do, and no rounded report waits for them", () => {
  const desk = new OrderDesk();
  const order = desk.order(requestOf(mexc));
  const half = tradeOf(order.request, "1", 1);
  desk.tracker.fill({ ...half, quantity: (half.quantity * 2.6) as typeof half.quantity });
  assertEquals(order.filledLots, 2);
  // One venue rounds to the nearest lot, the other one down.
  desk.tracker.report(reportOf(order.request, "partially-cancelled", 3));
  assertEquals([order.isSettled, desk.doubts], [true, []]);
});
