/**
 * Rows in the binary form of COPY, straight from the columns of batches (PostgreSQL manual, COPY, "Binary Format").
 * @module
 */
import { DatabaseRefusalError } from "./database_errors.ts";
import type { RowBatch } from "./row_batch.ts";
import type { TableLayout } from "./table.ts";

/** Types of columns that rows are encoded for, as PostgreSQL names them in `pg_type`. */
const typeNames = ["int2", "int4", "int8", "float8", "bool", "timestamptz", "text"] as const;

/** A type that can be encoded. */
export type CopyType = typeof typeNames[number];

/** Signature, flags and length of an extension. */
const header = [...new TextEncoder().encode("PGCOPY\n"), 0xff, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/** Times count from 2000-01-01, epoch milliseconds. */
const timeOrigin = 946_684_800_000;
const two32 = 2 ** 32;
/** Bytes of the largest number with its length. */
const numberBytes = 12;
/** Bytes that a UTF-16 unit may take in UTF-8. */
const textBytesPerUnit = 3;

type Source = { readonly numbers: number; readonly symbol: boolean } | { readonly texts: number };

interface Field {
  readonly name: string;
  readonly type: CopyType;
  readonly source: Source;
}

/** Encodes rows of one table that belong to a run. */
export class CopyEncoder {
  /** The statement that takes the rows. */
  readonly statement: string;
  readonly #fields: readonly Field[];
  #bytes = new Uint8Array(64 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  /** @param types Types of the table's columns by name. */
  constructor(table: TableLayout, types: ReadonlyMap<string, string>) {
    this.#fields = [
      ...table.numbers.map((column, index) => ({
        name: column.name,
        type: typeOf(table, column.name, types),
        source: { numbers: index, symbol: column.kind === "symbol" },
      })),
      ...table.texts.map((column, index) => ({
        name: column.name,
        type: typeOf(table, column.name, types),
        source: { texts: index },
      })),
    ];
    const names = this.#fields.map((field) => field.name);
    this.statement = `copy ${table.name} (run_id, ${names.join(", ")}) from stdin (format binary)`;
  }

  /**
   * The rows of batches of the table; valid until the next call.
   *
   * @param symbolIds Ids of rows in `symbols`, by the run's instrument id.
   * @throws {DatabaseRefusalError} when a column cannot hold a value.
   */
  encode(batches: readonly RowBatch[], runId: number, symbolIds: readonly number[]): Uint8Array {
    this.#end = 0;
    this.#reserve(header.length);
    this.#bytes.set(header);
    this.#end = header.length;
    for (const batch of batches) this.#encodeBatch(batch, runId, symbolIds);
    this.#reserve(2);
    this.#view.setInt16(this.#end, -1);
    return this.#bytes.subarray(0, this.#end + 2);
  }

  #encodeBatch(batch: RowBatch, runId: number, symbolIds: readonly number[]): void {
    const fields = this.#fields;
    const rowBytes = 2 + numberBytes * (fields.length + 1);
    for (let row = 0; row < batch.rows; row++) {
      this.#reserve(rowBytes);
      this.#view.setInt16(this.#end, fields.length + 1);
      this.#end += 2;
      this.#integer4(runId);
      for (let index = 0; index < fields.length; index++) {
        const field = fields[index]!;
        const source = field.source;
        if ("texts" in source) {
          // The room of the numbers behind it is asked for again: the text may have taken it.
          this.#text(batch.texts[source.texts]![row]!, rowBytes);
          continue;
        }
        const number = batch.numbers[source.numbers * batch.capacity + row]!;
        this.#number(field, source.symbol ? symbolIds[number] ?? NaN : number);
      }
    }
  }

  #number(field: Field, value: number): void {
    if (value !== value) {
      this.#view.setInt32(this.#end, -1);
      this.#end += 4;
      return;
    }
    switch (field.type) {
      case "float8":
        this.#view.setInt32(this.#end, 8);
        this.#view.setFloat64(this.#end + 4, value);
        this.#end += 12;
        return;
      case "timestamptz":
        return this.#integer8(field, Math.round((value - timeOrigin) * 1_000));
      case "int8":
        return this.#integer8(field, value);
      case "int4":
        if (value !== (value | 0)) refuse(field, value);
        return this.#integer4(value);
      case "int2":
        if (value !== (value << 16 >> 16)) refuse(field, value);
        this.#view.setInt32(this.#end, 2);
        this.#view.setInt16(this.#end + 4, value);
        this.#end += 6;
        return;
      case "bool":
        this.#view.setInt32(this.#end, 1);
        this.#view.setUint8(this.#end + 4, value === 0 ? 0 : 1);
        this.#end += 5;
        return;
      case "text":
        refuse(field, value);
    }
  }

  #integer4(value: number): void {
    this.#view.setInt32(this.#end, 4);
    this.#view.setInt32(this.#end + 4, value);
    this.#end += 8;
  }

  #integer8(field: Field, value: number): void {
    // Beyond 2^53 a double is a whole number too, and 2^63 does not fit any more.
    if (!Number.isInteger(value) || value >= 2 ** 63 || value < -(2 ** 63)) refuse(field, value);
    const high = Math.floor(value / two32);
    this.#view.setInt32(this.#end, 8);
    this.#view.setInt32(this.#end + 4, high);
    this.#view.setUint32(this.#end + 8, value - high * two32);
    this.#end += 12;
  }

  #text(text: string, roomBehind: number): void {
    this.#reserve(4 + text.length * textBytesPerUnit + roomBehind);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#end + 4));
    this.#view.setInt32(this.#end, written);
    this.#end += 4 + written;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#end + bytes));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

const encoder = new TextEncoder();

function refuse(field: Field, value: number): never {
  throw new DatabaseRefusalError(`column ${field.name} (${field.type}) cannot hold ${value}`);
}

function typeOf(table: TableLayout, name: string, types: ReadonlyMap<string, string>): CopyType {
  const type = types.get(name);
  const known = typeNames.find((candidate) => candidate === type);
  if (known === undefined) {
    throw new DatabaseRefusalError(
      `${table.name}.${name} has the type ${type ?? "of no column"}: it cannot be copied`,
    );
  }
  return known;
}
