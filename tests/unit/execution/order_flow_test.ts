import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { Fill } from "../../../src/core/fill.ts";
import type { OrderReport } from "../../../src/core/order_request.ts";
import { fillKey } from "../../../src/execution/order_flow.ts";
import type { TrackedOrder } from "../../../src/execution/tracked_order.ts";
import { FlowWorld, worldStart } from "../../support/flow_world.ts";
import { reportOf, tradeOf } from "../../support/order_messages.ts";

/** A trade as MEXC tells it: by the venue's order id alone. */
function nameless({ request }: TrackedOrder, tradeId: string, lots: number): Fill {
  const { clientOrderId } = request;
  return tradeOf(request, tradeId, lots, {
    clientOrderId: "",
    exchangeOrderId: `v-${clientOrderId}`,
    time: worldStart,
  });
}

/** A world with an order that was sent and is answered after 10 ms. */
function sentOrder(
  world = new FlowWorld(),
): { world: FlowWorld; order: TrackedOrder; answer: Promise<void> } {
  const order = world.plan(world.mexc);
  return { world, order, answer: world.flow.send(order) };
}

Deno.test("OrderFlow sends in the same turn, and tells outcome and order once the venue has answered", async () => {
  const { world, order, answer } = sentOrder();
  const { clientOrderId } = order.request;
  assertEquals([world.mexc.placed.length, order.state, world.told.length], [1, "sent", 0]);
  await world.pass(10);
  await answer;
  assertEquals(order.exchangeOrderId, `v-${clientOrderId}`);
  assertEquals(world.told, [{ what: "accepted", id: clientOrderId }, { what: "order", id: clientOrderId }]);
  assertEquals(world.journal.events, [{
    kind: "outcome",
    ...{ clientOrderId, outcome: "accepted", exchangeOrderId: `v-${clientOrderId}`, why: "" },
  }]);
});

Deno.test("A refusal and a send that failed are written down as what they are", async () => {
  const world = new FlowWorld();
  world.mexc.onPlace = () => ({ kind: "refused", reason: "balance", code: "30004", message: "too little" });
  world.gate.onPlace = () => world.gate.fail();
  const refused = world.plan(world.mexc), lost = world.plan(world.gate);
  void world.flow.send(refused);
  void world.flow.send(lost);
  await world.pass(10);
  assertEquals([refused.state, lost.state], ["refused", "unknown"]);
  assertEquals(world.journal.of("outcome").map(({ outcome, why }) => [outcome, why]), [
    ["refused", "balance 30004 too little"],
    ["unknown", "The venue did not answer"],
  ]);
  assertEquals(world.mexc.placed.length + world.gate.placed.length, 2);
});

Deno.test("A refused duplicate is written down as unknown: an order of this id is there", async () => {
  const world = new FlowWorld();
  world.mexc.onPlace = () => ({ kind: "refused", reason: "duplicate-id", code: "", message: "again" });
  const order = world.plan(world.mexc);
  void world.flow.send(order);
  await world.pass(10);
  assertEquals([order.state, world.journal.of("outcome")[0]!.outcome], ["unknown", "unknown"]);
});

Deno.test("A trade without a client order id is of the order that the venue calls so", async () => {
  const { world, order } = sentOrder();
  await world.pass(10);
  const fill = nameless(order, "1", 4);
  assert(world.flow.takeFill(fill, "test"));
  assertEquals(world.fills, [{ fill: { ...fill, clientOrderId: order.request.clientOrderId }, order }]);
  assertEquals(world.journal.of("fill")[0]?.fill.clientOrderId, order.request.clientOrderId);
  assertEquals(world.ledger.position(world.of(world.mexc)).quantity, fill.quantity);
  assertEquals([order.filledLots, order.fills.length], [4, 1]);
  assertEquals(world.flow.nameOf(fill), order.request.clientOrderId);
  assertEquals(world.flow.takeFill(fill, "again"), false);
  assertEquals(world.flow.takeFill({ ...fill, clientOrderId: order.request.clientOrderId }, "again"), false);
});

Deno.test("A trade that overtakes the answer waits for it, and counts once", async () => {
  const { world, order } = sentOrder();
  const fill = nameless(order, "1", 10);
  for (let told = 0; told < 3; told++) assertEquals(world.flow.takeFill(fill, "stream"), false);
  assertEquals([order.filledLots, world.fills.length], [0, 0]);
  assertEquals(world.flow.ownerOf(fill), "unclaimed");
  assertEquals(world.flow.unclaimedOrders(order.request.instrument), [fill.exchangeOrderId]);
  await world.pass(10);
  assertEquals([order.state, order.isSettled, world.fills.length], ["filled", true, 1]);
  assertEquals(world.flow.ownerOf(fill), "ours");
  assertEquals(world.flow.unclaimedOrders(order.request.instrument), []);
});

Deno.test("A trade that overtakes everything is claimed by a report when the answer is lost", async () => {
  const world = new FlowWorld();
  world.mexc.onPlace = () => world.mexc.fail();
  const { order } = sentOrder(world);
  world.flow.takeFill(nameless(order, "1", 10), "stream");
  await world.pass(10);
  assertEquals([order.state, order.filledLots], ["unknown", 0]);
  world.push(world.mexc, reportOf(order.request, "filled", 10));
  assertEquals([order.state, order.isSettled, world.fills.length], ["filled", true, 1]);
});

Deno.test("A trade of somebody else is let go after a minute, told once, and touches nothing", async () => {
  const { world, order } = sentOrder();
  const foreign = { ...nameless(order, "9", 3), exchangeOrderId: "somebody" };
  await world.pass(10);
  world.flow.takeFill(foreign, "stream");
  assertEquals(world.flow.ownerOf(foreign), "others");
  await world.pass(59_000);
  world.flow.sweep();
  assertEquals(world.flow.unclaimedOrders(order.request.instrument), ["somebody"]);
  await world.pass(2_000);
  world.flow.sweep();
  assertEquals(world.flow.unclaimedOrders(order.request.instrument), []);
  world.flow.takeFill(foreign, "question");
  await world.pass(70_000);
  world.flow.sweep();
  assertEquals(world.logger.messages("warn"), ["Trades of somebody else"]);
  assertEquals([world.fills.length, world.journal.of("fill").length], [0, 0]);
});

Deno.test("A trade with a name that is not ours, or with no name at all, is not taken", () => {
  const { world, order } = sentOrder();
  for (
    const names of [{ clientOrderId: "cxother-1-1" }, { clientOrderId: "web", exchangeOrderId: "7" }, {
      clientOrderId: "",
    }]
  ) {
    const fill = tradeOf(order.request, "5", 1, names);
    assertEquals([world.flow.takeFill(fill, "stream"), world.flow.ownerOf(fill) === "ours"], [false, false]);
  }
  assertEquals(world.flow.unclaimedOrders(order.request.instrument), []);
});

Deno.test("An order that turns out to be ours after its trades were let go asks for them", async () => {
  const world = new FlowWorld();
  world.mexc.onPlace = () => world.mexc.fail();
  const { order } = sentOrder(world);
  const fill = nameless(order, "1", 10);
  world.flow.takeFill(fill, "stream");
  await world.pass(61_000);
  world.flow.sweep();
  world.mexc.onFills = () => [fill];
  world.mexc.onOrder = () => reportOf(order.request, "filled", 10);
  const settled = world.resolver.resolve(order);
  await world.pass(1_000);
  await settled;
  assertEquals([order.state, world.fills.length], ["filled", 1]);
});

Deno.test("A report of somebody else's order lets its trades go at once, and is told", () => {
  const { world, order } = sentOrder();
  const { instrument } = order.request;
  world.flow.takeFill({ ...nameless(order, "9", 3), exchangeOrderId: "7" }, "stream");
  world.push(
    world.mexc,
    reportOf(order.request, "filled", 3, { clientOrderId: "web", exchangeOrderId: "7" }),
  );
  assertEquals([world.flow.unclaimedOrders(instrument), world.ids("foreign")], [[], ["7"]]);
});

Deno.test("The trades of an order of this journal count although nobody follows it any more", () => {
  const { world, order } = sentOrder();
  world.tracker.retire("cxtest-9-1");
  const fill = { ...nameless(order, "9", 3), exchangeOrderId: "7" };
  world.flow.takeFill(fill, "stream");
  const names = { clientOrderId: "cxtest-9-1", exchangeOrderId: "7" };
  world.push(world.mexc, reportOf(order.request, "filled", 3, names));
  assertEquals(world.fills.map(({ fill: { clientOrderId } }) => clientOrderId), ["cxtest-9-1"]);
  assertEquals([world.ids("foreign"), order.filledLots], [[], 0]);
});

Deno.test("Fills of before the ledger's beginning, and those that it has, are not booked again", () => {
  const probe = new FlowWorld();
  const { order } = sentOrder(probe);
  const fill = nameless(order, "1", 4);
  const key = fillKey(order.request.instrument, fill);
  const { world } = sentOrder(new FlowWorld({ fillsUntil: worldStart, knownFills: [key] }));
  assertEquals(world.flow.takeFill(fill, "question"), false);
  const old = tradeOf(order.request, "2", 4, { clientOrderId: "cxtest-8-1", time: worldStart - 1 });
  assertEquals(world.flow.takeFill(old, "question"), false);
  assert(world.flow.takeFill({ ...old, time: worldStart }, "question"));
});

Deno.test("What a venue repeats is written down once", async () => {
  const { world, order } = sentOrder();
  await world.pass(10);
  const report = reportOf(order.request, "partially-filled", 3);
  for (const each of [report, report, { ...report, clientOrderId: "" }]) world.push(world.mexc, each);
  assertEquals(world.journal.of("report").length, 1);
  assertEquals(world.ids("order").length, 2);
});

Deno.test("Exposure counts what reports tell before the trades are known, and not twice after", async () => {
  const { world, order } = sentOrder();
  await world.pass(10);
  world.push(world.mexc, reportOf(order.request, "filled", 10));
  assertEquals<number>(world.flow.exposure("HYPE", "USDT"), 0.1);
  world.flow.takeFill(nameless(order, "1", 4), "stream");
  assertEquals(Math.abs(world.flow.exposure("HYPE", "USDT") - 0.1) < 1e-12, true);
  world.flow.takeFill(nameless(order, "2", 6), "stream");
  assertEquals(Math.abs(world.flow.exposure("HYPE", "USDT") - 0.1) < 1e-12, true);
  assertEquals<number>(world.flow.exposure("BTC", "USDT"), 0);
});

Deno.test("A journal that fails is told and remembered, and what was sent is watched on", async () => {
  const { world, order } = sentOrder();
  world.journal.isFull = true;
  await world.pass(10);
  assertEquals([world.flow.hasFailed, world.ids("journal").length > 0], [true, true]);
  assert(world.flow.takeFill(nameless(order, "1", 10), "stream"));
  assertEquals(order.state, "filled");
});

Deno.test("An unknown order that is not there is absent; a confirmed one only once the venue may have forgotten it", async () => {
  const world = new FlowWorld();
  world.gate.onPlace = () => world.gate.fail();
  const unknown = world.plan(world.gate), open = world.plan(world.mexc, { timeInForce: "gtc" });
  void world.flow.send(unknown);
  void world.flow.send(open);
  await world.pass(10);
  world.flow.absent(unknown, "not there");
  assertEquals(unknown.state, "absent");
  world.flow.absent(open, "not there");
  assertEquals([open.state, world.doubts.length], ["open", 1]);
  assertEquals(world.journal.of("outcome").map(({ outcome }) => outcome), ["unknown", "accepted", "absent"]);
  await world.pass(12 * 60_000);
  world.flow.absent(open, "not there");
  assertEquals(open.state, "cancelled");
  assertEquals(world.journal.of("report").map(({ status }) => status), ["cancelled"]);
});

Deno.test("A cancel names the order by the venue's id where that is known, and its failure changes nothing", async () => {
  const world = new FlowWorld();
  const order = world.plan(world.mexc, { timeInForce: "gtc" });
  void world.flow.send(order);
  void world.flow.cancel(order);
  await world.pass(10);
  world.mexc.onCancel = () => world.mexc.fail();
  void world.flow.cancel(order);
  await world.pass(10);
  const { clientOrderId } = order.request;
  assertEquals(
    world.mexc.cancelled.map(({ clientOrderId: id, exchangeOrderId }) => [id, exchangeOrderId]),
    [[clientOrderId, undefined], [undefined, `v-${clientOrderId}`]],
  );
  assertEquals(world.logger.messages("warn"), ["Cancel failed"]);
  assertEquals(order.state, "cancelling");
});

Deno.test("An order for a venue without an account is an error that says so", () => {
  const world = new FlowWorld();
  const order = world.plan(world.mexc);
  world.venues.clear();
  return assertRejects(() => world.flow.send(order), RangeError, "no account at MEXC_SPOT");
});

Deno.test("Any order of answer, reports and trades, with any repeats, books every trade once", async () => {
  const message = fc.constantFrom("answer", "report-2", "report-5", "end", "trade-1", "trade-2", "trade-3");
  const property = fc.asyncProperty(
    fc.array(message, { maxLength: 12 }),
    fc.boolean(),
    fc.constantFrom("named", "nameless"),
    async (messages, isLost, style) => {
      const world = new FlowWorld();
      let answer = (): void => {};
      const answered = new Promise<void>((resolve) => answer = resolve);
      world.mexc.wayMs = 0;
      world.mexc.onPlace = async ({ clientOrderId }) => {
        await answered;
        if (isLost) world.mexc.fail();
        return { kind: "accepted", value: { clientOrderId, exchangeOrderId: `v-${clientOrderId}` } };
      };
      const { order } = sentOrder(world);
      const trade = (id: string, lots: number): Fill => {
        const fill = nameless(order, id, lots);
        return style === "named" ? { ...fill, clientOrderId: order.request.clientOrderId } : fill;
      };
      const report = (status: OrderReport["status"], lots: number): OrderReport =>
        reportOf(order.request, status, lots);
      const steps: Record<string, () => void> = {
        "answer": () => answer(),
        "report-2": () => world.push(world.mexc, report("partially-filled", 2)),
        "report-5": () => world.push(world.mexc, report("partially-filled", 5)),
        "end": () => world.push(world.mexc, report("filled", 10)),
        "trade-1": () => void world.flow.takeFill(trade("1", 2), "stream"),
        "trade-2": () => void world.flow.takeFill(trade("2", 3), "stream"),
        "trade-3": () => void world.flow.takeFill(trade("3", 5), "stream"),
      };
      for (const each of messages) {
        steps[each]!();
        await world.pass(1);
      }
      // In the end everything has been told at least once.
      for (const each of ["answer", "end", "trade-1", "trade-2", "trade-3"]) steps[each]!();
      await world.pass(1);
      assertEquals([order.state, order.isSettled, world.fills.length], ["filled", true, 3]);
      assertEquals(world.journal.of("fill").length, 3);
      assert(Math.abs(world.ledger.position(world.of(world.mexc)).quantity - 0.1) < 1e-12);
      assert(world.fills.every(({ fill, order: its }) => its === order && fill.clientOrderId !== ""));
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
