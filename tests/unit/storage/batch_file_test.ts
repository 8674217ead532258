import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { StorageError } from "../../../src/core/errors.ts";
import { decodeBatch, encodeBatch } from "../../../src/storage/batch_file.ts";
import type { RowBatch } from "../../../src/storage/row_batch.ts";
import { tableNames } from "../../../src/storage/table.ts";
import { tables } from "../../../src/storage/tables.ts";

const anyBatch = fc.constantFrom(...tableNames).chain((table) =>
  fc.integer({ min: 1, max: 5 }).chain((rows) =>
    fc.record({
      sequence: fc.maxSafeNat(),
      slack: fc.nat(3),
      numbers: fc.array(fc.double(), { minLength: rows * 40, maxLength: rows * 40 }),
      texts: fc.array(fc.string({ unit: "binary" }), { minLength: rows * 20, maxLength: rows * 20 }),
    }).map(({ sequence, slack, numbers, texts }): RowBatch => {
      const { numbers: columns, texts: textColumns } = tables[table];
      const capacity = rows + slack;
      return {
        sequence,
        table,
        rows,
        capacity,
        numbers: Float64Array.from({ length: columns.length * capacity }, (_, index) =>
          numbers[index % numbers.length]!),
        texts: textColumns.map((_, column) =>
          texts.slice(column * rows, (column + 1) * rows)
        ),
      };
    })
  )
);

/** The rows as lists, wherever they lie in a batch. */
function rowsOf(batch: RowBatch): unknown[][] {
  return Array.from({ length: batch.rows }, (_, row) => [
    ...tables[batch.table].numbers.map((_, column) => batch.numbers[column * batch.capacity + row]),
    ...batch.texts.map((column) => column[row]),
  ]);
}

Deno.test("A batch is read back as it was written, with every double and every text", () => {
  fc.assert(fc.property(anyBatch, (batch) => {
    const read = decodeBatch(encodeBatch(batch));
    assertEquals([read.sequence, read.table, read.rows], [batch.sequence, batch.table, batch.rows]);
    rowsOf(read).forEach((row, index) =>
      row.forEach((value, column) => assertEquals(Object.is(value, rowsOf(batch)[index]![column]), true))
    );
  }));
});

Deno.test("A batch with a changed byte or a missing end is refused", () => {
  fc.assert(fc.property(anyBatch, fc.nat(), fc.integer({ min: 1, max: 255 }), (batch, place, change) => {
    const bytes = encodeBatch(batch);
    assertThrows(() => decodeBatch(bytes.slice(0, place % bytes.length)), StorageError);
    bytes[place % bytes.length]! ^= change;
    assertThrows(() => decodeBatch(bytes), StorageError);
  }));
});
