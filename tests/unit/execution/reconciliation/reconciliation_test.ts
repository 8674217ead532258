/** The comparison with a venue whose script is written here: trades told, late or never, cut listings, and hands. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { clientOrderId } from "../../../../src/execution/client_order_id.ts";
import type { JournalEvent } from "../../../../src/execution/journal_record.ts";
import { Ledger } from "../../../../src/execution/ledger.ts";
import { OrderFlow } from "../../../../src/execution/order_flow.ts";
import { OrderTracker } from "../../../../src/execution/order_tracker.ts";
import { Reconciliation } from "../../../../src/execution/reconciliation.ts";
import type { Finding } from "../../../../src/execution/reconciliation/finding.ts";
import type { TrackedOrder } from "../../../../src/execution/tracked_order.ts";
import { testInstruments } from "../../../support/instruments.ts";
import { MemoryLogger } from "../../../support/memory_logger.ts";
import { lotSize, ScriptedVenue } from "./scripted_venue.ts";

class World {
  readonly clock = new SimulatedClock(1e12);
  readonly logger = new MemoryLogger();
  readonly instruments = testInstruments(["BTC"]);
  readonly venue = new ScriptedVenue(this.clock, this.instruments.ofExchange("MEXC_SPOT")[0]!);
  readonly ledger = new Ledger();
  readonly events: JournalEvent[] = [];
  readonly stops: string[] = [];
  readonly findings: Finding[] = [];
  readonly missing: TrackedOrder[] = [];
  readonly taken: number[] = [];
  free = 0;
  readonly flow: OrderFlow;
  readonly reconciliation: Reconciliation;
  #orders = 0;

  constructor() {
    const { clock, logger, instruments, ledger } = this;
    const venues = new Map([[this.venue.exchange, this.venue.venue]]);
    const ignore = (): void => {};
    this.flow = new OrderFlow({
      ...{ clock, logger, instruments, ledger, venues },
      journal: { id: "test", append: (event): void => void this.events.push(event) },
      tracker: new OrderTracker({ clock, onIllegal: ignore }),
      listener: {
        ...{ onOrder: ignore, onOutcome: ignore, onFill: ignore, onForeign: ignore, onBalance: ignore },
        ...{ onPosition: ignore, onConnection: ignore, onJournalFailure: ignore },
      },
    });
    this.flow.bind();
    this.reconciliation = new Reconciliation({
      ...{ clock, logger, instruments, venues, flow: this.flow, journalId: "test" },
      settings: () => ({ everyMs: 5_000, soonMs: 500, resumes: false, maxFailures: 3 }),
      listener: {
        stop: (scope) => this.stops.push(scope),
        resume: ignore,
        onFinding: (finding) => this.findings.push(finding),
      },
      free: () => this.free,
      takeBalances: (_exchange, balances) => this.taken.push(balances.length),
      onMissing: (order) => this.missing.push(order),
    });
  }

  /** Places a resting order. Returns its number at the venue. */
  async place(side: "buy" | "sell", lots: number): Promise<string> {
    const order = this.flow.tracker.plan({
      clientOrderId: clientOrderId({ journal: "test", execution: 1, order: ++this.#orders }),
      instrument: this.venue.instrument,
      side,
      type: "limit",
      timeInForce: "gtc",
      priceTicks: 1_000,
      lots,
      reduceOnly: false,
    }, 1);
    void this.flow.send(order);
    await this.advance(100);
    return order.exchangeOrderId;
  }

  async advance(ms: number): Promise<void> {
    const end = this.clock.epochMs() + ms;
    let isOver = false;
    this.clock.setTimer(ms, () => {
      isOver = true;
    });
    await settle();
    while (!isOver && this.clock.epochMs() <= end && this.clock.step()) await settle();
  }

  flowOf(coin: string): number {
    return this.ledger.flows().find((flow) => flow.coin === coin)?.amount ?? 0;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await undefined;
}

Deno.test("Reconciliation takes no answer as a fact that a trade has overtaken", async () => {
  const world = new World();
  const id = await world.place("buy", 1_000_000);
  world.reconciliation.start();
  await world.advance(6_000);
  // Every answer is half of its way old when a trade is told.
  for (let round = 0; round < 200; round++) {
    world.venue.trade(id, 1_000, 15);
    await world.advance(97);
  }
  await world.advance(20_000);
  assertEquals([world.stops, world.findings], [[], []]);
  assert(world.reconciliation.figures.overtaken > 0);
});

Deno.test("Reconciliation compares no coin of which an order is on its way, however long that takes", async () => {
  const world = new World();
  world.reconciliation.start();
  await world.advance(1_000);
  const { venue } = world;
  venue.answersOrders = false;
  venue.hidesFills = true;
  await world.place("buy", 50_000);
  venue.trade("1", 50_000, undefined);
  await world.advance(60_000);
  assertEquals([world.stops, world.findings.map(({ kind }) => kind)], [[], []]);
  venue.hidesFills = false;
  await world.advance(10_000);
  assertEquals(world.findings.map(({ kind }) => kind), ["fill-found"]);
  assertAlmostEquals(world.flowOf("BTC"), 0.05, 1e-9);
});

Deno.test("Reconciliation looks for the trades of an order that the venue called cancelled, when coins differ", async () => {
  const world = new World();
  const id = await world.place("buy", 50_000);
  world.reconciliation.start();
  await world.advance(6_000);
  world.venue.trade(id, 20_000, undefined);
  world.venue.denyFills(id);
  assertEquals(world.flow.tracker.open, []);
  await world.advance(30_000);
  assertEquals([world.stops, world.findings.map(({ kind }) => kind)], [[], ["fill-found"]]);
  assertAlmostEquals(world.flowOf("BTC"), 0.02, 1e-9);
});

Deno.test("Reconciliation hands on an open order that does not exist at the venue", async () => {
  const world = new World();
  const id = await world.place("buy", 10);
  world.reconciliation.start();
  world.venue.orders.delete(id);
  await world.advance(10_000);
  assert(world.missing.length > 0 && world.missing.every(({ exchangeOrderId }) => exchangeOrderId === id));
  assertEquals(world.stops, []);
});

Deno.test("Reconciliation takes balances over only when the listing is whole, and names what was thought free", async () => {
  const world = new World();
  world.free = 1e9;
  world.reconciliation.start();
  await world.advance(1_000);
  assertEquals(world.taken, [2]);
  world.venue.cut.balances = 2;
  await world.advance(6_000);
  assertEquals(world.taken.every((length) => length === 2), true);
  assertEquals(world.findings.some(({ kind }) => kind === "stale-balance"), true);
  assertEquals(world.stops, []);
});

Deno.test("Reconciliation asks nothing of a venue that is not followed, and uses no answer after its end", async () => {
  const world = new World();
  world.venue.isLive = false;
  world.reconciliation.start();
  await world.advance(20_000);
  assertEquals(world.reconciliation.figures, { compared: 0, overtaken: 0, failed: 0, findings: {} });
  world.venue.isLive = true;
  world.reconciliation.onLive("MEXC_SPOT");
  await world.advance(50);
  world.reconciliation.stop();
  await world.advance(20_000);
  assertEquals([world.taken, world.reconciliation.figures.compared], [[], 0]);
  assertThrows(() => world.reconciliation.look("GATEIO_SPOT"), RangeError, "GATEIO_SPOT");
});

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("place"), lots: fc.integer({ min: 1, max: 500_000 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("trade"),
      lots: fc.integer({ min: 1, max: 200_000 }),
      tell: fc.constantFrom(0, 0, 30, 200, 4_000, undefined),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("end"), isTold: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("cut orders", "cut balances") }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("wait"), ms: fc.integer({ min: 1, max: 9_000 }) }) },
);
const script = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  /** Where a hand trades, and how many lots; beyond the end for none. */
  hand: fc.record({ at: fc.integer({ min: 0, max: 80 }), lots: fc.integer({ min: 1, max: 100_000 }) }),
});

Deno.test("Reconciliation finds every untold trade once, and stops exactly when a hand has traded", async () => {
  await fc.assert(
    fc.asyncProperty(script, async ({ steps, hand }) => {
      const world = new World();
      const { venue } = world;
      const [lots, cents] = [venue.lots, venue.cents];
      world.reconciliation.start();
      await world.advance(2_000);
      const ids: string[] = [];
      for (const [index, each] of steps.entries()) {
        const id = ids[(index * 7) % Math.max(ids.length, 1)];
        if (index === hand.at) venue.hand("sell", hand.lots);
        if (each.kind === "place") ids.push(await world.place(index % 3 === 0 ? "sell" : "buy", each.lots));
        else if (each.kind === "trade" && id !== undefined) venue.trade(id, each.lots, each.tell);
        else if (each.kind === "end" && id !== undefined && venue.orders.get(id)!.isOpen) {
          venue.end(id, each.isTold);
        } else if (each.kind === "cut orders") venue.cut.orders += 1;
        else if (each.kind === "cut balances") venue.cut.balances += 1;
        else if (each.kind === "wait") await world.advance(each.ms);
      }
      await world.advance(40_000);
      const isTouched = hand.at < steps.length;
      assertEquals(world.stops.length > 0, isTouched, JSON.stringify(world.findings));
      const theirs = isTouched ? hand.lots * lotSize : 0;
      assertAlmostEquals(world.flowOf("BTC"), (venue.lots - lots) * lotSize + theirs, 1e-9);
      const paid = isTouched ? 1 - theirs * 100 : 0;
      assertAlmostEquals(world.flowOf("USDT"), (venue.cents - cents) / 100 + paid, 1e-6);
      const own = venue.fills.filter(({ clientOrderId }) => clientOrderId !== "web-1");
      assertEquals(world.events.filter(({ kind }) => kind === "fill").length, own.length);
      // Every order that has ended there has ended here.
      const open = [...venue.orders.values()].filter(({ isOpen }) => isOpen).map((order) => order.id).sort();
      assertEquals(world.flow.tracker.open.map(({ exchangeOrderId }) => exchangeOrderId).sort(), open);
    }),
    { numRuns: 150 },
  );
});
