/**
 * The statement that stores a batch: one insert from one array per column.
 * @module
 */
import type { SqlValue } from "./database.ts";
import type { RowBatch } from "./row_batch.ts";
import type { NumberKind, TableLayout } from "./table.ts";

const arrayTypes: Readonly<Record<NumberKind | "text" | "numeric", string>> = {
  double: "double precision[]",
  integer: "bigint[]",
  time: "double precision[]",
  boolean: "integer[]",
  symbol: "integer[]",
  instrument: "integer[]",
  text: "text[]",
  numeric: "numeric[]",
};

/**
 * The insert for a table. Rows of a run take `$1` run id, `$2` sequence and `$3` number of rows before the
 * columns, and nothing is stored when the run has stored that sequence before; rows of a shared table take the
 * columns only. A row with the key of one that exists updates it.
 *
 * @param options `keepExisting` leaves a row of a shared table as it is instead.
 */
export function insertStatement(table: TableLayout, { keepExisting = false } = {}): string {
  const columns = [...table.numbers, ...table.texts].filter((column) => column.kind !== "instrument");
  const names = columns.map((column) => column.name);
  const first = table.ofRun ? 4 : 1;
  const arrays = columns.map((column, index) => `$${first + index}::text::${arrayTypes[column.kind]}`);
  const values = columns.map((column) => valueOf(column.name, column.kind));
  const source = `from unnest(${arrays.join(", ")}) as batch (${names.join(", ")})`;
  if (!table.ofRun) {
    return `insert into ${table.name} (${names.join(", ")}) select ${values.join(", ")} ${source}
      on conflict (${table.key.join(", ")}) do ${
      keepExisting ? "nothing" : `update set ${updatesOf(names, table.key)}`
    } returning *`;
  }
  const fresh = `with fresh as (
      insert into stored_batches (run_id, sequence, table_name, row_count)
      values ($1, $2, '${table.name}', $3) on conflict do nothing returning run_id
    )
    insert into ${table.name} (run_id, ${names.join(", ")})`;
  if (table.key.length === 0) {
    return `${fresh} select fresh.run_id, ${values.join(", ")} ${source}, fresh on conflict do nothing`;
  }
  // A statement may update a row only once, so of several states in one batch the last is taken.
  const key = table.key.join(", ");
  const numbered = `from unnest(${arrays.join(", ")}) with ordinality as batch (${names.join(", ")}, place)`;
  return `${fresh} select distinct on (${table.key.map((name) => `batch.${name}`).join(", ")})
      fresh.run_id, ${values.join(", ")} ${numbered}, fresh
      order by ${table.key.map((name) => `batch.${name}`).join(", ")}, place desc
    on conflict (run_id, ${key}) do update set ${updatesOf(names, table.key)}`;
}

/** The columns of a batch as array literals, in the order of {@link insertStatement}. */
export function columnLiterals(
  table: TableLayout,
  batch: RowBatch,
  symbolIds: readonly number[],
): SqlValue[] {
  const literals: SqlValue[] = [];
  table.numbers.forEach((column, index) => {
    if (column.kind === "instrument") return;
    const from = index * batch.capacity;
    const numbers = batch.numbers.subarray(from, from + batch.rows);
    literals.push(column.kind === "symbol" ? symbolLiteral(numbers, symbolIds) : numberLiteral(numbers));
  });
  for (const texts of batch.texts) literals.push(textLiteral(texts));
  return literals;
}

/** Array literal of doubles: shortest exact text, null for NaN. */
export function numberLiteral(numbers: Float64Array): string {
  let literal = "{";
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index]!;
    if (index > 0) literal += ",";
    if (value !== value) literal += "NULL";
    else literal += value === 0 && 1 / value < 0 ? "-0" : value;
  }
  return literal + "}";
}

/** Array literal of texts. */
export function textLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

function symbolLiteral(instruments: Float64Array, symbolIds: readonly number[]): string {
  return `{${Array.from(instruments, (instrument) => symbolIds[instrument] ?? "NULL").join(",")}}`;
}

function valueOf(name: string, kind: string): string {
  if (kind === "time") return `to_timestamp(batch.${name} / 1000)`;
  return kind === "boolean" ? `batch.${name} <> 0` : `batch.${name}`;
}

function updatesOf(names: readonly string[], key: readonly string[]): string {
  return names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`).join(", ");
}
