import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  columnLiterals,
  insertStatement,
  numberLiteral,
  textLiteral,
} from "../../../src/storage/insert_statement.ts";
import { tableNames } from "../../../src/storage/table.ts";
import { tables } from "../../../src/storage/tables.ts";

Deno.test("numberLiteral writes every double so that it reads back as the same one, and NaN as null", () => {
  fc.assert(fc.property(fc.array(fc.double()), (numbers) => {
    const parts = numberLiteral(Float64Array.from(numbers)).slice(1, -1).split(",").filter((part) =>
      part !== ""
    );
    const read = parts.map((part) => part === "NULL" ? NaN : Number(part));
    assertEquals(read.length, numbers.length);
    read.forEach((value, index) => assertEquals(Object.is(value, numbers[index]), true));
  }));
});

Deno.test("textLiteral quotes what an array literal gives a meaning", () => {
  assertEquals(textLiteral([]), "{}");
  assertEquals(
    textLiteral(["a", "", "NULL", 'x"y', "back\\slash", "{,}"]),
    `{"a","","NULL","x\\"y","back\\\\slash","{,}"}`,
  );
});

Deno.test("insertStatement takes one array per stored column, after the batch's own three in a table of a run", () => {
  for (const name of tableNames) {
    const table = tables[name];
    const columns = [...table.numbers, ...table.texts].filter((column) => column.kind !== "instrument");
    const parameters = new Set(insertStatement(table).match(/\$\d+/g));
    assertEquals(parameters.size, columns.length + (table.ofRun ? 3 : 0), name);
  }
  assertStringIncludes(insertStatement(tables.fills), "batch.paper <> 0");
  assertStringIncludes(insertStatement(tables.fills), "to_timestamp(batch.filled_at / 1000)");
});

Deno.test("columnLiterals reads columns a capacity apart and replaces instruments with ids of symbols", () => {
  const table = tables.executions;
  const numbers = new Float64Array(7 * 3);
  numbers.set([1, 2], 0);
  numbers.set([NaN, 9], 3);
  numbers.set([0, 1], 6);
  numbers.set([1, 5], 9);
  const batch = {
    sequence: 1,
    table: table.name,
    rows: 2,
    capacity: 3,
    numbers,
    texts: [["enter", "exit"]],
  };
  assertEquals(columnLiterals(table, batch, [70, 71]).slice(0, 4), [
    "{1,2}",
    "{NULL,9}",
    "{70,71}",
    "{71,NULL}",
  ]);
  assertEquals(columnLiterals(table, batch, []).at(-1), `{"enter","exit"}`);
});
