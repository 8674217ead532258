/**
 * Which tables take rows by COPY.
 * @module
 */
import { CopyEncoder } from "./copy_encoder.ts";
import type { Database } from "./database.ts";
import { textLiteral } from "./insert_statement.ts";
import { type TableName, tableNames } from "./table.ts";
import { tables } from "./tables.ts";

/** Columns of tables without a unique index: COPY has no word for what to do with a row that exists. */
const columnsStatement = `select wanted.name as table_name, a.attname as column_name, t.typname as type_name
  from unnest($1::text::text[]) as wanted (name)
  join pg_attribute a on a.attrelid = to_regclass(wanted.name) and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  where not exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique)`;

/** An encoder for every table of runs that takes rows by COPY. */
export async function copyEncoders(database: Database): Promise<Map<TableName, CopyEncoder>> {
  const names = tableNames.filter((name) => tables[name].ofRun);
  const columns = new Map<string, Map<string, string>>();
  for (const row of await database.query(columnsStatement, [textLiteral(names)])) {
    const name = String(row["table_name"]);
    const types = columns.get(name) ?? new Map<string, string>();
    columns.set(name, types.set(String(row["column_name"]), String(row["type_name"])));
  }
  return new Map(
    names.filter((name) => columns.has(name)).map((
      name,
    ) => [name, new CopyEncoder(tables[name], columns.get(name)!)]),
  );
}
