import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { StorageError } from "../../../src/core/errors.ts";
import { EmbeddedDatabase } from "../../../src/storage/embedded_database.ts";
import { checksumOf, migrate, type Migration } from "../../../src/storage/migrations.ts";
import { schema } from "../../../src/storage/schema.ts";

const names = schema.map((migration) => migration.name);

Deno.test("schema lists its files in order, each with the number that its name begins with", () => {
  schema.forEach((migration, index) => {
    assertEquals(migration.version, index + 1);
    assertMatch(migration.name, /^\d{4}_[a-z_]+\.sql$/);
    assertEquals(Number(migration.name.slice(0, 4)), migration.version);
  });
  const files = [...Deno.readDirSync("sql")].map((entry) => entry.name).sort();
  assertEquals(files, names);
});

Deno.test("migrate", async (test) => {
  const database = await EmbeddedDatabase.open(null);

  await test.step("applies every file once", async () => {
    assertEquals(await migrate(database, schema), names);
    assertEquals(await migrate(database, schema), []);
    const rows = await database.query("select name from schema_migrations order by version");
    assertEquals(rows.map((row) => row["name"]), names);
  });

  await test.step("meets files that may be applied again without effect", async () => {
    for (const migration of schema) await database.script(migration.sql);
  });

  await test.step("applies what was added, and undoes a file that fails half-way", async () => {
    const broken: Migration = {
      version: schema.length + 1,
      name: "9999_broken.sql",
      sql: "create table a (); select 1/0;",
    };
    await assertRejects(() => migrate(database, [...schema, broken]), Error, "division by zero");
    const added: Migration = {
      version: schema.length + 1,
      name: "9999_added.sql",
      sql: "create table a ();",
    };
    assertEquals(await migrate(database, [...schema, added]), ["9999_added.sql"]);
  });

  await test.step("refuses a database of a newer program", async () => {
    await assertRejects(
      () => migrate(database, schema),
      StorageError,
      `schema version ${schema.length + 1}, this program knows ${schema.length}`,
    );
  });

  await test.step("refuses a file that was changed after it was applied", async () => {
    const changed = [{ ...schema[0]!, sql: schema[0]!.sql + " " }, ...schema.slice(1)];
    await database.query("delete from schema_migrations where version > $1", [schema.length]);
    await assertRejects(() => migrate(database, changed), StorageError, "was made with another 0001_");
  });

  await database.close();
});

Deno.test("checksumOf is SHA-256 and takes no notice of line ends", async () => {
  assertEquals(await checksumOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assertEquals(await checksumOf("a\r\nb"), await checksumOf("a\nb"));
});
