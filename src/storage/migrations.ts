/**
 * Brings a database to the program's schema, or refuses one that does not fit it.
 * @module
 */
import { StorageError } from "../core/errors.ts";
import type { Database } from "./database.ts";

/** A schema file. */
export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly version: number;
  /** File name, for messages. */
  readonly name: string;
  readonly sql: string;
}

const migrationTable = `create table if not exists schema_migrations (
  version integer primary key,
  name text not null,
  checksum text not null, -- SHA-256 of the file, hexadecimal
  applied_at timestamptz not null default now()
)`;

/**
 * Applies the files that the database does not have yet, each in a transaction, and returns their names.
 *
 * @throws {StorageError} when the database was made with another text of a file or by a newer program.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  await database.script(migrationTable);
  const applied = new Map<number, string>();
  for (
    const row of await database.query("select version, checksum from schema_migrations order by version")
  ) {
    applied.set(Number(row["version"]), String(row["checksum"]));
  }
  refuseNewer(applied, migrations);
  const fresh: string[] = [];
  for (const migration of migrations) {
    const checksum = await checksumOf(migration.sql);
    const known = applied.get(migration.version);
    if (known === checksum) continue;
    if (known !== undefined) {
      throw new StorageError(
        `The database was made with another ${migration.name} than this program has: use the program that made it, or a new data directory`,
      );
    }
    await apply(database, migration, checksum);
    fresh.push(migration.name);
  }
  return fresh;
}

/** SHA-256 of a text, hexadecimal. Line ends do not count, so a checkout that changes them fits. */
export async function checksumOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text.replaceAll("\r\n", "\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).reduce(
    (hexadecimal, byte) => hexadecimal + byte.toString(16).padStart(2, "0"),
    "",
  );
}

function refuseNewer(applied: ReadonlyMap<number, string>, migrations: readonly Migration[]): void {
  const newest = Math.max(0, ...applied.keys());
  if (newest <= migrations.length) return;
  throw new StorageError(
    `The database has schema version ${newest}, this program knows ${migrations.length}: use a newer program, or a new data directory`,
  );
}

async function apply(database: Database, migration: Migration, checksum: string): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.script(migration.sql);
    await transaction.query("insert into schema_migrations (version, name, checksum) values ($1, $2, $3)", [
      migration.version,
      migration.name,
      checksum,
    ]);
  });
}
