import { assertEquals, assertThrows } from "@std/assert";
import { Holdings } from "../../../src/arbitrage/holdings.ts";
import { buildRoutes } from "../../../src/arbitrage/route.ts";
import { ConfigError } from "../../../src/core/errors.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { MemoryJournal } from "../../../src/execution/journal/memory_journal.ts";
import type {
  JournalEvent,
  JournalFill,
  JournalOrder,
  JournalOrderState,
} from "../../../src/execution/journal_record.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { isFinal } from "../../../src/execution/order_state.ts";
import { OrderTracker } from "../../../src/execution/order_tracker.ts";
import { stateOfOrder, type TakenUp, takeUp } from "../../../src/execution/recovery_memory.ts";
import { testInstruments } from "../../support/instruments.ts";

const clock = new SimulatedClock(1_000_000);
const order: JournalOrder = {
  exchange: "MEXC_SPOT",
  symbol: "BTCUSDT",
  clientOrderId: "cxj-1-1",
  side: "buy",
  type: "limit",
  timeInForce: "ioc",
  priceTicks: 1_000_000,
  lots: 1_000,
  reduceOnly: false,
};
const fill: JournalFill = {
  exchange: "MEXC_SPOT",
  symbol: "BTCUSDT",
  tradeId: "t1",
  clientOrderId: "cxj-1-1",
  side: "buy",
  price: 100_000,
  quantity: 0.001,
  notional: 100,
  fee: 0.05,
  feeCoin: "USDT",
  feeQuote: 0.05,
  liquidity: "taker",
  time: 1_000_001,
};

interface Start {
  readonly taken: TakenUp;
  readonly ledger: Ledger;
  readonly tracker: OrderTracker;
  readonly stops: string[];
}

/** A start after these events. */
function startAfter(events: readonly JournalEvent[]): Start {
  const { journal } = MemoryJournal.open({ clock, id: "j" });
  for (const event of events) journal.append(event);
  const { state } = MemoryJournal.open({ clock, id: "j", bytes: journal.bytes });
  const instruments = testInstruments(["BTC"]);
  const tracker = new OrderTracker({ clock, onIllegal: () => {} });
  const ledger = new Ledger();
  const stops: string[] = [];
  const holdings = new Holdings(buildRoutes(instruments));
  const restoreStop = (scope: string, why: string): number => stops.push(`${scope}: ${why}`);
  return {
    taken: takeUp({ state, tracker, ledger, holdings, instruments, restoreStop }),
    ledger,
    tracker,
    stops,
  };
}

const execution: JournalEvent = {
  ...{ kind: "execution", execution: 1, strategy: "basis", purpose: "enter", opportunity: 7 },
  ...{ quantity: 0.001, expected: 1, orders: [order] },
};
const filled: JournalEvent = {
  ...{ kind: "report", clientOrderId: "cxj-1-1", exchangeOrderId: "v1" },
  ...{ status: "filled", filledLots: 1_000, averagePrice: 100_000 },
};

Deno.test("What was filled and booked is in the ledger and settled after a start", () => {
  const { taken, ledger, tracker } = startAfter([execution, filled, { kind: "fill", fill }]);
  const instrument = testInstruments(["BTC"]).find("MEXC_SPOT", "BTCUSDT")!;
  assertEquals(ledger.position(instrument).quantity, 0.001 as never);
  assertEquals(ledger.fees, 0.05 as never);
  assertEquals([taken.open, tracker.open], [[], []]);
  const [interrupted] = taken.interrupted;
  assertEquals(interrupted!.orders.map(({ isSettled, fills }) => [isSettled, fills.length]), [[true, 1]]);
  assertEquals([tracker.wasUsed("cxj-1-1"), taken.touched.map(({ id }) => id)], [true, [instrument.id]]);
});

Deno.test("An order that was filled and whose trades are not all booked is open after a start", () => {
  const { taken, tracker } = startAfter([execution, filled]);
  assertEquals(taken.open, tracker.open);
  assertEquals(taken.open.map(({ state, filledLots, createdAt }) => [state, filledLots, createdAt]), [
    ["filled", 1_000, 1_000_000],
  ]);
});

Deno.test("An order without an answer was sent, as far as anybody knows, when it was written down", () => {
  const [found] = startAfter([execution]).taken.open;
  assertEquals([found!.state, found!.sentAt, found!.isFinal], ["unknown", 1_000_000, false]);
});

Deno.test("Adjustments, funding and stops are taken up in their order", () => {
  const instrument = { exchange: "GATEIO_FUTURES", symbol: "BTC_USDT" } as const;
  const { ledger, stops } = startAfter([
    { kind: "adjustment", instrument, quantity: -0.5, price: 100_000, why: "" },
    { kind: "funding", instrument, amount: 3, time: 1 },
    { kind: "adjustment", instrument, quantity: 0.5, price: 90_000, why: "" },
    { kind: "stopped", scope: "BTC", why: "a" },
    { kind: "stopped", scope: "all", why: "b" },
    { kind: "resumed", scope: "BTC", why: "c" },
  ]);
  assertEquals([ledger.realisedPnl as number, stops], [5_003, ["all: b"]]);
});

Deno.test("Something open in an instrument that the run does not have ends the start, what has ended there does not", () => {
  const elsewhere = { ...order, symbol: "XYZUSDT" };
  const foreign: JournalEvent = { ...execution, orders: [elsewhere] };
  assertThrows(() => startAfter([foreign]), ConfigError, "the order cxj-1-1 of XYZUSDT at MEXC_SPOT");
  assertThrows(
    () => startAfter([{ kind: "fill", fill: { ...fill, symbol: "XYZUSDT" } }]),
    ConfigError,
    "a fill of XYZUSDT",
  );
  const refused: JournalEvent = {
    ...{ kind: "outcome", clientOrderId: "cxj-1-1", outcome: "refused", exchangeOrderId: "", why: "" },
  };
  const { taken, tracker } = startAfter([foreign, refused]);
  assertEquals([taken.open, tracker.wasUsed("cxj-1-1")], [[], true]);
});

Deno.test("A holding whose route is gone is told of", () => {
  const holding = {
    strategy: "basis",
    buy: { exchange: "MEXC_SPOT", symbol: "XYZUSDT" },
    sell: { exchange: "GATEIO_FUTURES", symbol: "XYZ_USDT" },
    ...{ quantity: 2, openedAt: 1, entryEdge: 0.1 },
  } as const;
  const { taken } = startAfter([{ kind: "holding", holding }]);
  assertEquals(taken.lostHoldings, [holding]);
});

Deno.test("The state of an order of the journal never claims more than the venue has said", () => {
  const outcomes = ["none", "accepted", "refused", "unknown", "absent"] as const;
  const statuses = [
    null,
    "open",
    "partially-filled",
    "filled",
    "cancelled",
    "partially-cancelled",
    "rejected",
  ] as const;
  for (const outcome of outcomes) {
    for (const status of statuses) {
      for (const filledLots of [0, 400, 1_000]) {
        const known: JournalOrderState = {
          ...{ order, execution: 1, at: 1, outcome, exchangeOrderId: "", status, filledLots },
          ...{ averagePrice: 0, heardAt: null, endedAt: null, fills: [] },
        };
        const state = stateOfOrder(known), name = `${outcome} ${status} ${filledLots}: ${state}`;
        const venueEnded = status !== null && status !== "open" && status !== "partially-filled";
        const isDenied = outcome === "refused" || outcome === "absent";
        // It has ended only where the venue has said so, or nothing is left of it.
        if (isFinal(state)) assertEquals(venueEnded || isDenied || filledLots === 1_000, true, name);
        // What is filled is never denied.
        if (filledLots > 0) {
          assertEquals(["cancelled", "refused", "absent", "open"].includes(state), false, name);
        }
        if (outcome === "none" && status === null && filledLots === 0) assertEquals(state, "unknown");
        if (outcome === "accepted" && status === null && filledLots === 0) assertEquals(state, "open");
      }
    }
  }
});
