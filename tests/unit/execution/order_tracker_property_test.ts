import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Fill } from "../../../src/core/fill.ts";
import type { Side } from "../../../src/core/order.ts";
import type { OrderAck, OrderReport, OrderRequest, Outcome } from "../../../src/core/order_request.ts";
import { isFinal, type OrderState } from "../../../src/execution/order_state.ts";
import type { TrackedOrder } from "../../../src/execution/tracked_order.ts";
import { Exact } from "../../support/exact.ts";
import { testInstruments } from "../../support/instruments.ts";
import { accepted, lost, OrderDesk, refused } from "../../support/order_desk.ts";
import { reportOf, requestOf, tradeOf } from "../../support/order_messages.ts";

const instruments = testInstruments().all;

/** Something that arrives. */
type Message =
  | { readonly kind: "outcome"; readonly outcome: Outcome<OrderAck> }
  | { readonly kind: "report"; readonly report: OrderReport }
  | { readonly kind: "fill"; readonly fill: Fill }
  | { readonly kind: "cancel" }
  | { readonly kind: "absent" };

function deliver({ tracker }: OrderDesk, order: TrackedOrder, message: Message): boolean {
  if (message.kind === "outcome") tracker.outcome(order, message.outcome);
  else if (message.kind === "report") tracker.report(message.report);
  else if (message.kind === "fill") return tracker.fill(message.fill)!.isNew;
  else if (message.kind === "cancel") tracker.cancelling(order);
  else tracker.absent(order);
  return false;
}

/** What truly happened to an order at the venue, and everything that the venue says of it. */
interface History {
  readonly request: OrderRequest;
  readonly trades: readonly number[];
  readonly end: OrderState;
  readonly said: readonly Message[];
  readonly final: OrderReport;
}

const requestArbitrary: fc.Arbitrary<OrderRequest> = fc.record({
  instrument: fc.constantFrom(...instruments),
  side: fc.constantFrom<Side>("buy", "sell"),
  lots: fc.integer({ min: 1, max: 50_000 }),
}).map(({ instrument, ...rest }) => requestOf(instrument, rest));

/** Sizes of the trades of an order of so many lots: all of it, or less. */
function tradesArbitrary(lots: number): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 1, max: Math.max(1, Math.ceil(lots / 2)) }), { maxLength: 5 }).map(
    (wanted) => {
      let left = lots;
      return wanted.map((size) => {
        const traded = Math.min(size, left);
        left -= traded;
        return traded;
      }).filter((size) => size > 0);
    },
  );
}

function historyOf(request: OrderRequest, trades: readonly number[], isWhole: boolean): History {
  const all = isWhole ? [...trades, request.lots - sum(trades)].filter((size) => size > 0) : trades;
  let filled = 0;
  const said: Message[] = [{ kind: "report", report: reportOf(request, "open") }];
  for (const [index, size] of all.entries()) {
    filled += size;
    said.push({ kind: "fill", fill: tradeOf(request, `t${index}`, size) });
    if (filled < request.lots) {
      said.push({ kind: "report", report: reportOf(request, "partially-filled", filled) });
    }
  }
  const end = filled === request.lots ? "filled" : filled > 0 ? "partially-cancelled" : "cancelled";
  const final = reportOf(request, end, filled);
  said.push({ kind: "report", report: final });
  return { request, trades: all, end, said, final };
}

const historyArbitrary: fc.Arbitrary<History> = requestArbitrary.chain((request) =>
  fc.tuple(tradesArbitrary(request.lots), fc.boolean()).map(([trades, isWhole]) =>
    historyOf(request, trades, isWhole)
  )
);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The messages with some of them twice, in any order. */
function shuffled(said: readonly Message[]): fc.Arbitrary<Message[]> {
  return fc.subarray([...said]).chain((again) =>
    fc.shuffledSubarray([...said, ...again], { minLength: said.length + again.length })
  );
}

/** Some of the messages, each possibly twice, in any order. */
function someOf(said: readonly Message[]): fc.Arbitrary<Message[]> {
  return fc.shuffledSubarray([...said, ...said]);
}

/** Coins that the trades brought or took at the end, exactly. */
function netOf({ request, trades }: History): Exact {
  const { instrument, side } = request;
  const step = Exact.of(instrument.lot.size).times(Exact.of(instrument.contractSize.size));
  const gross = step.times(Exact.of(sum(trades)));
  const keepsCoin = side === "buy" && instrument.exchange === "GATEIO_SPOT";
  const net = keepsCoin ? gross.times(Exact.one.minus(Exact.of(instrument.takerFee))) : gross;
  return side === "buy" ? net : Exact.zero.minus(net);
}

function assertClose(actual: number, expected: Exact, what: string): void {
  const value = expected.toNumber();
  assert(
    Math.abs(actual - value) <= 1e-9 * Math.max(1, Math.abs(value)),
    `${what}: ${actual} is not ${value}`,
  );
}

Deno.test("Everything that a venue says of an order, in any order and repeated, ends in the same truth without a doubt", () => {
  const scripts = historyArbitrary.chain((history) => {
    const outcome = fc.constantFrom(accepted(history.request), lost);
    const asks = fc.array(fc.constant<Message>({ kind: "cancel" }), { maxLength: 2 });
    return fc.tuple(outcome, asks).chain(([outcome, cancels]) =>
      shuffled([...history.said, ...cancels, { kind: "outcome", outcome }])
    ).map((messages) => ({ history, messages }));
  });
  fc.assert(
    fc.property(scripts, ({ history, messages }) => {
      const desk = new OrderDesk();
      const order = desk.order(history.request);
      let filled = 0, ended = false, newFills = 0;
      for (const message of messages) {
        if (deliver(desk, order, message)) newFills += 1;
        assert(order.filledLots >= filled, "filled lots shrink");
        assert(!ended || order.isFinal, "an order lives again");
        [filled, ended] = [order.filledLots, order.isFinal];
      }
      assertEquals(desk.doubts, []);
      assertEquals([order.state, order.filledLots], [history.end, sum(history.trades)]);
      assertEquals([order.isSettled, desk.tracker.open.length], [true, 0]);
      assertEquals([newFills, order.fills.length], [history.trades.length, history.trades.length]);
      assertClose(order.filledNet, netOf(history), "net");
      const { lot, contractSize } = history.request.instrument;
      assertEquals(order.filledQuantity, lot.times(contractSize).value(sum(history.trades)));
    }),
    { numRuns: 1_500 },
  );
});

Deno.test("Whatever part of the messages came, one answer to a question and the trades settle the order", () => {
  const scripts = historyArbitrary.chain((history) =>
    someOf([...history.said, { kind: "outcome", outcome: lost }]).map((messages) => ({ history, messages }))
  );
  fc.assert(
    fc.property(scripts, ({ history, messages }) => {
      const desk = new OrderDesk();
      const order = desk.order(history.request);
      for (const message of messages) deliver(desk, order, message);
      // The trade of a lost message is not known yet: its coins are counted, less the most that may be kept back.
      assert(Math.abs(order.filledNet) <= Math.abs(order.filledQuantity) * (1 + 1e-12));
      desk.tracker.report(history.final);
      assertEquals([order.isFinal, order.filledLots], [true, sum(history.trades)]);
      assertClose(order.filledNet, netOf(history), "net before the trades are known");
      for (const message of history.said) if (message.kind === "fill") desk.tracker.fill(message.fill);
      assertEquals([order.state, order.isSettled, desk.doubts], [history.end, true, []]);
      assertClose(order.filledNet, netOf(history), "net");
    }),
    { numRuns: 500 },
  );
});

Deno.test("An order that the venue never took ends with nothing filled and no doubt, in whatever words and order it says so", () => {
  const request = requestOf(instruments[0]!);
  const words: Message[] = [
    { kind: "outcome", outcome: refused },
    { kind: "outcome", outcome: lost },
    { kind: "cancel" },
    { kind: "absent" },
  ];
  fc.assert(fc.property(shuffled(words), (messages) => {
    const desk = new OrderDesk();
    const order = desk.order(request);
    for (const message of messages) deliver(desk, order, message);
    assert(["refused", "absent", "cancelled"].includes(order.state), order.state);
    assertEquals([order.filledLots, order.isSettled, desk.doubts], [0, true, []]);
  }));
});

Deno.test("An order that the venue took and rejected then is refused, whichever word comes first", () => {
  const request = requestOf(instruments[0]!);
  const words: Message[] = [
    { kind: "outcome", outcome: accepted(request) },
    { kind: "outcome", outcome: lost },
    { kind: "report", report: reportOf(request, "rejected") },
    { kind: "cancel" },
  ];
  fc.assert(fc.property(shuffled(words), (messages) => {
    const desk = new OrderDesk();
    const order = desk.order(request);
    for (const message of messages) deliver(desk, order, message);
    assertEquals([order.state, order.filledLots, order.isSettled, desk.doubts], ["refused", 0, true, []]);
  }));
});

/** Anything that could come in, true or not. */
function anythingOf(request: OrderRequest): fc.Arbitrary<Message[]> {
  const lots = fc.integer({ min: 0, max: request.lots + 2 });
  const message = fc.oneof(
    fc.record({
      kind: fc.constant("report" as const),
      report: fc.tuple(
        fc.constantFrom(
          "open",
          "partially-filled",
          "filled",
          "cancelled",
          "partially-cancelled",
          "rejected",
        ),
        lots,
      ).map(([status, filled]) => reportOf(request, status, filled)),
    }),
    fc.record({
      kind: fc.constant("fill" as const),
      fill: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 })).map(([id, size]) =>
        tradeOf(request, `t${id}`, size)
      ),
    }),
    fc.record({
      kind: fc.constant("outcome" as const),
      outcome: fc.constantFrom(accepted(request), lost, refused),
    }),
    fc.constantFrom<Message>({ kind: "cancel" }, { kind: "absent" }),
  );
  return fc.array(message, { maxLength: 25 });
}

Deno.test("Whatever is said, nothing filled is forgotten, no trade counts twice, and an end stays an end", () => {
  const scripts = fc.tuple(fc.constantFrom(...instruments), fc.constantFrom<Side>("buy", "sell")).chain(
    ([instrument, side]) => {
      const request = requestOf(instrument, { lots: 8, side });
      return anythingOf(request).map((messages) => ({ request, messages }));
    },
  );
  fc.assert(
    fc.property(scripts, ({ request, messages }) => {
      const desk = new OrderDesk();
      const order = desk.order(request);
      const trades = new Map<string, Fill>();
      let reported = 0;
      for (const message of messages) {
        const { state } = order, doubts = desk.doubts.length;
        const isNew = deliver(desk, order, message);
        if (message.kind === "fill") {
          assertEquals(isNew, !trades.has(message.fill.tradeId));
          if (isNew) trades.set(message.fill.tradeId, message.fill);
        }
        if (message.kind === "report") reported = Math.max(reported, message.report.filledLots);
        const step = Exact.of(request.instrument.lot.size).times(
          Exact.of(request.instrument.contractSize.size),
        );
        const traded = [...trades.values()].reduce(
          (total, { quantity }) => total.plus(Exact.of(quantity).over(step)),
          Exact.zero,
        );
        assertEquals(order.filledLots, Math.max(reported, Math.round(traded.toNumber())));
        if (isFinal(state)) assertEquals(order.state, state);
        if (desk.doubts.length > doubts && order.state !== state) {
          // A contradiction changes nothing; only an order that is overfilled has ended with it.
          assert(
            order.filledLots > request.lots,
            `${desk.doubts.at(-1)} led from ${state} to ${order.state}`,
          );
        }
      }
      assertEquals(order.fills.length, trades.size);
      assertEquals(new Set(desk.doubts).size, desk.doubts.length, "a doubt is told twice");
      assertEquals(order.doubts.length, desk.doubts.length);
    }),
    { numRuns: 2_000 },
  );
});
