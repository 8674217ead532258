import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { DepthUpdate } from "../../../src/core/depth_update.ts";
import type { SequenceRules } from "../../../src/market/book_synchroniser.ts";
import {
  depthUpdate,
  type Level,
  levelsOfBook,
  NaiveBook,
  setLevel,
  snapshotOf,
  sorted,
} from "../../support/naive_book.ts";
import { gateioRules, mexcRules, SynchroniserHarness } from "../../support/synchroniser_harness.ts";

/** One version of a market: a few changed levels. */
interface Change {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** A market: its book at every version, and frames that gather one or more versions each. */
interface Market {
  /** The book of version i at index i; version 0 is empty. */
  readonly books: readonly NaiveBook[];
  readonly frames: readonly DepthUpdate[];
}

/** Bids are below 100 and asks above, so the market itself is never crossed. */
const side = (from: number): fc.Arbitrary<Level[]> =>
  fc.array(
    fc.tuple(
      fc.integer({ min: from, max: from + 12 }),
      fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })),
    ),
    { maxLength: 3 },
  );
const change: fc.Arbitrary<Change> = fc.record({ bids: side(80), asks: side(101) });
const market: fc.Arbitrary<Market> = fc.tuple(
  fc.array(change, { minLength: 60, maxLength: 100 }),
  fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 100, maxLength: 100 }),
).map(([changes, sizes]) => buildMarket(changes, sizes));

function buildMarket(changes: readonly Change[], sizes: readonly number[]): Market {
  const books = [new NaiveBook()];
  for (const each of changes) {
    const next = books.at(-1)!.clone();
    next.change(books.length, each);
    books.push(next);
  }
  const frames: DepthUpdate[] = [];
  for (let first = 0; first < changes.length;) {
    const part = changes.slice(first, first + sizes[frames.length]!);
    frames.push(gather(first + 1, part));
    first += part.length;
  }
  return { books, frames };
}

/** The last size of every level that was touched: what venues send. */
function gather(firstId: number, changes: readonly Change[]): DepthUpdate {
  const bids = new Map<number, number>();
  const asks = new Map<number, number>();
  for (const each of changes) {
    for (const [price, quantity] of each.bids) bids.set(price, quantity);
    for (const [price, quantity] of each.asks) asks.set(price, quantity);
  }
  return depthUpdate({
    firstId,
    lastId: firstId + changes.length - 1,
    bids: sorted(bids, -1),
    asks: sorted(asks, 1),
  });
}

type Act = "frame" | "lose" | "repeat" | "snapshot" | "stale answer" | "disconnect" | "full";

/** Plays a market to a synchroniser and checks after every step that a usable book is a right one. */
class Session {
  readonly harness: SynchroniserHarness;
  /** Number of the next frame that the venue sends. */
  next = 0;
  /** Last version that the client was told of since the stream is live. */
  told = 0;

  constructor(readonly market: Market, rules: SequenceRules) {
    this.harness = new SynchroniserHarness(rules);
    this.harness.synchroniser.start();
  }

  act(act: Act, dice: number): void {
    const { harness, market } = this;
    if (act === "frame" && this.next < market.frames.length - 1) this.sendNext();
    else if (act === "lose") this.#skip(1);
    else if (act === "repeat" && this.next > 0) this.#repeat(market.frames[this.next - 1]!);
    else if (act === "snapshot") this.answer(this.#about(dice));
    else if (act === "stale answer") this.#staleAnswer(dice);
    else if (act === "full") this.#full();
    else if (act === "disconnect") {
      harness.synchroniser.stop();
      assertStrictEquals(harness.book.usable, false);
      this.#skip(Math.floor(dice * 4));
      this.told = 0;
      harness.synchroniser.start();
    }
    this.check();
  }

  /** A version near to what was sent last: venues answer with a book of about now, or anything from a cache. */
  #about(dice: number): number {
    const last = this.market.books.length - 1;
    if (dice < 0.2) return Math.floor(dice * 5 * last);
    const sent = this.next === 0 ? 0 : this.market.frames[this.next - 1]!.lastId;
    return Math.max(0, Math.min(last, sent + Math.floor((dice - 0.4) * 12)));
  }

  /** Answers the last request with the venue's book of this version. */
  answer(version: number): void {
    const generation = this.harness.requests.at(-1)!;
    this.harness.synchroniser.onSnapshot(snapshotOf(this.market.books[version]!), 0, generation);
  }

  check(): void {
    const { book } = this.harness;
    if (!book.usable) {
      assertStrictEquals(book.bids.length + book.asks.length, 0);
      return;
    }
    // As text: thousands of books are compared.
    const expected = this.market.books[book.version]!.levels();
    assertStrictEquals(JSON.stringify(levelsOfBook(book)), JSON.stringify(expected));
    assert(book.version >= this.told, `usable at ${book.version} although ${this.told} was told`);
  }

  /** Frames that nobody gets. */
  #skip(count: number): void {
    this.next = Math.min(this.next + count, this.market.frames.length - 1);
  }

  /** Sends what is left, the last frame included, which no script sends: it shows what is missing. */
  finish(): void {
    while (this.next < this.market.frames.length) {
      this.sendNext();
      this.check();
    }
    this.answer(this.market.books.length - 1);
    this.check();
  }

  sendNext(): void {
    const frame = this.market.frames[this.next]!;
    this.next += 1;
    this.told = frame.lastId;
    this.harness.synchroniser.onUpdate(frame, 0);
  }

  #repeat(frame: DepthUpdate): void {
    this.told = Math.max(this.told, frame.lastId);
    this.harness.synchroniser.onUpdate(frame, 0);
  }

  #full(): void {
    const version = this.next === 0 ? 0 : this.market.frames[this.next - 1]!.lastId;
    if (version === 0) return;
    this.told = version;
    this.harness.synchroniser.onUpdate(snapshotOf(this.market.books[version]!), 0);
  }

  /** An answer to a request that is not the last one says something wrong, to see that nobody listens. */
  #staleAnswer(dice: number): void {
    const { requests, synchroniser } = this.harness;
    if (requests.length < 2) return;
    const older = requests[Math.floor(dice * (requests.length - 1))]!;
    const wrong = depthUpdate({ lastId: this.market.books.length - 1, full: true, bids: [[99, 12345]] });
    synchroniser.onSnapshot(wrong, 0, older);
  }
}

const acts = (allowed: readonly fc.WeightedArbitrary<Act>[]): fc.Arbitrary<[Act, number][]> =>
  fc.array(
    fc.tuple(fc.oneof(...allowed), fc.noBias(fc.integer({ min: 0, max: 999 })).map((dice) => dice / 1000)),
    {
      minLength: 40,
      maxLength: 100,
    },
  );
const weigh = (weight: number, act: Act): fc.WeightedArbitrary<Act> => ({
  weight,
  arbitrary: fc.constant(act),
});

for (const [venue, rules] of [["MEXC", mexcRules], ["Gate.io", gateioRules]] as const) {
  const orderly = acts([weigh(8, "frame"), weigh(2, "snapshot")]);
  const hostile = acts([
    weigh(30, "frame"),
    weigh(12, "snapshot"),
    weigh(1, "lose"),
    weigh(1, "repeat"),
    weigh(2, "stale answer"),
    weigh(1, "disconnect"),
    weigh(1, "full"),
  ]);

  Deno.test(`A complete stream by ${venue}'s rules, joined by a snapshot of any moment, ends at the true book without a gap`, () => {
    fc.assert(
      fc.property(market, orderly, (truth, script) => {
        const session = new Session(truth, rules);
        for (const [act, dice] of script) session.act(act, dice);
        session.finish();
        const { book, synchroniser, breaks } = session.harness;
        assertEquals([book.usable, book.version], [true, truth.books.length - 1]);
        assertEquals([synchroniser.gaps, synchroniser.resyncs, breaks], [0, 0, []]);
      }),
      { numRuns: 300 },
    );
  });

  Deno.test(`By ${venue}'s rules a book is usable only while it is right, whatever is lost, repeated or late`, () => {
    let usable = 0;
    fc.assert(
      fc.property(market, hostile, (truth, script) => {
        const session = new Session(truth, rules);
        for (const [act, dice] of script) {
          session.act(act, dice);
          if (session.harness.book.usable) usable += 1;
        }
        session.finish();
        assertEquals([session.harness.book.usable, session.harness.book.version], [
          true,
          truth.books.length - 1,
        ]);
      }),
      { numRuns: 400 },
    );
    assert(usable > 2000, `the book was usable at only ${usable} moments`);
  });

  Deno.test(`By ${venue}'s rules one lost frame is one gap: unusable from the next frame until a newer snapshot`, () => {
    fc.assert(
      fc.property(market, fc.nat(), fc.nat(), (truth, where, joinedAt) => {
        const { frames, books } = truth;
        fc.pre(frames.length >= 3);
        const session = new Session(truth, rules);
        const { harness } = session;
        // Synchronised at the start of the stream or later, before the frame that is lost.
        const lost = 1 + (where % (frames.length - 2));
        session.answer(joinedAt % frames[lost]!.firstId);
        while (session.next < lost) session.sendNext();
        session.check();
        assertStrictEquals(harness.book.usable, true);
        session.act("lose", 0);
        assertStrictEquals(harness.book.usable, true);
        session.sendNext();
        assertEquals([harness.book.usable, harness.breaks, harness.synchroniser.gaps], [false, ["gap"], 1]);
        for (let old = 0; old < frames[lost]!.lastId; old++) {
          session.answer(old);
          assertStrictEquals(harness.book.usable, false);
        }
        session.answer(frames[lost]!.lastId);
        assertStrictEquals(harness.book.usable, true);
        session.check();
        session.finish();
        assertEquals([harness.book.version, harness.book.usable], [books.length - 1, true]);
        assertEquals([harness.synchroniser.gaps, harness.synchroniser.resyncs], [1, 1]);
      }),
      { numRuns: 200 },
    );
  });
}

Deno.test("The truth that streams are compared with is itself the sum of its changes", () => {
  const { books, frames } = buildMarket([
    { bids: [[90, 1], [89, 2]], asks: [] },
    { bids: [[90, 0]], asks: [[101, 4]] },
    { bids: [], asks: [[101, 5]] },
  ], [1, 2]);
  assertEquals(books.map((book) => book.levels()), [
    { bids: [], asks: [] },
    { bids: [[90, 1], [89, 2]], asks: [] },
    { bids: [[89, 2]], asks: [[101, 4]] },
    { bids: [[89, 2]], asks: [[101, 5]] },
  ]);
  assertEquals(frames.map(({ firstId, lastId }) => [firstId, lastId]), [[1, 1], [2, 3]]);
  const map = new Map<number, number>();
  setLevel(map, 1, 5);
  setLevel(map, 1, 0);
  assertStrictEquals(map.size, 0);
});
