import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Instrument } from "../../../src/core/instrument.ts";
import {
  bandOf,
  type HedgeCandidate,
  isResidue,
  isTrapped,
  leastOrder,
  nextHedge,
} from "../../../src/execution/hedge_ladder.ts";
import { bookOf } from "../../support/books.ts";
import { testInstruments } from "../../support/instruments.ts";

const instruments = testInstruments(["HYPE"]).all;
const [mexc, gate, futures] = instruments as [Instrument, Instrument, Instrument];
const settings = { bandsBps: [5, 20, 100], maxNotional: 1_000_000 };

/** An instrument with bid and ask, all open and with room for everything where nothing else is said. */
function candidate(
  instrument: Instrument,
  [bid, ask]: readonly [number, number],
  changes: Partial<HedgeCandidate> = {},
): HedgeCandidate {
  const book = bookOf(instrument.id, [[bid, 1_000]], [[ask, 1_000]]);
  return { instrument, book, isOpen: true, room: 1e9, closable: 0, ...changes };
}

Deno.test("The instrument on which something is missing is tried twice, then the cheapest after fees stands in", () => {
  const candidates = [
    candidate(mexc, [39.9, 40]),
    candidate(gate, [40, 40.1]),
    candidate(futures, [39.99, 40.05]),
  ];
  const chosen = [0, 1, 2, 3].map((attempt) => {
    const step = nextHedge(10, attempt, candidates, mexc, settings);
    return step.kind === "order" ? [step.order.instrument.exchange, step.order.why] : step.kind;
  });
  const cheapest = [mexc, gate, futures].map((instrument, index) => ({
    exchange: instrument.exchange,
    brings: [39.9, 40, 39.99][index]! * (1 - instrument.takerFee),
  })).sort((a, b) => b.brings - a.brings)[0]!.exchange;
  assertEquals(chosen, [
    ["MEXC_SPOT", "hedge 1, again, within 5 bps"],
    ["MEXC_SPOT", "hedge 2, again, within 20 bps"],
    [cheapest, `hedge 3, ${cheapest === "MEXC_SPOT" ? "again" : "instead"}, within 100 bps`],
    [cheapest, `hedge 4, ${cheapest === "MEXC_SPOT" ? "again" : "instead"}, within 100 bps`],
  ]);
});

Deno.test("Another stands in at once when the missing instrument cannot take it", () => {
  const ways: Partial<HedgeCandidate>[] = [
    { isOpen: false },
    { book: undefined },
    { room: 0.02 },
    { instrument: { ...mexc, tradable: false } },
  ];
  for (const way of ways) {
    const candidates = [candidate(mexc, [40, 40.1], way), candidate(futures, [39, 39.1])];
    const step = nextHedge(1, 0, candidates, candidates[0]!.instrument, settings);
    assertEquals(step.kind === "order" && step.order.instrument, futures);
  }
});

Deno.test("When nobody can take it, it is said why, for each", () => {
  const candidates = [
    candidate(mexc, [40, 40.1], { isOpen: false }),
    candidate(gate, [40, 40.1], { book: undefined }),
    candidate(futures, [40, 40.1], { room: 0.05 }),
  ];
  assertEquals(nextHedge(-1, 0, candidates, undefined, settings), {
    kind: "wait",
    why:
      "MEXC_SPOT: account is not live; GATEIO_SPOT: book is not usable; GATEIO_FUTURES: room for 0.05 to buy",
  });
  const closed = candidate({ ...mexc, tradable: false }, [40, 40.1]);
  const small = nextHedge(1, 0, [closed, candidate(gate, [40, 40.1])], undefined, {
    ...settings,
    maxNotional: 0.5,
  });
  assertEquals(small, {
    kind: "wait",
    why: "MEXC_SPOT: takes no orders; GATEIO_SPOT: too little for its least order",
  });
});

Deno.test("It is done exactly when the rest is under every least order, reachable or not", () => {
  const far = { isOpen: false, room: 0 };
  const candidates = [candidate(mexc, [40, 40], far), candidate(futures, [40, 40], far)];
  // MEXC takes 1 USDT or more, which is 0.03 HYPE at 40; a contract is 0.1.
  assertEquals(nextHedge(0.029, 0, candidates, mexc, settings), { kind: "done" });
  assertEquals(nextHedge(-0.03, 0, candidates, mexc, settings).kind, "wait");
  assertEquals(nextHedge(0.099, 0, [candidates[1]!], mexc, settings), { kind: "done" });
  assertEquals(nextHedge(0.1, 0, [candidates[1]!], mexc, settings).kind, "wait");
  assertEquals(nextHedge(5, 0, [], mexc, settings), { kind: "done" });
});

Deno.test("The least order is a lot, the least size or the least value, in base units", () => {
  assertAlmostEquals(leastOrder(mexc, 40), 0.03, 1e-9);
  assertAlmostEquals(leastOrder(mexc, 100), 0.01, 1e-9);
  assertAlmostEquals(leastOrder(mexc, NaN), 0.01, 1e-9);
  assertAlmostEquals(leastOrder(futures, 40), 0.1, 1e-9);
  assertAlmostEquals(leastOrder({ ...futures, minQuantity: 3, minNotional: 20 }, 40), 0.5, 1e-9);
  assertAlmostEquals(leastOrder({ ...mexc, minQuantity: 0.5 }, 40), 0.5, 1e-9);
});

Deno.test("A little that only an empty account would take is trapped; nothing else is", () => {
  const empty = { room: 0.01 };
  const small = candidate(futures, [40, 40]);
  assert(isTrapped(0.05, [candidate(mexc, [40, 40], empty), small]));
  assert(isTrapped(0.05, [candidate(mexc, [40, 40], empty), candidate(futures, [40, 40], { room: 0 })]));
  assert(!isTrapped(0.05, [candidate(mexc, [40, 40]), small]), "MEXC can take it");
  assert(
    !isTrapped(0.5, [candidate(mexc, [40, 40], empty), candidate(futures, [40, 40], empty)]),
    "it is much",
  );
  for (const way of [{ isOpen: false }, { book: undefined }]) {
    assert(!isTrapped(0.05, [candidate(mexc, [40, 40], { ...empty, ...way }), small]), "nobody knows yet");
  }
});

Deno.test("The band widens with each attempt, and the last one stays", () => {
  assertEquals([0, 1, 2, 3, 99].map((attempt) => bandOf(attempt, [5, 20, 100])), [5, 20, 100, 100, 100]);
  assertEquals(bandOf(0, []), 0);
});

Deno.test("A band that is narrower than a tick still reaches the best price", () => {
  for (const exposure of [1, -1]) {
    const step = nextHedge(exposure, 0, [candidate(mexc, [0.001, 0.002])], mexc, {
      ...settings,
      bandsBps: [1],
    });
    if (step.kind === "order") assertEquals(step.order.priceTicks, exposure > 0 ? 1 : 2);
  }
});

const price = fc.integer({ min: 30_000, max: 50_000 }).map((ticks) => ticks / 1_000);
const amount = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 5_000 }).map((lots) => lots / 1_000),
  fc.constant(1e6),
);
const arbitraryCandidate = fc.record({
  instrument: fc.constantFrom(...instruments),
  bid: price,
  spread: fc.integer({ min: 0, max: 400 }),
  isOpen: fc.boolean(),
  hasBook: fc.boolean(),
  room: amount,
  closable: amount,
});

Deno.test("Whatever the books and accounts, an order keeps to exposure, band, lots, money and position", () => {
  const property = fc.property(
    fc.uniqueArray(arbitraryCandidate, { selector: ({ instrument }) => instrument.id }),
    fc.oneof(
      fc.integer({ min: -500_000, max: 500_000 }).map((count) => count / 100_000),
      fc.double({ min: -3, max: 3, noNaN: true }),
    ),
    fc.nat(5),
    fc.constantFrom(...instruments, undefined),
    fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 4 }),
    fc.constantFrom(20, 100, 1e6),
    (facts, exposure, attempt, preferred, bandsBps, maxNotional) => {
      const candidates = facts.map(({ instrument, bid, spread, hasBook, ...rest }) => {
        const { book, ...other } = candidate(instrument, [bid, bid + spread / 1_000], rest);
        return { ...other, book: hasBook ? book : undefined };
      });
      const step = nextHedge(exposure, attempt, candidates, preferred, { bandsBps, maxNotional });
      assertEquals(step.kind === "done", isResidue(exposure, candidates));
      if (step.kind !== "order") return;
      const { instrument, side, lots, priceTicks, reduceOnly } = step.order;
      const place = facts.findIndex((each) => each.instrument === instrument);
      const { bid, spread, isOpen, hasBook, room, closable } = facts[place]!;
      assert(isOpen && hasBook && side === (exposure > 0 ? "sell" : "buy"));
      // HYPE: a lot of spot is 0.01, a contract 0.1; a tick is 0.001.
      const size = lots * (instrument === futures ? 0.1 : 0.01), limit = priceTicks / 1_000;
      assert(Number.isSafeInteger(lots) && lots > 0 && Number.isSafeInteger(priceTicks) && priceTicks > 0);
      assert(size <= Math.abs(exposure) + 1e-8, `${size} would turn ${exposure}`);
      assert(size <= room + 1e-8 * room && size * limit <= maxNotional * (1 + 1e-6));
      const band = bandsBps.length === 0 ? 0 : bandsBps[Math.min(attempt, bandsBps.length - 1)]!;
      const best = side === "sell" ? bid : bid + spread / 1_000;
      const beyond = side === "sell" ? best - limit : limit - best;
      assert(
        beyond >= -1e-9 && beyond <= best * band / 10_000 + 1e-9,
        `${limit} is beyond the band at ${best}`,
      );
      assertEquals(reduceOnly, instrument === futures && size <= closable * (1 + 1e-9));
      // The venue must take it.
      assert(instrument === futures || size * limit >= 1 - 1e-6);
      if (attempt < 2 && instrument === preferred) return;
      // None that could take a lot of it would be cheaper.
      const costs = facts.filter((each) => {
        const alone = candidates.filter((other) => other.instrument === each.instrument);
        const others = nextHedge(exposure, attempt, alone, undefined, { bandsBps, maxNotional });
        return others.kind === "order";
      }).map((each) =>
        side === "sell"
          ? -each.bid * (1 - each.instrument.takerFee)
          : (each.bid + each.spread / 1_000) * (1 + each.instrument.takerFee)
      );
      const fee = instrument.takerFee;
      assertAlmostEquals(side === "sell" ? -best * (1 - fee) : best * (1 + fee), Math.min(...costs), 1e-9);
    },
  );
  fc.assert(property, { numRuns: 3_000 });
});
