import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { OrderReport } from "../../../src/core/order_request.ts";
import type { TrackedOrder } from "../../../src/execution/tracked_order.ts";
import { FlowWorld, letSettle, worldStart } from "../../support/flow_world.ts";
import { reportOf, tradeOf } from "../../support/order_messages.ts";

/** A world with an order whose sending failed: nobody knows what became of it. */
async function lostOrder(): Promise<{ world: FlowWorld; order: TrackedOrder }> {
  const world = new FlowWorld();
  const answer = world.mexc.onPlace;
  world.mexc.onPlace = () => world.mexc.fail();
  const order = world.plan(world.mexc);
  void world.flow.send(order);
  await world.pass(10);
  world.mexc.onPlace = answer;
  return { world, order };
}

/** Whether a promise has resolved. */
function watch(promise: Promise<void>): { isOver: boolean } {
  const state = { isOver: false };
  void promise.then(() => state.isOver = true);
  return state;
}

Deno.test("OrderResolver asks for an unknown order at once, by its client order id, and never sends it again", async () => {
  const { world, order } = await lostOrder();
  world.mexc.onOrder = () => reportOf(order.request, "cancelled");
  const ended = watch(world.resolver.ended(order));
  await world.pass(10);
  assertEquals([ended.isOver, order.state, world.mexc.placed.length], [true, "cancelled", 1]);
  assertEquals(world.mexc.asked.map(({ what, name }) => [what, name]), [
    ["place", order.request.clientOrderId],
    ["order", order.request.clientOrderId],
  ]);
});

Deno.test("Failed questions are no evidence: it asks on, ever more slowly, until the venue answers", async () => {
  const { world, order } = await lostOrder();
  world.mexc.onOrder = () => world.mexc.fail();
  const ended = watch(world.resolver.ended(order));
  await world.pass(60_000);
  const moments = world.mexc.moments("order");
  const waits = moments.slice(1).map((at, index) => at - moments[index]! - world.mexc.wayMs);
  assertEquals(waits.slice(0, 7), [100, 200, 400, 800, 1_600, 2_000, 2_000]);
  assertEquals([ended.isOver, order.state, world.mexc.placed.length], [false, "unknown", 1]);
  world.mexc.onOrder = () => reportOf(order.request, "cancelled");
  await world.pass(2_010);
  assert(ended.isOver);
});

Deno.test("That an order is not there says nothing before it can come no more, and counts only twice in a row", async () => {
  const { world, order } = await lostOrder();
  const ended = watch(world.resolver.ended(order));
  const certain = order.sentAt + world.mexc.orderValidityMs + world.mexc.clockErrorMs;
  await world.pass(certain - world.clock.epochMs());
  assertEquals([order.state, world.mexc.moments("fills")], ["unknown", []]);
  await world.pass(5_000);
  assertEquals([ended.isOver, order.state], [true, "absent"]);
  const late = world.mexc.moments("order").filter((at) => at > certain);
  assertEquals([late.length, world.mexc.moments("fills").length, world.mexc.placed.length], [2, 2, 1]);
  assertEquals(world.journal.of("outcome").map(({ outcome }) => outcome), ["unknown", "absent"]);
});

Deno.test("A failed question between two denials begins the count anew", async () => {
  const { world, order } = await lostOrder();
  let questions = 0;
  world.mexc.onOrder = () => (++questions % 2 === 0 ? world.mexc.fail() : undefined);
  void world.resolver.ended(order);
  await world.pass(60_000);
  assert(questions > 20);
  assertEquals([order.state, world.journal.of("outcome").length], ["unknown", 1]);
});

Deno.test("An order that is not there but has traded is not absent", async () => {
  const { world, order } = await lostOrder();
  const fill = tradeOf(order.request, "1", 10, { time: worldStart });
  world.mexc.onFills = () => [fill];
  const settled = watch(world.resolver.resolve(order));
  await world.pass(10_000);
  assertEquals([settled.isOver, order.state, world.journal.of("outcome").length], [true, "filled", 1]);
});

Deno.test("An order that has traded in part and is not there is neither absent nor a contradiction: it is asked for on", async () => {
  const { world, order } = await lostOrder();
  world.mexc.onFills = () => [tradeOf(order.request, "1", 4, { time: worldStart })];
  const ended = watch(world.resolver.ended(order));
  await world.pass(60_000);
  assertEquals([ended.isOver, order.state, world.doubts], [false, "partially-filled", []]);
  world.mexc.onOrder = () => reportOf(order.request, "partially-cancelled", 4);
  await world.pass(3_000);
  assertEquals([ended.isOver, order.state], [true, "partially-cancelled"]);
});

Deno.test("Trades under an id that nobody knows are looked into before an order counts as absent", async () => {
  const { world, order } = await lostOrder();
  const names = { clientOrderId: "", exchangeOrderId: "C02__7" };
  const fill = tradeOf(order.request, "1", 10, { ...names, time: worldStart });
  world.mexc.onFills = () => [fill];
  // The search by our name fails to find it; the venue's own id does.
  world.mexc.onOrder = ({ exchangeOrderId }) =>
    exchangeOrderId === "C02__7"
      ? reportOf(order.request, "filled", 10, { exchangeOrderId: "C02__7" })
      : undefined;
  const settled = watch(world.resolver.resolve(order));
  await world.pass(10_000);
  assertEquals([settled.isOver, order.state, order.exchangeOrderId], [true, "filled", "C02__7"]);
  assertEquals([world.fills.length, world.mexc.placed.length], [1, 1]);
});

Deno.test("Trades of somebody else do not keep an order from being absent", async () => {
  const { world, order } = await lostOrder();
  const names = { clientOrderId: "", exchangeOrderId: "C02__8" };
  world.mexc.onFills = () => [tradeOf(order.request, "1", 10, { ...names, time: worldStart })];
  world.mexc.onOrder = ({ exchangeOrderId }) =>
    exchangeOrderId === "C02__8"
      ? reportOf(order.request, "filled", 10, { clientOrderId: "web", exchangeOrderId })
      : undefined;
  const ended = watch(world.resolver.ended(order));
  await world.pass(15_000);
  assertEquals([ended.isOver, order.state, world.fills.length], [true, "absent", 0]);
});

Deno.test("As long as nobody knows whose a trade is, the order may be its", async () => {
  const { world, order } = await lostOrder();
  const names = { clientOrderId: "", exchangeOrderId: "C02__9" };
  world.mexc.onFills = () => [tradeOf(order.request, "1", 10, { ...names, time: worldStart })];
  const ended = watch(world.resolver.ended(order));
  await world.pass(50_000);
  assertEquals([ended.isOver, order.state], [false, "unknown"]);
  await world.pass(30_000);
  assertEquals([ended.isOver, order.state], [true, "absent"]);
});

Deno.test("News wakes at once whoever waits, and nothing is asked", async () => {
  const world = new FlowWorld();
  const order = world.plan(world.mexc);
  void world.flow.send(order);
  await world.pass(10);
  const ended = watch(world.resolver.ended(order)), settled = watch(world.resolver.resolve(order));
  world.push(world.mexc, reportOf(order.request, "filled", 10));
  await letSettle();
  assertEquals([ended.isOver, settled.isOver], [true, false]);
  world.flow.takeFill(tradeOf(order.request, "1", 10, { time: worldStart }), "stream");
  await letSettle();
  assertEquals([settled.isOver, world.mexc.asked.length], [true, 1]);
});

Deno.test("An answer to the sending that is lost wakes the question at once", async () => {
  const world = new FlowWorld();
  world.mexc.wayMs = 4_000;
  world.mexc.onPlace = () => world.mexc.fail();
  const order = world.plan(world.mexc);
  void world.flow.send(order);
  void world.resolver.ended(order);
  await world.pass(4_000);
  assertEquals(world.mexc.moments("order"), [worldStart + 4_000]);
});

Deno.test("Streams have their time before the venue is asked, and sent orders wait for their own answer", async () => {
  const world = new FlowWorld();
  world.mexc.wayMs = 1_000;
  const order = world.plan(world.mexc);
  void world.flow.send(order);
  void world.resolver.ended(order);
  await world.pass(999);
  assertEquals(world.mexc.moments("order"), []);
  await world.pass(1_000);
  assertEquals(
    world.mexc.asked.filter(({ what }) => what === "order").map(({ name }) => name)[0],
    order.exchangeOrderId,
  );
});

Deno.test("What has ended is asked for its trades alone, until they add up", async () => {
  const world = new FlowWorld();
  const order = world.plan(world.mexc);
  void world.flow.send(order);
  await world.pass(10);
  world.push(world.mexc, reportOf(order.request, "filled", 10));
  const trades = [tradeOf(order.request, "1", 4), tradeOf(order.request, "2", 6)]
    .map((fill) => ({ ...fill, time: worldStart }));
  const sinces: number[] = [];
  world.mexc.onFills = (_instrument, since) => {
    sinces.push(since);
    return trades.slice(0, sinces.length - 1);
  };
  const settled = watch(world.resolver.resolve(order));
  await world.pass(2_000);
  assertEquals([settled.isOver, sinces], [true, [0, 0, 0].map(() => worldStart - 60_000)]);
  assertEquals(world.mexc.moments("order"), []);
});

Deno.test("An order that should have ended by itself is cancelled; one that may rest is not", async () => {
  for (const timeInForce of ["ioc", "gtc"] as const) {
    const world = new FlowWorld();
    const order = world.plan(world.mexc, { timeInForce });
    void world.flow.send(order);
    world.mexc.onOrder = (): OrderReport => reportOf(order.request, "open");
    void world.resolver.ended(order);
    await world.pass(1_000);
    assertEquals(world.mexc.cancelled.length > 0, timeInForce === "ioc");
  }
});

Deno.test("An order that the venue had and has forgotten ends as cancelled, after eleven minutes and no earlier", async () => {
  for (const state of ["open", "cancelling"] as const) {
    const world = new FlowWorld();
    const order = world.plan(world.gate);
    void world.flow.send(order);
    await world.pass(10);
    if (state === "cancelling") void world.flow.cancel(order);
    const ended = watch(world.resolver.ended(order));
    await world.pass(10.9 * 60_000);
    assertEquals([ended.isOver, order.state, world.doubts.length], [false, state, 1]);
    await world.pass(10_000 + 6_000);
    assertEquals([ended.isOver, order.state, order.filledLots], [true, "cancelled", 0]);
    assertEquals(world.journal.of("report").at(-1)?.status, "cancelled");
    assertEquals(world.journal.of("outcome").map(({ outcome }) => outcome), ["accepted"]);
  }
});

Deno.test("An order that came to life after its end, and that the venue then forgot, is settled", async () => {
  const world = new FlowWorld();
  const order = world.plan(world.gate);
  void world.flow.send(order);
  await world.pass(10);
  world.push(world.gate, reportOf(order.request, "rejected"));
  world.push(world.gate, reportOf(order.request, "open"));
  assertEquals([order.isFinal, order.isDisputed], [true, true]);
  const settled = watch(world.resolver.resolve(order));
  await world.pass(10 * 60_000);
  assertEquals(settled.isOver, false);
  await world.pass(2 * 60_000);
  assertEquals([settled.isOver, order.isDisputed], [true, false]);
});

Deno.test("A resolver that is stopped asks nothing more and resolves nothing", async () => {
  const { world, order } = await lostOrder();
  const ended = watch(world.resolver.ended(order));
  await world.pass(1_000);
  world.resolver.stop();
  const { length } = world.mexc.asked;
  world.mexc.onOrder = () => reportOf(order.request, "cancelled");
  await world.pass(10_000);
  assertEquals([ended.isOver, world.mexc.asked.length <= length + 1], [false, true]);
});

Deno.test("Whatever the venue answers, the order ends as it truly did, and is sent once", async () => {
  const truth = fc.constantFrom("absent", "cancelled", "filled", "partly");
  const answer = fc.constantFrom("truth", "truth", "fails", "denies", "open");
  const property = fc.asyncProperty(
    truth,
    fc.array(answer, { maxLength: 30 }),
    fc.boolean(),
    fc.boolean(),
    async (truly, answers, isNameless, hidesTrades) => {
      const { world, order } = await lostOrder();
      const lots = truly === "filled" ? 10 : truly === "partly" ? 4 : 0;
      const names = isNameless ? { clientOrderId: "", exchangeOrderId: "v-7" } : {};
      const trades = lots === 0 ? [] : [tradeOf(order.request, "1", lots, { ...names, time: worldStart })];
      const status = { filled: "filled", partly: "partially-cancelled", cancelled: "cancelled" } as const;
      const certain = order.sentAt + world.mexc.orderValidityMs + world.mexc.clockErrorMs;
      const doubtful = [...answers];
      world.mexc.onOrder = () => {
        const said = doubtful.shift() ?? "truth";
        if (said === "fails") world.mexc.fail();
        if (said === "open" && truly !== "absent" && lots < 10) {
          return reportOf(order.request, "open", 0, { exchangeOrderId: "v-7" });
        }
        // Venues deny what has not arrived yet, never what they have had for so long.
        if (said === "denies" && world.clock.epochMs() <= certain) return undefined;
        if (truly === "absent") return undefined;
        return reportOf(order.request, status[truly], lots, { exchangeOrderId: "v-7" });
      };
      let asked = 0;
      world.mexc.onFills = () => hidesTrades && ++asked < 3 ? [] : trades;
      const settled = watch(world.resolver.resolve(order));
      await world.pass(5 * 60_000);
      assert(settled.isOver, `${truly}: ${order.state} after ${answers}`);
      const state = truly === "partly" ? "partially-cancelled" : truly;
      assertEquals([order.state, order.filledLots, world.fills.length], [state, lots, trades.length]);
      assertEquals(world.mexc.placed.length, 1);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
