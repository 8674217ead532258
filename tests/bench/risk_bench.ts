/**
 * What the last look at a trade costs before its orders are sent: every limit, over books and positions that stand.
 * @module
 */
import { assertEquals } from "@std/assert";
import { RiskGate, type RiskView } from "../../src/execution/risk/risk_gate.ts";
import { intentOf, RiskWorld, testLimits } from "../support/risk_world.ts";

const world = new RiskWorld();
const books = world.instruments.map((instrument) => world.book(instrument)!);
const fair = world.markets.map((market) => market.fair);
/** A view that answers at once, so that the gate alone is measured. */
const view: RiskView = {
  exposureNotional: () => 0,
  positionNotional: () => 0,
  venueNotional: () => 0,
  exchangeNotional: () => 0,
  totalNotional: 0,
  dayPnl: 0,
  openExecutions: 0,
  fairPrice: ({ id }) => fair[id]!,
  book: ({ id }) => books[id],
  dataAgeMs: () => 10,
  clockErrorMs: () => 5,
  volatilityBps: () => 20,
};
const gate = new RiskGate({ clock: world.clock, limits: () => testLimits });
const intents = world.routes.map((route) =>
  intentOf(world, route, { purpose: "enter", notional: 400, capBps: 3 })
);
const large = world.routes.map((route) =>
  intentOf(world, route, { purpose: "enter", notional: 1_400, capBps: 3 })
);
assertEquals(intents.map((intent) => gate.check(intent, view)), intents.map(() => undefined));
assertEquals(new Set(large.map((intent) => gate.check(intent, view)?.limit)), new Set(["maxNotional"]));

let turn = 0;
Deno.bench("risk gate: a trade that keeps all limits (bound 1 µs)", { group: "risk" }, () => {
  gate.check(intents[turn++ % intents.length]!, view);
});
Deno.bench("risk gate: a trade that is too large, with the sentence that says so", { group: "risk" }, () => {
  gate.check(large[turn++ % large.length]!, view);
});
