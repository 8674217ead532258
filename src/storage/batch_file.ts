/**
 * A batch as bytes that tell by themselves what they hold, and whether they are whole.
 *
 * Four letters, the length of the head, the head (JSON: table, sequence, names of the columns, the texts), the
 * numbers column after column, and the CRC-32 of everything before it; integers and doubles in little-endian order.
 * @module
 */
import { crc32 } from "node:zlib";
import * as v from "valibot";
import { errorMessage, StorageError } from "../core/errors.ts";
import type { RowBatch } from "./row_batch.ts";
import { tableNames } from "./table.ts";
import { tables } from "./tables.ts";

const magic = 0x31425843; // "CXB1"
const prefixBytes = 8;
const checksumBytes = 4;

const headSchema = v.object({
  table: v.picklist(tableNames),
  sequence: v.pipe(v.number(), v.safeInteger()),
  rows: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  numbers: v.array(v.string()),
  texts: v.record(v.string(), v.array(v.string())),
});

/** The bytes of a batch. */
export function encodeBatch(batch: RowBatch): Uint8Array<ArrayBuffer> {
  const table = tables[batch.table];
  const head = new TextEncoder().encode(JSON.stringify({
    table: batch.table,
    sequence: batch.sequence,
    rows: batch.rows,
    numbers: table.numbers.map((column) => column.name),
    texts: Object.fromEntries(table.texts.map((column, index) => [column.name, batch.texts[index]])),
  }));
  const columns = table.numbers.length;
  const bytes = new Uint8Array(prefixBytes + head.length + 8 * columns * batch.rows + checksumBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, head.length, true);
  bytes.set(head, prefixBytes);
  let end = prefixBytes + head.length;
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < batch.rows; row++, end += 8) {
      view.setFloat64(end, batch.numbers[column * batch.capacity + row]!, true);
    }
  }
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/**
 * The batch in the bytes. A column that the table has got since then is empty.
 *
 * @throws {StorageError} when they are not whole, or hold a column that the table does not have.
 */
export function decodeBatch(bytes: Uint8Array<ArrayBuffer>): RowBatch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - checksumBytes;
  if (end < prefixBytes || view.getUint32(0, true) !== magic) throw new StorageError("this is no batch");
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw new StorageError("the checksum is wrong");
  }
  const numbersAt = prefixBytes + view.getUint32(4, true);
  const head = readHead(bytes.subarray(prefixBytes, numbersAt));
  if (end - numbersAt !== 8 * head.numbers.length * head.rows) throw new StorageError("numbers are missing");
  const table = tables[head.table];
  const known = [...table.numbers, ...table.texts].map((column): string => column.name);
  const unknown = [...head.numbers, ...Object.keys(head.texts)].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new StorageError(`${head.table} has no column ${unknown}`);
  const numbers = new Float64Array(table.numbers.length * head.rows).fill(NaN);
  table.numbers.forEach((column, index) => {
    const from = head.numbers.indexOf(column.name);
    if (from < 0) return;
    for (let row = 0; row < head.rows; row++) {
      numbers[index * head.rows + row] = view.getFloat64(numbersAt + 8 * (from * head.rows + row), true);
    }
  });
  const texts = table.texts.map(({ name }) => head.texts[name] ?? new Array<string>(head.rows).fill(""));
  if (texts.some((column) => column.length !== head.rows)) throw new StorageError("texts are missing");
  return { sequence: head.sequence, table: head.table, rows: head.rows, capacity: head.rows, numbers, texts };
}

function readHead(bytes: Uint8Array<ArrayBuffer>): v.InferOutput<typeof headSchema> {
  try {
    return v.parse(headSchema, JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new StorageError(`its head is damaged: ${errorMessage(error)}`);
  }
}
