import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Detector, type DetectorListener, type OpenOpportunity } from "../../../src/arbitrage/detector.ts";
import { type EdgePlan, findEdge } from "../../../src/arbitrage/edge.ts";
import { buildRoutes } from "../../../src/arbitrage/route.ts";
import type { ArbitrageOpportunity } from "../../../src/core/opportunity.ts";
import type { OrderBook } from "../../../src/market/order_book.ts";
import { bookOf, setBook } from "../../support/books.ts";
import { testInstruments } from "../../support/instruments.ts";

const limits = { maxNotional: 1_000, minEdgeBps: 2 };
const maxBookAgeMs = 1_000;
/** What the wall clock shows when the monotonic one shows 0. */
const epoch = 1_767_225_600_000;

class Recorder implements DetectorListener {
  readonly edges: { id: number; plan: EdgePlan }[] = [];
  readonly ended: ArbitrageOpportunity[] = [];

  onEdge(opportunity: OpenOpportunity, plan: EdgePlan): void {
    this.edges.push({ id: opportunity.id, plan });
  }

  onEnded(opportunity: ArbitrageOpportunity): void {
    this.ended.push(opportunity);
  }
}

/** A detector over HYPE on three venues (0 MEXC spot, 1 Gate.io spot, 2 Gate.io futures), all at 100 without an edge. */
class Bench {
  readonly recorder = new Recorder();
  readonly universe = buildRoutes(testInstruments(["HYPE"]));
  readonly detector = new Detector(this.universe, { limits, maxBookAgeMs }, this.recorder);
  readonly books: readonly OrderBook[];

  constructor() {
    this.books = testInstruments(["HYPE"]).all.map(({ id }) => bookOf(id, [[99.9, 50]], [[100.1, 50]]));
  }

  /** Shows a venue's quote around `middle` to the detector. */
  quote(venue: number, middle: number, now: number): void {
    const book = this.books[venue]!;
    setBook(book, [[middle - 0.1, 50]], [[middle + 0.1, 50]], now);
    this.detector.onBook(book, now, epoch + now);
  }

  all(now: number): void {
    for (const venue of [0, 1, 2]) this.quote(venue, 100, now);
  }
}

Deno.test("An opportunity begins with the first edge, goes on while there is one, and is told with its peak when closed", () => {
  const bench = new Bench();
  bench.all(0);
  assertEquals(bench.detector.seen, 0);
  bench.quote(2, 101, 10);
  bench.quote(2, 103, 20);
  bench.quote(2, 102, 30);
  const [onMexc] = bench.detector.open;
  assertEquals([onMexc!.id, onMexc!.startedAt], [1, epoch + 10]);
  assertEquals([onMexc!.route.buy.id, onMexc!.route.sell.id], [0, 2]);
  bench.quote(2, 100, 40);
  assertEquals(bench.detector.open, []);
  const closed = bench.recorder.ended.find(({ id }) => id === 1)!;
  const peak = bench.recorder.edges.filter(({ id }) => id === 1)[1]!.plan;
  assertEquals(closed, {
    id: 1,
    buy: onMexc!.route.buy.id,
    sell: onMexc!.route.sell.id,
    startedAt: epoch + 10,
    endedAt: epoch + 40,
    endReason: "closed",
    peakEdgeBps: peak.edgeBps,
    spreadBps: closed.spreadBps!,
    peakQuantity: peak.sellQuantity,
    peakProfit: peak.profit,
    executions: 0,
    decision: "",
    rejectedBy: "",
  });
  assert(closed.spreadBps! > peak.edgeBps, "the spread is before fees");
  assert(peak.edgeBps > 250, "the peak is the middle of the three");
});

Deno.test("Opportunities are numbered in the order in which they begin, and a route that crosses again is a new one", () => {
  const bench = new Bench();
  bench.all(0);
  for (const now of [10, 30, 50]) {
    bench.quote(2, 102, now);
    bench.quote(2, 100, now + 10);
  }
  const ids = bench.recorder.ended.map(({ id }) => id).sort((a, b) => a - b);
  assertEquals(ids, ids.map((_, index) => index + 1));
  assertEquals(bench.detector.seen, ids.length);
  const ofRoute = bench.recorder.ended.filter(({ buy, sell }) => buy === 0 && sell === 2);
  assertEquals(ofRoute.map(({ startedAt }) => startedAt - epoch), [10, 30, 50]);
});

Deno.test("The number of executions that whoever trades has counted is told at the end", () => {
  const bench = new Bench();
  bench.all(0);
  bench.quote(2, 102, 10);
  for (const opportunity of bench.detector.open) opportunity.executions = 3;
  bench.detector.stop(epoch + 15);
  assertEquals(new Set(bench.recorder.ended.map(({ executions }) => executions)), new Set([3]));
  assertEquals(new Set(bench.recorder.ended.map(({ endReason }) => endReason)), new Set(["stopped"]));
  assertEquals(new Set(bench.recorder.ended.map(({ endedAt }) => endedAt)), new Set([epoch + 15]));
  assertEquals(bench.detector.open, []);
});

Deno.test("A book that becomes unusable ends what is open on it and nothing else", () => {
  const bench = new Bench();
  bench.all(0);
  bench.quote(0, 97, 10);
  const routes = bench.detector.open.map(({ route }) => [route.buy.id, route.sell.id].join());
  assertEquals(routes.sort(), ["0,1", "0,2"]);
  bench.books[2]!.reset();
  bench.detector.onBroken(bench.books[2]!.instrument, epoch + 20);
  assertEquals(
    bench.recorder.ended.map(({ sell, endReason, endedAt }) => [sell, endReason, endedAt - epoch]),
    [
      [2, "unusable", 20],
    ],
  );
  assertEquals(bench.detector.open.map(({ route }) => route.sell.id), [1]);
});

Deno.test("An unusable or stale book on the other side makes no opportunity and ends one", () => {
  const bench = new Bench();
  bench.all(0);
  bench.books[0]!.usable = false;
  bench.quote(2, 102, 10);
  assertEquals(bench.detector.open.map(({ route }) => route.buy.id), [1]);
  bench.books[0]!.usable = true;
  bench.quote(2, 102, maxBookAgeMs);
  assertEquals(bench.detector.open.map(({ route }) => route.buy.id).sort(), [0, 1]);
  bench.quote(2, 102, maxBookAgeMs + 1);
  assertEquals(bench.detector.open, []);
  assertEquals(bench.recorder.ended.map(({ endReason }) => endReason), ["unusable", "unusable"]);
});

Deno.test("A sweep ends what is open on books that nobody has heard of, and leaves the others", () => {
  const bench = new Bench();
  bench.all(0);
  bench.quote(2, 102, 500);
  bench.quote(0, 100, 800);
  bench.detector.sweep(maxBookAgeMs, epoch + maxBookAgeMs);
  assertEquals(bench.recorder.ended, []);
  bench.detector.sweep(maxBookAgeMs + 1, epoch + maxBookAgeMs + 1);
  assertEquals(bench.recorder.ended.map(({ buy, endReason }) => [buy, endReason]), [[1, "unusable"]]);
  bench.detector.sweep(1_501, epoch + 1_501);
  assertEquals(bench.detector.open, []);
  assertEquals(bench.recorder.ended.map(({ endedAt }) => endedAt - epoch), [1_001, 1_501]);
});

Deno.test("The books of a route may be read only while both are usable and fresh", () => {
  const bench = new Bench();
  const route = bench.universe.routes[0]!;
  assertEquals(bench.detector.books(route, 0), undefined);
  bench.quote(route.buy.id, 100, 0);
  assertEquals(bench.detector.books(route, 0), undefined);
  bench.quote(route.sell.id, 100, 100);
  const books = bench.detector.books(route, maxBookAgeMs);
  assert(books?.buy === bench.books[route.buy.id] && books?.sell === bench.books[route.sell.id]);
  assertEquals(bench.detector.books(route, maxBookAgeMs + 1), undefined);
  bench.quote(route.buy.id, 100, maxBookAgeMs);
  bench.books[route.sell.id]!.usable = false;
  assertEquals(bench.detector.books(route, maxBookAgeMs), undefined);
});

interface Step {
  readonly kind: "quote" | "break" | "sweep";
  readonly venue: number;
  readonly middle: number;
  readonly wait: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("quote", "quote", "quote", "quote", "break", "sweep"),
    venue: fc.integer({ min: 0, max: 2 }),
    middle: fc.constantFrom(99, 100, 100.2, 101),
    wait: fc.constantFrom(1, 50, 400, 1_200),
  }),
  { maxLength: 60 },
);

Deno.test("Whatever books do, what is open was there at the last look, and every opportunity ends exactly once", () => {
  fc.assert(fc.property(steps, (all) => {
    const bench = new Bench();
    const heard = new Set<number>();
    let now = 0;
    for (const { kind, venue, middle, wait } of all) {
      now += wait;
      const told = bench.recorder.edges.length;
      if (kind === "sweep") bench.detector.sweep(now, epoch + now);
      else if (kind === "break") {
        bench.books[venue]!.reset();
        bench.detector.onBroken(bench.books[venue]!.instrument, epoch + now);
      } else {
        bench.quote(venue, middle, now);
        heard.add(venue);
        const expected = bench.universe.byInstrument[venue]!.filter(({ buy, sell }) =>
          [buy, sell].every(({ id }) => heard.has(id) && bench.books[id]!.isFresh(now, maxBookAgeMs))
        ).flatMap((route) =>
          findEdge(route, bench.books[route.buy.id]!, bench.books[route.sell.id]!, limits) ?? []
        );
        assertEquals(bench.recorder.edges.slice(told).map(({ plan }) => plan), expected);
        const touching = bench.detector.open.filter(({ route }) =>
          route.buy.id === venue || route.sell.id === venue
        );
        assertEquals(touching.map(({ route }) => route.id), expected.map(({ route }) => route.id));
      }
      for (const { route } of kind === "sweep" ? bench.detector.open : []) {
        assert(bench.detector.books(route, now) !== undefined, "a sweep leaves nothing on stale books");
      }
    }
    bench.detector.stop(epoch + now);
    bench.detector.stop(epoch + now + 1);
    assertEquals(bench.recorder.ended.length, bench.detector.seen);
    const ids = bench.recorder.ended.map(({ id }) => id).sort((a, b) => a - b);
    assertEquals(ids, Array.from({ length: bench.detector.seen }, (_, index) => index + 1));
    for (const ended of bench.recorder.ended) {
      const edges = bench.recorder.edges.filter(({ id }) => id === ended.id).map(({ plan }) => plan.edgeBps);
      assertEquals(ended.peakEdgeBps, Math.max(...edges));
      assert(ended.startedAt <= ended.endedAt);
    }
  }));
});

Deno.test("A route that is excluded is ended and not looked at any more", () => {
  const bench = new Bench();
  bench.all(0);
  bench.quote(2, 103, 10);
  const { route } = bench.detector.open[0]!;
  const open = bench.detector.open.length;
  bench.detector.exclude(route, epoch + 20);
  assertEquals(bench.recorder.ended.map(({ endReason }) => endReason), ["unusable"]);
  bench.quote(2, 104, 30);
  assertEquals(bench.detector.open.length, open - 1);
  assertEquals(bench.detector.open.some((opportunity) => opportunity.route === route), false);
});
