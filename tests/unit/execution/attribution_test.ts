import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Execution, ExecutionAttribution } from "../../../src/core/opportunity.ts";
import { executionRow } from "../../../src/execution/attribution.ts";
import type { ExecutionRun } from "../../../src/execution/execution_run.ts";
import { DeskWorld, type Fate } from "../../support/desk_world.ts";

/** A row of the desk always has its attribution. */
type Row = Execution & { readonly attribution: ExecutionAttribution };

function rowOfRun(run: ExecutionRun): Row {
  const row = executionRow(run, 40);
  return { ...row, attribution: row.attribution! };
}

type Legs = { readonly buy?: Fate[]; readonly sell?: Fate[] };

/** The row of one HYPE that is bought on MEXC and sold as contracts, with these fates. */
async function rowOf(
  { buy = [], sell = [] }: Legs,
  afterwards = (_world: DeskWorld): void => {},
): Promise<Row> {
  const world = await DeskWorld.open();
  world.decide(world.mexc, ...buy);
  world.decide(world.futures, ...sell);
  world.desk.submit(world.intent(world.mexc, world.futures));
  afterwards(world);
  await world.pass(30_000);
  return rowOfRun(world.executions[0]!);
}

const none: Fate = { kind: "filled", lots: 0 };

Deno.test("A pair that is filled whole is hedged, without a reason, with its money and its fees", async () => {
  const row = await rowOf({});
  const { attribution } = row;
  const world = new DeskWorld();
  // Bought at 40.05 and sold at 39.95, with the fees of a taker.
  const charged = 40.05 * world.of(world.mexc).takerFee + 39.95 * world.of(world.futures).takerFee;
  assertEquals([row.id, row.opportunity, row.purpose, row.quantity as number], [1, 7, "enter", 1]);
  assertEquals([row.buy, row.sell], [world.of(world.mexc).id, world.of(world.futures).id]);
  assertEquals([attribution.outcome, attribution.reason, attribution.orders], ["hedged", "", 2]);
  assertEquals([attribution.missed, attribution.hedgedQuantity, attribution.residue].map(Number), [0, 0, 0]);
  assertAlmostEquals(attribution.profitQuote, 39.95 - 40.05 - charged, 1e-9);
  assertAlmostEquals(row.edgeQuote, attribution.profitQuote, 1e-12);
  assertAlmostEquals(attribution.chargedFees, charged, 1e-9);
  assertAlmostEquals(attribution.expectedFees, charged, 1e-9);
  assertEquals<unknown>([attribution.wanted, attribution.expectedQuote, attribution.strategy], [
    1,
    1,
    "basis",
  ]);
});

Deno.test("The stages of an execution follow each other, and no hedge has no moment", async () => {
  for (const sell of [[], [none]]) {
    const { attribution: moments } = await rowOf({ sell });
    const { seenAt, decidedAt, sentAt, acknowledgedAt, filledAt, hedgedAt, endedAt } = moments;
    const order = [seenAt, decidedAt, sentAt, acknowledgedAt, filledAt, endedAt];
    assertEquals(order, order.toSorted((a, b) => a - b));
    assertEquals(Number.isNaN(hedgedAt), sell.length === 0);
    if (sell.length > 0) assert(hedgedAt >= filledAt && hedgedAt <= endedAt);
  }
});

Deno.test("Two refusals are refused, two orders without a trade are missed", async () => {
  const refused: Fate = { kind: "refused" };
  const both = (await rowOf({ buy: [refused], sell: [refused] })).attribution;
  assertEquals([both.outcome, both.orders, both.missed as number], ["refused", 2, 1]);
  assertEquals(both.reason, "buy at MEXC spot: refused; sell at Gate.io USDT perpetuals: refused");
  const empty = (await rowOf({ buy: [none], sell: [none] })).attribution;
  assertEquals([empty.outcome, empty.profitQuote as number], ["missed", 0]);
  const mixed = (await rowOf({ buy: [none], sell: [refused] })).attribution;
  assertEquals(mixed.outcome, "missed");
});

Deno.test("A missing leg that is made up for is hedged; one whose other leg is given back is flattened", async () => {
  const made = (await rowOf({ sell: [{ kind: "filled", lots: 4 }] })).attribution;
  assertEquals([made.outcome, made.orders], ["hedged", 3]);
  assertEquals(made.reason, "sell at Gate.io USDT perpetuals: partially-cancelled");
  assertAlmostEquals(made.hedgedQuantity, 0.6, 1e-9);
  assertAlmostEquals(made.missed, 0.6, 1e-9);
  const given = (await rowOf({ sell: [none, none, none] }, (world) => {
    // Elsewhere nobody takes it: it goes back to where it came from.
    world.quotes.set("GATEIO_SPOT", [30, 30.01]);
    world.quotes.set("GATEIO_FUTURES", [30, 30.01]);
  })).attribution;
  assertEquals([given.outcome, given.residue as number], ["flattened", 0]);
});

Deno.test("What is left and could be traded is a residue; less than the least order is not", async () => {
  const world = await DeskWorld.open();
  world.decide(world.futures, { kind: "refused" });
  for (const venue of world.venues.values()) venue.wayMs = 5;
  world.desk.submit(world.intent(world.mexc, world.futures));
  await world.pass(1_000);
  const [run] = world.executions;
  assertEquals(rowOfRun(run!).attribution.outcome, "hedged");
  // The same without its hedge.
  run!.hedges.length = 0;
  const { outcome, residue, profitQuote } = rowOfRun(run!).attribution;
  assertEquals([outcome, residue as number], ["residue", 1]);
  assertAlmostEquals(profitQuote, -40.05 * (1 + world.of(world.mexc).takerFee) + 40, 1e-9);
});
