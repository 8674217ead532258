/**
 * Every kind of database that the program stores in, for tests that hold in all of them.
 * @module
 */
import type { Database } from "../../src/storage/database.ts";
import { EmbeddedDatabase } from "../../src/storage/embedded_database.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { schema } from "../../src/storage/schema.ts";
import { ServerDatabase } from "../../src/storage/server_database.ts";
import { serverSettings } from "../../src/config/server_settings.ts";
import { noPostgresServer, PostgresServer } from "./postgres_server.ts";
import { openTimescaleDatabase } from "./timescale_database.ts";

/** A kind of database. */
export interface StorageHome {
  readonly name: string;
  /** Whether it has TimescaleDB. */
  readonly timescale: boolean;
  /** Why it is not there on this machine. */
  readonly missing?: string | undefined;
  /** Opens an empty one. */
  readonly open: () => Promise<Database & AsyncDisposable>;
}

const homes: readonly StorageHome[] = [
  { name: "PGlite", timescale: false, open: async () => closing(await EmbeddedDatabase.open(null)) },
  { name: "TimescaleDB", timescale: true, open: async () => closing(await openTimescaleDatabase()) },
  { name: "a PostgreSQL server", timescale: false, missing: noPostgresServer, open: openServer },
];

/** Registers a test for each of them that begins with the program's schema; one that is missing says why. */
export function testInEveryHome(
  name: string,
  test: (database: Database, home: StorageHome, context: Deno.TestContext) => Promise<void>,
): void {
  for (const home of homes) {
    const skipped = home.missing === undefined ? "" : ` (skipped: ${home.missing})`;
    Deno.test({
      name: `${name} in ${home.name}${skipped}`,
      ignore: home.missing !== undefined,
      fn: async (context) => {
        await using database = await home.open();
        await migrate(database, schema);
        await test(database, home, context);
      },
    });
  }
}

async function openServer(): Promise<Database & AsyncDisposable> {
  const server = await PostgresServer.start();
  try {
    return closing(await ServerDatabase.open(serverSettings(server.url())), server);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

function closing(database: Database, server?: AsyncDisposable): Database & AsyncDisposable {
  const { copy } = database;
  return {
    ...(copy === undefined ? {} : { copy: (statement, data) => copy.call(database, statement, data) }),
    query: (sql, parameters) => database.query(sql, parameters),
    script: (sql) => database.script(sql),
    transaction: (work) => database.transaction(work),
    close: () => database.close(),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await database.close();
      await server?.[Symbol.asyncDispose]();
    },
  };
}
