import { assertEquals, assertNotStrictEquals } from "@std/assert";
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
