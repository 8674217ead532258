import { assertEquals, assertNotStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { InstrumentId } from "../../../src/core/instrument.ts";
import { bookTickerTable } from "../../../src/storage/market_tables.ts";
import { BatchBuilder } from "../../../src/storage/row_batch.ts";
import type { Table } from "../../../src/storage/table.ts";

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly text: string;
}

const table: Table<Pair> = {
  name: "fills",
  ofRun: true,
  key: [],
  numbers: [
    { name: "a", kind: "double", of: (row) => row.a },
    { name: "b", kind: "double", of: (row) => row.b },
  ],
  texts: [{ name: "text", kind: "text", of: (row) => row.text }],
};

Deno.test("BatchBuilder lays rows out column after column and says when it is full", () => {
  const builder = new BatchBuilder(table, 3);
  const full = [1, 2, 3].map((n) => builder.append({ a: n, b: 10 * n, text: `row ${n}` }));
  assertEquals(full, [false, false, true]);
  const batch = builder.take(5)!;
  assertEquals([batch.sequence, batch.table, batch.rows, batch.capacity], [5, "fills", 3, 3]);
  assertEquals([...batch.numbers], [1, 2, 3, 10, 20, 30]);
  assertEquals(batch.texts, [["row 1", "row 2", "row 3"]]);
});

Deno.test("BatchBuilder starts anew after its rows were taken", () => {
  const builder = new BatchBuilder(table, 3);
  assertEquals(builder.take(1), undefined);
  builder.append({ a: 1, b: 2, text: "first" });
  const first = builder.take(1)!;
  assertEquals(builder.take(2), undefined);
  builder.append({ a: 3, b: 4, text: "second" });
  const second = builder.take(2)!;
  assertNotStrictEquals(second.numbers, first.numbers);
  assertEquals([first.texts, second.texts], [[["first"]], [["second"]]]);
  assertEquals([first.rows, second.rows], [1, 1]);
});

Deno.test("A book ticker that is written at once is the same as column by column", () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(0, NaN, -0));
  const ticker = fc.record({
    instrument: fc.nat(100).map((id) => id as InstrumentId),
    bidPrice: number,
    bidQuantity: number,
    askPrice: number,
    askQuantity: number,
    exchangeTime: number,
    receivedAt: number,
    updateId: number,
  });
  fc.assert(fc.property(fc.array(ticker, { minLength: 1, maxLength: 5 }), (tickers) => {
    const builder = new BatchBuilder(bookTickerTable, 7);
    for (const row of tickers) builder.append(row);
    const { numbers, capacity } = builder.take(1)!;
    bookTickerTable.numbers.forEach((column, index) => {
      const from = index * capacity;
      assertEquals([...numbers.subarray(from, from + tickers.length)], tickers.map((row) => column.of(row)));
    });
    assertEquals(numbers.length, capacity * bookTickerTable.numbers.length);
  }));
});
