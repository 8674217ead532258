import { assert, assertEquals } from "@std/assert";
import {
  eventOfReport,
  isFinal,
  type OrderEvent,
  type OrderState,
  transitions,
} from "../../../src/execution/order_state.ts";
import { testInstruments } from "../../support/instruments.ts";
import { reportOf, requestOf } from "../../support/order_messages.ts";

const states = Object.keys(transitions) as OrderState[];
const request = requestOf(testInstruments(["HYPE"]).all[0]!);

function next(state: OrderState, event: OrderEvent): OrderState | undefined {
  return transitions[state][event];
}

Deno.test("The final states are the five in which nothing of an order lives, and no message leads out of them", () => {
  const finals = states.filter(isFinal);
  assertEquals(finals.sort(), ["absent", "cancelled", "filled", "partially-cancelled", "refused"]);
  for (const state of finals) {
    for (const [event, to] of Object.entries(transitions[state])) {
      assertEquals(to, state, `${state} ${event}`);
    }
  }
});

Deno.test("Every state is reached, every living order can end with fills, and only one that the venue never took can be absent", () => {
  const reach = (from: OrderState): Set<OrderState> => {
    const seen = new Set([from]);
    for (const state of seen) for (const to of Object.values(transitions[state])) seen.add(to);
    return seen;
  };
  assertEquals(reach("planned").size, states.length);
  for (const state of states.filter((state) => !isFinal(state))) {
    const ends = [...reach(state)].filter(isFinal);
    for (const end of ["filled", "partially-cancelled"] as const) {
      assert(ends.includes(end), `${state} ${end}`);
    }
    const isRefusable = state === "planned" || state === "sent" || state === "unknown";
    assertEquals(ends.includes("absent"), isRefusable, state);
  }
});

Deno.test("A word of the venue never leads back to less than was known", () => {
  const rank: Record<OrderState, number> = {
    "planned": 0,
    "sent": 1,
    "unknown": 2,
    "open": 3,
    "partially-filled": 4,
    "cancelling": 5,
    "filled": 6,
    "cancelled": 6,
    "partially-cancelled": 6,
    "refused": 6,
    "absent": 6,
  };
  for (const state of states) {
    for (const [event, to] of Object.entries(transitions[state])) {
      assert(rank[to] >= rank[state], `${state} goes back to ${to} by ${event}`);
    }
  }
});

Deno.test("An unknown order takes every word of the venue as the truth", () => {
  for (const event of ["report-open", "report-partially-filled", "report-filled"] as const) {
    assertEquals(next("unknown", event), event.slice("report-".length));
  }
  assertEquals(next("unknown", "report-cancelled"), "cancelled");
  assertEquals(next("unknown", "report-partially-cancelled"), "partially-cancelled");
  assertEquals(next("unknown", "report-rejected"), "refused");
  assertEquals(next("unknown", "refuse"), "refused");
  assertEquals(next("unknown", "absent"), "absent");
  assertEquals(next("unknown", "accept"), "open");
  assertEquals(next("unknown", "fill"), "partially-filled");
});

Deno.test("What contradicts the end of an order is in no row", () => {
  const impossible: readonly [OrderState, readonly OrderEvent[]][] = [
    ["planned", ["accept", "fill", "report-open", "report-filled", "cancel"]],
    ["sent", ["send"]],
    ["open", ["send", "refuse"]],
    ["partially-filled", ["send", "refuse", "absent", "report-cancelled", "report-rejected"]],
    ["filled", ["refuse", "absent", "report-cancelled", "report-partially-cancelled", "report-rejected"]],
    ["cancelled", ["fill", "report-filled", "report-partially-filled", "report-rejected"]],
    ["partially-cancelled", ["refuse", "absent", "report-filled", "report-cancelled", "report-rejected"]],
    ["refused", ["fill", "report-open", "report-partially-filled", "report-filled"]],
    ["absent", ["accept", "fill", "report-open", "report-cancelled", "report-filled", "report-rejected"]],
  ];
  for (const [state, events] of impossible) {
    for (const event of events) assertEquals(next(state, event), undefined, `${state} ${event}`);
  }
});

Deno.test("Quantities decide what the loose words of a venue mean", () => {
  const cases = [
    ["open", 0, "report-open"],
    ["open", 3, "report-partially-filled"],
    ["open", 10, "report-filled"],
    ["partially-filled", 3, "report-partially-filled"],
    ["partially-filled", 10, "report-filled"],
    ["cancelled", 0, "report-cancelled"],
    ["cancelled", 3, "report-partially-cancelled"],
    ["cancelled", 10, "report-filled"],
    ["partially-cancelled", 0, "report-cancelled"],
    ["partially-cancelled", 3, "report-partially-cancelled"],
    ["filled", 10, "report-filled"],
    ["rejected", 0, "report-rejected"],
  ] as const;
  for (const [status, filledLots, event] of cases) {
    assertEquals(eventOfReport(reportOf(request, status, filledLots), 10), event, `${status} ${filledLots}`);
  }
  // An order that spends an amount has no size that could be full.
  assertEquals(eventOfReport(reportOf(request, "partially-filled", 10), 0), "report-partially-filled");
  assertEquals(eventOfReport(reportOf(request, "cancelled", 10), 0), "report-partially-cancelled");
});
