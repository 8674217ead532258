import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { DepthUpdate, LevelColumns } from "../../../src/core/depth_update.ts";
import type { InstrumentId } from "../../../src/core/instrument.ts";

type Level = [price: number, quantity: number];

const anyLevels: fc.Arbitrary<Level[]> = fc.array(
  fc.tuple(fc.double({ min: 1e-8, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true })),
  { maxLength: 300, size: "max" },
);

function levels(columns: LevelColumns): Level[] {
  return Array.from({ length: columns.length }, (_, i) => [columns.prices[i]!, columns.quantities[i]!]);
}

function filled(bids: readonly Level[], asks: readonly Level[]): DepthUpdate {
  const update = new DepthUpdate();
  update.instrument = 7 as InstrumentId;
  update.firstId = 43_296_363_236;
  update.lastId = 43_296_363_255;
  update.full = true;
  update.depthLimit = 100;
  update.exchangeTime = 1_754_741_322_152;
  for (const [price, quantity] of bids) update.bids.push(price, quantity);
  for (const [price, quantity] of asks) update.asks.push(price, quantity);
  return update;
}

Deno.test("LevelColumns keeps every level in order, however many there are", () => {
  fc.assert(fc.property(anyLevels, (given) => {
    const columns = new LevelColumns();
    for (const [price, quantity] of given) columns.push(price, quantity);
    assertStrictEquals(columns.length, given.length);
    assertEquals(levels(columns), given);
    assertStrictEquals(columns.prices.length, columns.quantities.length);
  }));
});

Deno.test("LevelColumns keeps its memory from message to message", () => {
  const columns = new LevelColumns();
  for (let i = 0; i < 1000; i++) columns.push(i, i);
  const { prices, quantities } = columns;
  columns.length = 0;
  for (let i = 0; i < 1000; i++) columns.push(i, i);
  assert(columns.prices === prices && columns.quantities === quantities);
});

Deno.test("DepthUpdate.clone is equal to its original in every field", () => {
  fc.assert(fc.property(anyLevels, anyLevels, (bids, asks) => {
    const original = filled(bids, asks);
    const copy = original.clone();
    const scalars = (update: DepthUpdate): Record<string, unknown> =>
      Object.fromEntries(Object.entries(update).filter(([name]) => name !== "bids" && name !== "asks"));
    assertEquals(scalars(copy), scalars(original));
    assertEquals(levels(copy.bids), bids);
    assertEquals(levels(copy.asks), asks);
  }));
});

Deno.test("DepthUpdate.clone does not change when its original is reused", () => {
  const bids: Level[] = [[100, 1], [99, 2]];
  const asks: Level[] = [[101, 3]];
  const original = filled(bids, asks);
  const copy = original.clone();
  original.clear();
  original.instrument = 1 as InstrumentId;
  original.bids.push(5, 5);
  original.asks.push(6, 6);
  assertEquals(
    [Number(copy.instrument), copy.firstId, copy.lastId, copy.full, copy.depthLimit, copy.exchangeTime],
    [7, 43_296_363_236, 43_296_363_255, true, 100, 1_754_741_322_152],
  );
  assertEquals([levels(copy.bids), levels(copy.asks)], [bids, asks]);
});

Deno.test("DepthUpdate.clear leaves an empty change of the same instrument", () => {
  const update = filled([[100, 1]], [[101, 1]]);
  update.clear();
  const empty = new DepthUpdate();
  assertEquals(
    [update.firstId, update.lastId, update.full, update.depthLimit, update.exchangeTime],
    [empty.firstId, empty.lastId, empty.full, empty.depthLimit, empty.exchangeTime],
  );
  assertEquals([update.bids.length, update.asks.length, Number(update.instrument)], [0, 0, 7]);
});

Deno.test("A copy takes more levels like any other", () => {
  for (const count of [0, 1, 65]) {
    const { bids } = filled(Array.from({ length: count }, (_, i): Level => [i + 1, 1]), []).clone();
    for (let i = count; i < 200; i++) bids.push(i + 1, 1);
    assertEquals(levels(bids), Array.from({ length: 200 }, (_, i): Level => [i + 1, 1]));
  }
});
