import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { SequenceRules } from "../../../src/market/book_synchroniser.ts";
import { levelsOfBook } from "../../support/naive_book.ts";
import { gateioRules, mexcRules, SynchroniserHarness } from "../../support/synchroniser_harness.ts";

type Range = readonly [first: number, last: number];

/** One row of the venues' tables: what becomes of the frames around a snapshot. */
interface Row {
  readonly name: string;
  readonly snapshot: number;
  /** Frames that come before the snapshot, and after it. */
  readonly before?: readonly Range[];
  readonly after?: readonly Range[];
  /** Last ids of the frames that are in the book in the end; undefined when the book must be unusable. */
  readonly applied?: readonly number[];
  readonly version?: number;
  readonly gaps?: number;
}

const mexcRows: readonly Row[] = [
  {
    name: "a: drops a frame before the snapshot",
    snapshot: 1005,
    before: [[990, 1000]],
    applied: [],
    version: 1005,
  },
  {
    name: "b: drops a frame that ends at the snapshot",
    snapshot: 1005,
    before: [[1001, 1005]],
    applied: [],
    version: 1005,
  },
  {
    name: "c: applies a frame that straddles the snapshot",
    snapshot: 1005,
    before: [[990, 1000], [1001, 1003], [1004, 1010]],
    applied: [1010],
    version: 1010,
  },
  {
    name: "c': applies a frame that continues the snapshot",
    snapshot: 1005,
    before: [[1001, 1005], [1006, 1010]],
    applied: [1010],
    version: 1010,
  },
  {
    name: "c: applies a straddling frame that comes after the snapshot",
    snapshot: 1005,
    after: [[1004, 1010]],
    applied: [1010],
    version: 1010,
  },
  {
    name: "a, b: ignores older frames that come after the snapshot",
    snapshot: 1005,
    after: [[990, 1000], [1001, 1005], [1006, 1010]],
    applied: [1010],
    version: 1010,
  },
  {
    name: "d: applies the frame that follows",
    snapshot: 1005,
    before: [[1004, 1010]],
    after: [[1011, 1011]],
    applied: [1010, 1011],
    version: 1011,
  },
  {
    name: "e: a missing version is a gap",
    snapshot: 1005,
    before: [[1004, 1010]],
    after: [[1011, 1011], [1013, 1020]],
    gaps: 1,
  },
  {
    name: "e: a missing version between waiting frames is a gap",
    snapshot: 1005,
    before: [[1004, 1010], [1011, 1011], [1013, 1020]],
    gaps: 1,
  },
  {
    name: "a'': a first frame beyond the next version is a gap",
    snapshot: 1005,
    after: [[1008, 1010]],
    gaps: 1,
  },
  {
    name: "a'': a waiting frame beyond the next version asks for a newer snapshot",
    snapshot: 1005,
    before: [[1008, 1010]],
  },
];

const gateioRows: readonly Row[] = [
  { name: "480-500 is dropped", snapshot: 500, before: [[480, 500]], applied: [], version: 500 },
  {
    name: "495-505 is applied",
    snapshot: 500,
    before: [[480, 500], [495, 505]],
    applied: [505],
    version: 505,
  },
  {
    name: "506-506 is applied",
    snapshot: 500,
    before: [[480, 500], [495, 505]],
    after: [[506, 506]],
    applied: [505, 506],
    version: 506,
  },
  {
    name: "506-506 once more is ignored",
    snapshot: 500,
    before: [[495, 505]],
    after: [[506, 506], [506, 506], [507, 507]],
    applied: [505, 506, 507],
    version: 507,
  },
  {
    name: "506-506 twice among the waiting frames is ignored as well",
    snapshot: 500,
    before: [[495, 505], [506, 506], [506, 506], [507, 507]],
    applied: [505, 506, 507],
    version: 507,
  },
  { name: "509-512 is a gap", snapshot: 500, before: [[495, 505]], after: [[506, 506], [509, 512]], gaps: 1 },
  {
    name: "509-512 among the waiting frames is a gap",
    snapshot: 500,
    before: [[495, 505], [506, 506], [509, 512]],
    gaps: 1,
  },
  {
    name: "an oldest frame beyond the next id makes the snapshot too old",
    snapshot: 500,
    before: [[502, 505]],
  },
];

/** Frames of the futures stream as captured; the first nine digits are the same in all. */
const capturedFrames: readonly Range[] = [
  [3481, 3514],
  [3515, 3617],
  [3618, 3716],
  [3971, 4005],
  [4006, 4115],
  [4116, 4468],
  [4999, 5059],
  [5060, 5130],
  [5131, 5146],
  [5147, 5184],
  [5185, 5323],
].map(([first, last]) => [121506950000 + first!, 121506950000 + last!]);

function play(rules: SequenceRules, { snapshot, before = [], after = [] }: Row): SynchroniserHarness {
  const harness = new SynchroniserHarness(rules);
  harness.synchroniser.start();
  for (const [firstId, lastId] of before) harness.update({ firstId, lastId });
  harness.snapshot(snapshot);
  for (const [firstId, lastId] of after) harness.update({ firstId, lastId });
  return harness;
}

function check(rules: SequenceRules, row: Row): void {
  const harness = play(rules, row);
  const { book, synchroniser } = harness;
  assertStrictEquals(book.usable, row.applied !== undefined);
  assertStrictEquals(synchroniser.gaps, row.gaps ?? 0);
  if (row.applied !== undefined) {
    assertEquals(harness.marks, row.applied);
    assertStrictEquals(book.version, row.version);
    assertEquals(harness.requests.length, 1);
  } else {
    assertEquals(levelsOfBook(book), { bids: [], asks: [] });
    assert(synchroniser.wantsSnapshot(harness.requests.at(-1)!));
  }
}

for (const row of mexcRows) {
  Deno.test(`BookSynchroniser by MEXC's rules: ${row.name}`, () => check(mexcRules, row));
}

for (const row of gateioRows) {
  Deno.test(`BookSynchroniser by Gate.io's rules: ${row.name}`, () => check(gateioRules, row));
}

Deno.test("BookSynchroniser applies of the captured futures frames only the one that covers the snapshot's next id", () => {
  const harness = new SynchroniserHarness(gateioRules);
  harness.synchroniser.start();
  // The captured list leaves two stretches out; what is before the snapshot is dropped without being looked at.
  for (const [firstId, lastId] of capturedFrames) harness.update({ firstId, lastId });
  assertStrictEquals(harness.snapshot(121506955191), true);
  assertEquals(harness.marks, [121506955323]);
  assertEquals([harness.book.version, harness.book.usable], [121506955323, true]);
  assertStrictEquals(harness.synchroniser.gaps, 0);
});

Deno.test("BookSynchroniser takes a repeated frame as a break on MEXC and as nothing on Gate.io", () => {
  const row: Row = { name: "", snapshot: 10, after: [[11, 12], [11, 12]] };
  const mexc = play(mexcRules, row);
  assertEquals([mexc.book.usable, mexc.breaks, mexc.synchroniser.gaps], [false, ["overlap"], 1]);
  const gateio = play(gateioRules, row);
  assertEquals([gateio.book.usable, gateio.breaks, gateio.synchroniser.gaps], [true, [], 0]);
});

for (const [venue, rules] of [["MEXC", mexcRules], ["Gate.io", gateioRules]] as const) {
  Deno.test(`BookSynchroniser by ${venue}'s rules: a frame that overlaps its predecessor in part is a break`, () => {
    const harness = play(rules, { name: "", snapshot: 10, after: [[11, 15]] });
    assertStrictEquals(harness.update({ firstId: 14, lastId: 18 }), "broken");
    assertEquals([harness.book.usable, harness.breaks], [false, ["overlap"]]);
  });

  Deno.test(`BookSynchroniser by ${venue}'s rules: a frame without levels still moves the version`, () => {
    const harness = play(rules, { name: "", snapshot: 10 });
    assertStrictEquals(harness.update({ lastId: 11, bids: [] }), "applied");
    assertStrictEquals(harness.update({ lastId: 12, bids: [[5, 1]] }), "applied");
    assertEquals([harness.book.version, harness.book.usable], [12, true]);
  });

  Deno.test(`BookSynchroniser by ${venue}'s rules: after a gap only a snapshot that covers the hole is taken`, () => {
    const harness = play(rules, { name: "", snapshot: 10, after: [[11, 11], [14, 15]] });
    assertEquals([harness.book.usable, harness.breaks, harness.requests.length], [false, ["gap"], 2]);
    assertStrictEquals(harness.update({ lastId: 16 }), "buffered");
    for (const tooOld of [10, 11, 12]) {
      assertStrictEquals(harness.snapshot(tooOld), false);
      assertEquals([harness.book.usable, levelsOfBook(harness.book)], [false, { bids: [], asks: [] }]);
    }
    assertStrictEquals(harness.snapshot(13), true);
    assertEquals(harness.marks, [15, 16]);
    assertEquals([harness.synchroniser.gaps, harness.synchroniser.resyncs], [1, 1]);
    assertEquals(harness.synchronised, [false, true]);
  });
}

Deno.test("BookSynchroniser ignores updates and snapshots before its stream is live", () => {
  const harness = new SynchroniserHarness(mexcRules);
  assertStrictEquals(harness.update({ lastId: 1 }), "ignored");
  assertStrictEquals(harness.snapshot(5, {}, 0), true);
  assertEquals([harness.requests, harness.book.usable, harness.book.version], [[], false, 0]);
});

Deno.test("BookSynchroniser asks for one snapshot however often it is started", () => {
  const harness = new SynchroniserHarness(gateioRules);
  harness.synchroniser.start();
  harness.synchroniser.start();
  harness.snapshot(5);
  harness.synchroniser.start();
  assertEquals([harness.requests.length, harness.book.usable], [1, true]);
});

Deno.test("BookSynchroniser drops an answer to an older request", () => {
  const harness = play(gateioRules, { name: "", snapshot: 10, after: [[11, 11], [14, 15]] });
  const [older, newer] = harness.requests as [number, number];
  assertStrictEquals(harness.synchroniser.wantsSnapshot(older), false);
  assertStrictEquals(harness.snapshot(13, { bids: [[77, 1]] }, older), true);
  assertStrictEquals(harness.book.usable, false);
  assertStrictEquals(harness.snapshot(13, {}, newer), true);
  assertEquals([harness.book.usable, harness.marks], [true, [15]]);
});

Deno.test("BookSynchroniser makes the book unusable when its stream is lost, and takes no answer of that time", () => {
  const harness = play(gateioRules, { name: "", snapshot: 10, after: [[11, 11]] });
  harness.synchroniser.stop();
  assertEquals([harness.book.usable, harness.breaks], [false, ["disconnected"]]);
  assertStrictEquals(harness.update({ lastId: 12 }), "ignored");
  harness.synchroniser.start();
  const [before, after] = harness.requests as [number, number];
  harness.snapshot(20, {}, before);
  assertStrictEquals(harness.book.usable, false);
  harness.snapshot(20, {}, after);
  assertEquals([harness.book.usable, harness.synchroniser.gaps, harness.synchroniser.resyncs], [true, 0, 1]);
});

Deno.test("BookSynchroniser tells of a break only once, and of none when the book was not usable", () => {
  const harness = play(gateioRules, { name: "", snapshot: 10, after: [[13, 13], [17, 17]] });
  assertEquals(harness.breaks, ["gap"]);
  harness.synchroniser.stop();
  harness.synchroniser.stop();
  assertEquals(harness.breaks, ["gap"]);
});

Deno.test("BookSynchroniser takes a full frame as a whole book, before a snapshot and after it", () => {
  const harness = new SynchroniserHarness(gateioRules);
  harness.synchroniser.start();
  harness.update({ lastId: 3 });
  assertStrictEquals(harness.update({ firstId: 9, lastId: 9, full: true, bids: [[50, 2]] }), "applied");
  assertEquals([harness.book.usable, harness.book.version], [true, 9]);
  // The answer to the request of the start is not wanted any more.
  harness.snapshot(7, { bids: [[49, 1]] });
  assertEquals(levelsOfBook(harness.book), { bids: [[50, 2]], asks: [] });
  assertStrictEquals(harness.update({ lastId: 10, bids: [[51, 1]] }), "applied");
  assertStrictEquals(harness.update({ lastId: 30, full: true, bids: [[60, 1]] }), "applied");
  assertStrictEquals(harness.update({ lastId: 31, bids: [[61, 1]] }), "applied");
  assertEquals(levelsOfBook(harness.book), { bids: [[61, 1], [60, 1]], asks: [] });
  assertEquals([harness.synchroniser.gaps, harness.synchroniser.resyncs, harness.breaks], [0, 0, []]);
});

Deno.test("BookSynchroniser rebuilds a book that an update has crossed", () => {
  const harness = play(gateioRules, { name: "", snapshot: 10, after: [[11, 11]] });
  assertStrictEquals(harness.update({ lastId: 12, bids: [[2e15, 1]] }), "broken");
  assertEquals([harness.book.usable, harness.breaks, harness.synchroniser.gaps], [false, ["crossed"], 1]);
  assertStrictEquals(harness.snapshot(12), true);
  assertEquals([harness.book.usable, harness.synchroniser.resyncs], [true, 1]);
});

Deno.test("BookSynchroniser does not use a crossed snapshot, nor a crossed full frame", () => {
  const harness = new SynchroniserHarness(gateioRules);
  harness.synchroniser.start();
  assertStrictEquals(harness.snapshot(10, { bids: [[7, 1]], asks: [[7, 1]] }), false);
  assertEquals([harness.book.usable, harness.synchroniser.gaps], [false, 1]);
  assertStrictEquals(harness.update({ lastId: 20, full: true, bids: [[7, 1]], asks: [[6, 1]] }), "broken");
  assertEquals([harness.book.usable, harness.synchroniser.gaps, harness.breaks], [false, 2, []]);
  assertStrictEquals(harness.snapshot(25), true);
  assertEquals([harness.book.usable, harness.synchroniser.resyncs], [true, 0]);
});

Deno.test("BookSynchroniser still joins a snapshot to its stream when thousands of updates wait", () => {
  const harness = new SynchroniserHarness(mexcRules);
  harness.synchroniser.start();
  for (let id = 1; id <= 5000; id++) harness.update({ lastId: id, bids: [[1 + (id % 50), id]] });
  // The oldest are gone, so a snapshot from before them is too old.
  assertStrictEquals(harness.snapshot(100), false);
  assertStrictEquals(harness.snapshot(4000), true);
  assertEquals([harness.book.version, harness.book.usable, harness.synchroniser.gaps], [5000, true, 0]);
  for (let id = 4951; id <= 5000; id++) {
    const depth = [...Array(50).keys()].find((at) => harness.book.bids.price(at) === 1 + (id % 50))!;
    assertStrictEquals(harness.book.bids.quantity(depth), id);
  }
});
