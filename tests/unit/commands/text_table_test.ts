import { assertEquals } from "@std/assert";
import { alignedRows, wrappedLines } from "../../../src/commands/text_table.ts";

Deno.test("Cells stand in columns, numbers at their right; a row with fewer cells widens none", () => {
  assertEquals(alignedRows([["coin", "free"], ["BTC", "0.5"], ["a long remark that stands alone"]], "<>"), [
    "coin  free",
    "BTC    0.5",
    "a long remark that stands alone",
  ]);
  assertEquals(alignedRows([], "<>"), []);
});

Deno.test("A text is broken at spaces, and within a word only when that is longer than a line", () => {
  assertEquals(wrappedLines("one two three", 7), ["one two", "three"]);
  assertEquals(wrappedLines("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
  assertEquals(wrappedLines("", 4), [""]);
});
