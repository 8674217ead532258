import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { baseQuantity } from "../../../src/core/units.ts";
import type { Submission } from "../../../src/execution/submission.ts";
import { DeskWorld, type Fate, whole } from "../../support/desk_world.ts";
import { reportOf, requestOf } from "../../support/order_messages.ts";

/** What kept an intent. */
function limitOf(submission: Submission): string {
  return submission.kind === "refused" ? submission.limit : "sent";
}

Deno.test("Both legs leave in the same turn, after they are in the journal, and the execution ends matched", async () => {
  const world = await DeskWorld.open();
  const { desk, mexc, futures } = world;
  assertEquals(limitOf(desk.submit(world.intent(mexc, futures))), "sent");
  assertEquals(world.calls, ["execution", "place cxtest-1-1", "place cxtest-1-2"]);
  assertEquals([[...desk.busy], desk.risk.openExecutions], [["HYPE"], 1]);
  assertEquals(limitOf(desk.submit(world.intent(mexc, futures))), "busy");
  await world.pass(1_000);
  const [run] = world.executions;
  assertEquals([run!.hedges.length, run!.buy.state, run!.sell.state], [0, "filled", "filled"]);
  const ended = world.journal.of("ended");
  assertEquals([ended.length, ended[0]!.execution, ended[0]!.residue, ended[0]!.why], [1, 1, 0, ""]);
  assertEquals([desk.busy.size, desk.risk.openExecutions, desk.residues()], [0, 0, []]);
  assertEquals(world.journal.of("holding").map(({ holding }) => holding.quantity), [1]);
  assertEquals([...world.holdings.all].length, 1);
});

Deno.test("A journal that cannot be written sends nothing, binds nothing and stops everything", async () => {
  const world = await DeskWorld.open();
  const { desk, mexc, futures } = world;
  const free = desk.accounts.free("MEXC_SPOT", "USDT");
  world.journal.isFull = true;
  assertEquals(limitOf(desk.submit(world.intent(mexc, futures))), "journal");
  assertEquals([mexc.placed.length, futures.placed.length, desk.busy.size], [0, 0, 0]);
  assertEquals(world.stops, [["all", "journal: the disk is full"]]);
  assertEquals(limitOf(desk.submit(world.intent(mexc, futures))), "stopped");
  await world.pass(2_000);
  assertEquals(desk.accounts.free("MEXC_SPOT", "USDT"), free);
});

Deno.test("Nothing is sent unless both legs pass every check", async () => {
  const world = await DeskWorld.open();
  const { desk, mexc, gate, futures } = world;
  const submit = (quantity = 1, change = {}): string =>
    limitOf(desk.submit(world.intent(mexc, gate, quantity, change)));
  const untradable = { ...world.of(gate), tradable: false };
  const good = world.intent(mexc, gate);
  assertEquals(limitOf(desk.submit({ ...good, sell: { ...good.sell, instrument: untradable } })), "rules");
  assertEquals(submit(1, { lots: 0 }), "rules");
  assertEquals(submit(1, { lots: 1.5 }), "rules");
  assertEquals(submit(1, { capTicks: 0 }), "rules");
  assertEquals(submit(0.02), "rules");
  assertEquals(
    limitOf(
      desk.submit(world.intent(gate, futures, 1, { instrument: { ...world.of(gate), minQuantity: 5 } })),
    ),
    "rules",
  );
  world.limits.maxNotional = 30;
  assertEquals(submit(), "maxNotional");
  world.limits.maxNotional = 1e9;
  world.coins.set(gate, { USDT: 100_000, HYPE: 0.99 });
  // Balances are asked for every ten seconds.
  await world.pass(11_000);
  assertEquals([submit(), submit(0.9)], ["balance", "sent"]);
  await world.pass(1_000);
  gate.isLive = false;
  assertEquals(submit(0.1), "account");
  assertEquals([mexc.placed.length, gate.placed.length], [1, 1]);
});

Deno.test("The day is written down once, and again when its loss is forgiven", async () => {
  const world = await DeskWorld.open();
  const { desk, clock, journal, risk } = world;
  const today = Math.floor(clock.epochMs() / 86_400_000);
  desk.sweep();
  desk.sweep();
  assertEquals(journal.of("day").map(({ day }) => day), [{ day: today, equity: 0, forgiven: 0 }]);
  world.ledger.adjust(world.of(world.mexc), baseQuantity(1), 1_040);
  desk.sweep();
  risk.breakers.trip("daily loss", "all", "by hand");
  risk.breakers.reset("daily loss", "all");
  desk.sweep();
  desk.sweep();
  const [, forgiven, ...more] = journal.of("day");
  assertAlmostEquals(forgiven!.day.forgiven, -1_000, 1e-9);
  assertEquals([forgiven!.day.day, forgiven!.day.equity, more], [today, 0, []]);
});

Deno.test("A trade that ends the day's allowance stops the next one at once", async () => {
  const world = await DeskWorld.open();
  const { desk, mexc, gate, risk } = world;
  world.limits.maxDailyLoss = 1e-6;
  desk.sweep();
  assertEquals(limitOf(desk.submit(world.intent(mexc, gate))), "sent");
  await world.pass(1_000);
  assertEquals(world.executions.length, 1);
  assertEquals(risk.breakers.tripped.map(({ name }) => name), ["daily loss"]);
  assertEquals(limitOf(desk.submit(world.intent(mexc, gate))), "breaker");
});

Deno.test("A hold, a stop of everything, a coin or a venue each keep what it covers", async () => {
  const world = await DeskWorld.open();
  const { desk, mexc, gate, futures } = world;
  const submit = (): string => limitOf(desk.submit(world.intent(mexc, futures)));
  desk.hold("starting");
  assertEquals([submit(), desk.holdReason], ["stopped", "starting"]);
  desk.release();
  for (const scope of ["all", "HYPE", "MEXC_SPOT", "GATEIO_FUTURES"]) {
    desk.stopAcquiring(scope, "a reason");
    desk.stopAcquiring(scope, "another reason");
    assertEquals([submit(), desk.stops.get(scope)], ["stopped", "a reason"]);
    assert(desk.resumeAcquiring(scope, "by hand"));
    assert(!desk.resumeAcquiring(scope, "by hand"));
  }
  assertEquals(world.journal.of("stopped").length, 4);
  assertEquals(world.journal.of("resumed").length, 4);
  assertEquals(world.stops.map(([, why]) => why), [1, 2, 3, 4].flatMap(() => ["a reason", undefined]));
  desk.restoreStop("BTC", "an earlier run");
  desk.stopAcquiring("GATEIO_SPOT", "elsewhere");
  assertEquals(submit(), "sent");
  assertEquals(limitOf(desk.submit(world.intent(mexc, gate))), "stopped");
});

Deno.test("A leg that is refused is hedged on its own instrument, after it is in the journal", async () => {
  const world = await DeskWorld.open();
  world.decide(world.futures, { kind: "refused" });
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(1_000);
  const [run] = world.executions;
  assertEquals(
    run!.hedges.map((
      { request: { side, lots, instrument }, state },
    ) => [side, lots, instrument.exchange, state]),
    [
      ["sell", 10, "GATEIO_FUTURES", "filled"],
    ],
  );
  assert(world.calls.indexOf("order") < world.calls.indexOf("place cxtest-1-3"));
  assertEquals([world.truth, world.journal.of("ended")[0]!.residue], [0, 0]);
});

Deno.test("What was filled is hedged, not what was ordered", async () => {
  const world = await DeskWorld.open();
  world.decide(world.mexc, { kind: "filled", lots: 40 });
  world.decide(world.futures, { kind: "filled", lots: 7 });
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(1_000);
  const [run] = world.executions;
  // 0.4 bought, 0.7 sold: 0.3 are to be bought.
  assertEquals(run!.hedges.map(({ request: { side, lots } }) => [side, lots]), [["buy", 30]]);
  assertAlmostEquals(world.truth, 0, 1e-12);
});

Deno.test("An order whose answer is lost is asked for and never sent again, whatever became of it", async () => {
  for (const lots of [10, 4, 0, undefined]) {
    const world = await DeskWorld.open();
    world.decide(world.futures, { kind: "lost", lots });
    world.desk.submit(world.intent(world.mexc, world.futures));
    await world.pass(500);
    if (lots === undefined) {
      assertEquals(world.desk.busy.size, 1, "nobody knows before the order can come no more");
    }
    await world.pass(15_000);
    const [run] = world.executions;
    assertEquals(world.sentTo(world.futures)[0], "cxtest-1-2");
    assertEquals(new Set(world.sentTo(world.futures)).size, world.futures.placed.length);
    const sold = run!.hedges.reduce((sum, { filledQuantity }) => sum + filledQuantity, 0);
    assertAlmostEquals(sold, 1 - (lots ?? 0) / 10, 1e-9);
    assertAlmostEquals(world.truth, 0, 1e-12);
    const ends = { 10: "filled", 4: "partially-cancelled", 0: "cancelled" } as const;
    assertEquals(run!.sell.state, lots === undefined ? "absent" : ends[lots as 10 | 4 | 0]);
  }
});

Deno.test("A hedge whose answer is lost is waited for: nothing is hedged twice", async () => {
  const world = await DeskWorld.open();
  world.decide(world.futures, { kind: "refused" }, { kind: "lost", lots: 10 });
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(30_000);
  assertEquals([world.mexc, world.gate, world.futures].map(({ placed }) => placed.length), [1, 0, 2]);
  assertEquals([world.truth, world.executions.length], [0, 1]);
});

Deno.test("Exposure that cannot be hedged stops its coin once, is tried on, and is hedged when that is possible", async () => {
  const world = await DeskWorld.open();
  const { desk, mexc, gate, futures } = world;
  world.decide(futures, { kind: "refused" });
  for (const venue of [mexc, gate, futures]) venue.wayMs = 5;
  desk.submit(world.intent(mexc, futures));
  for (const venue of [mexc, gate, futures]) venue.isLive = false;
  await world.pass(60_000);
  assertEquals(world.stops.map(([scope]) => scope), ["HYPE"]);
  assert(world.stops[0]![1]!.includes("account is not live"));
  assertEquals([world.executions.length, desk.busy.size, desk.residues()[0]!.quantity], [0, 1, 1]);
  const before = world.futures.placed.length;
  for (const venue of [mexc, gate, futures]) venue.isLive = true;
  await world.pass(6_000);
  assertEquals([world.executions.length, futures.placed.length - before], [1, 1]);
  assertEquals([world.truth, desk.residues(), world.stops.length], [0, [], 1]);
});

Deno.test("Hedges that nobody fills go to ever wider bands, then to others, and are called stuck only then", async () => {
  const world = await DeskWorld.open();
  const nothing: Fate = { kind: "filled", lots: 0 };
  world.decide(world.futures, { kind: "refused" }, ...Array(40).fill(nothing));
  world.decide(world.mexc, whole, ...Array(40).fill(nothing));
  world.decide(world.gate, ...Array(40).fill(nothing));
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(300);
  const [, ...sells] = world.futures.placed;
  assertEquals(sells.map(({ priceTicks }) => priceTicks), [39_971, 39_911]);
  await world.pass(30_000);
  assertEquals(world.stops, [["HYPE", "1 HYPE could not be hedged: hedges were not filled"]]);
  const [first, ...more] = [world.mexc, world.gate].flatMap((venue) => venue.placed).filter(({ side }) =>
    side === "sell"
  );
  assertEquals([first!.priceTicks, more.length > 2], [39_591, true]);
  for (const venue of [world.mexc, world.gate, world.futures]) world.decide(venue);
  await world.pass(6_000);
  assertEquals([world.truth, world.executions.length], [0, 1]);
});

Deno.test("A hedge that is filled at last is not called stuck", async () => {
  const world = await DeskWorld.open();
  world.hedge.maxAttempts = 3;
  const nothing: Fate = { kind: "filled", lots: 0 };
  world.decide(world.futures, { kind: "refused" }, nothing, nothing);
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(1_000);
  assertEquals([world.stops, world.executions.length, world.truth], [[], 1, 0]);
});

Deno.test("A little that only an empty account would take is carried, and the coin goes on", async () => {
  const world = await DeskWorld.open();
  world.coins.set(world.mexc, { USDT: 100_000, HYPE: 0 });
  world.coins.set(world.gate, { USDT: 100_000, HYPE: 0 });
  await world.pass(11_000);
  world.decide(world.mexc, { kind: "filled", lots: 95 });
  world.decide(world.futures, { kind: "filled", lots: 9 });
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(30_000);
  assertEquals([world.stops, world.executions.length, world.desk.busy.size], [[], 1, 0]);
  const [ended] = world.journal.of("ended");
  assertAlmostEquals(ended!.residue, 0.05, 1e-9);
  assertAlmostEquals(world.desk.residues()[0]!.quantity, world.truth, 1e-9);
  assertAlmostEquals(world.desk.residues()[0]!.leastOrder, 0.03, 1e-9);
});

Deno.test("A trade that is told after the end of its order is hedged, with nothing under way", async () => {
  const world = await DeskWorld.open();
  world.decide(world.futures, { kind: "filled", lots: 0 });
  world.decide(world.mexc, { kind: "filled", lots: 0 });
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(1_000);
  assertEquals([world.executions.length, world.truth], [1, 0]);
  const known = world.known.get("cxtest-1-1")!;
  known.lots = 100;
  const report = reportOf(known.request, "filled", 100);
  world.known.set("cxtest-1-1", { ...known, report, lots: 100 });
  world.mexc.handlers.order!(report);
  await world.pass(2_000);
  assertAlmostEquals(world.truth, 0, 1e-12);
  const ended = world.journal.of("ended");
  assertEquals([ended.length, ended[1]!.why], [2, "hedge"]);
  assert(world.logger.messages("error").includes("An order contradicts itself"));
});

Deno.test("A kill stops everything, hedges, takes back what rests, and says what it could not see", async () => {
  const world = await DeskWorld.open();
  const { desk, gate, futures, mexc } = world;
  const resting = reportOf(
    requestOf(world.of(gate), { clientOrderId: "cxtest-0-9", timeInForce: "gtc" }),
    "open",
  );
  let open = [resting, { ...resting, clientOrderId: "web", exchangeOrderId: "77" }];
  gate.onOpenOrders = () => open;
  gate.onCancel = ({ exchangeOrderId }) =>
    open = open.filter((each) => each.exchangeOrderId !== exchangeOrderId);
  mexc.onOpenOrders = () => mexc.fail();
  world.decide(futures, { kind: "refused" });
  desk.submit(world.intent(mexc, futures));
  const killing = desk.kill("test");
  assertEquals(limitOf(desk.submit(world.intent(mexc, gate))), "stopped");
  await world.pass(10_000);
  assertEquals(await killing, { cancelled: 1, open: [], residues: [], unverified: ["MEXC_SPOT"] });
  assertEquals([open.length, world.truth, world.executions.length], [1, 0, 1]);
});

Deno.test("A kill hedges what is unmatched although nothing is under way, and leaves pairs alone", async () => {
  const world = await DeskWorld.open();
  const { desk, futures, mexc } = world;
  world.ledger.adjust(world.of(mexc), baseQuantity(3), 40);
  world.ledger.adjust(world.of(futures), baseQuantity(-2), 40);
  const killing = desk.kill("test");
  await world.pass(5_000);
  assertEquals((await killing).residues, []);
  assertAlmostEquals(world.truth, -1, 1e-9);
  assertEquals(world.journal.of("ended").map(({ why }) => why), ["hedge"]);
});

Deno.test("A kill ends although exposure stays, and names what rests on", async () => {
  const world = await DeskWorld.open();
  const { desk, gate, futures, mexc } = world;
  const stubborn = reportOf(
    requestOf(world.of(gate), { clientOrderId: "cxtest-0-9", timeInForce: "gtc" }),
    "open",
  );
  gate.onOpenOrders = () => [stubborn];
  world.decide(futures, { kind: "refused" });
  desk.submit(world.intent(mexc, futures));
  for (const venue of [mexc, gate, futures]) venue.isLive = false;
  const killing = desk.kill("test");
  await world.pass(130_000);
  const { open, residues, unverified, cancelled } = await killing;
  assertEquals([open, unverified, cancelled > 0], [["cxtest-0-9"], [], true]);
  assertEquals(residues.map(({ base, quantity }) => [base, quantity]), [["HYPE", 1]]);
  for (const venue of [mexc, gate, futures]) venue.isLive = true;
  await world.pass(10_000);
  assertEquals(world.truth, 0);
});

Deno.test("The end waits for what is under way as long as it may, and then nothing is sent or resolved", async () => {
  for (const [wayMs, timeoutMs] of [[50, 5_000], [3_000, 1_000]] as const) {
    const world = await DeskWorld.open();
    for (const venue of world.venues.values()) venue.wayMs = wayMs;
    world.decide(world.futures, { kind: "refused" });
    world.desk.submit(world.intent(world.mexc, world.futures));
    const ending = world.desk.finish(timeoutMs);
    assertEquals(limitOf(world.desk.submit(world.intent(world.mexc, world.gate))), "stopped");
    await world.pass(10_000);
    const isInTime = wayMs < timeoutMs;
    assertEquals(await ending, isInTime);
    assertEquals([world.futures.placed.length, world.executions.length], isInTime ? [2, 1] : [1, 0]);
  }
});

Deno.test("Orders that ended a minute ago are no longer at hand, and their names stay used", async () => {
  const world = await DeskWorld.open();
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(70_000);
  assertEquals(world.desk.tracker.open.length, 0);
  assert(world.desk.tracker.wasUsed("cxtest-1-1"));
  assertEquals(world.desk.nextExecution, 2);
});

Deno.test("Whatever becomes of the orders, the coin ends hedged, and no order is sent twice or unwritten", async () => {
  const fate = fc.oneof(
    fc.record({ kind: fc.constant("filled" as const), lots: fc.constantFrom(0, 1, 3, 7, 40, Infinity) }),
    fc.constant({ kind: "refused" } as const),
    fc.record({ kind: fc.constant("lost" as const), lots: fc.constantFrom(undefined, 0, 2, 5, Infinity) }),
  );
  const fates = fc.array(fate, { maxLength: 5 });
  const pairs = [["mexc", "futures"], ["futures", "mexc"], ["mexc", "gate"], ["gate", "futures"], [
    "gate",
    "mexc",
  ]] as const;
  const property = fc.asyncProperty(
    fc.record({ mexc: fates, gate: fates, futures: fates }),
    fc.array(fc.constantFrom(...pairs), { minLength: 1, maxLength: 3 }),
    async (decided, routes) => {
      const world = await DeskWorld.open();
      for (const name of ["mexc", "gate", "futures"] as const) world.decide(world[name], ...decided[name]);
      for (const [buy, sell] of routes) {
        const submission = world.desk.submit(world.intent(world[buy], world[sell]));
        // Failures in a row may trip a breaker.
        if (submission.kind === "refused") assert(["breaker"].includes(submission.limit), submission.reason);
        for (let waited = 0; world.desk.busy.size > 0; waited += 250) {
          assert(waited < 120_000, "it does not end");
          await world.pass(250);
        }
        await world.pass(1_000);
      }
      const residue = world.desk.residues()[0]?.quantity ?? 0;
      assertAlmostEquals(residue, world.truth, 1e-9);
      assert(Math.abs(residue) < 0.03, `${residue} is left`);
      const ids = [...world.venues.values()].flatMap((venue) => world.sentTo(venue));
      assertEquals(new Set(ids).size, ids.length);
      // Every order was in the journal when it left.
      const written = new Set<string>();
      let executions = 0, orders = 0;
      for (const call of world.calls) {
        if (call === "execution") {
          for (const { clientOrderId } of world.journal.of("execution")[executions++]!.orders) {
            written.add(clientOrderId);
          }
        } else if (call === "order") written.add(world.journal.of("order")[orders++]!.order.clientOrderId);
        else if (call.startsWith("place ")) assert(written.has(call.slice(6)), `${call} is not written`);
      }
      // Acquired at most what was wanted, and hedged at most what was acquired.
      for (const run of world.executions) {
        assert(run.buy.filledQuantity <= 1 + 1e-9 && run.sell.filledQuantity <= 1 + 1e-9);
        const hedged = run.hedges.reduce((sum, { filledNet }) => sum + filledNet, 0);
        assertAlmostEquals(run.buy.filledNet + run.sell.filledNet + hedged, run.result(40).residue, 1e-12);
      }
      assertEquals(world.journal.of("ended").length, world.executions.length);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});
