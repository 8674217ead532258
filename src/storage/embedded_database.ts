/**
 * PostgreSQL in this process: PGlite, in memory or on files.
 * @module
 */
import { PGlite, type Transaction } from "@electric-sql/pglite";
import { delay, SystemClock } from "../core/clock.ts";
import { StorageError } from "../core/errors.ts";
import { DatabaseAwayError, databaseError, DatabaseRefusalError } from "./database_errors.ts";
import type { Database, Row, SqlValue } from "./database.ts";

/** How long a data directory may be held by a process that is about to end, milliseconds. */
const lockPatienceMs = 2_000;

/** The embedded database. */
export class EmbeddedDatabase implements Database {
  readonly #connection: PGlite;
  readonly #lock: Deno.FsFile | undefined;

  private constructor(connection: PGlite, lock: Deno.FsFile | undefined) {
    this.#connection = connection;
    this.#lock = lock;
  }

  /**
   * Opens the database; takes seconds the first time.
   *
   * @param dataDirectory Folder for its files, made when it is missing; null keeps everything in memory.
   * @throws {StorageError} when another process has the folder open.
   */
  static async open(dataDirectory: string | null): Promise<EmbeddedDatabase> {
    if (dataDirectory === null) return new EmbeddedDatabase(await PGlite.create(), undefined);
    Deno.mkdirSync(dataDirectory, { recursive: true });
    const lock = await lockDirectory(dataDirectory);
    try {
      return new EmbeddedDatabase(await PGlite.create(`${dataDirectory}/postgres`), lock);
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return rowsOf(this.#connection, sql, parameters);
  }

  async script(sql: string): Promise<void> {
    await this.#connection.exec(sql);
  }

  copy(statement: string, data: Uint8Array): Promise<void> {
    return copyInto(this.#connection, statement, data);
  }

  async transaction<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
    try {
      return await this.#connection.transaction((transaction) => work(inTransaction(transaction)));
    } catch (error) {
      throw embeddedError(error);
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
    this.#lock?.close();
  }
}

function inTransaction(transaction: Transaction): Database {
  const database: Database = {
    query: (sql, parameters = []) => rowsOf(transaction, sql, parameters),
    script: async (sql) => {
      await transaction.exec(sql);
    },
    copy: (statement, data) => copyInto(transaction, statement, data),
    transaction: (work) => work(database),
    close: () => Promise.resolve(),
  };
  return database;
}

/** This database takes the bytes of a COPY from a file that it makes up. */
async function copyInto(
  connection: Pick<PGlite, "query">,
  statement: string,
  data: Uint8Array,
): Promise<void> {
  try {
    const blob = new Blob([data.slice()]);
    await connection.query(statement.replace("from stdin", "from '/dev/blob'"), [], { blob });
  } catch (error) {
    throw embeddedError(error);
  }
}

async function rowsOf(
  connection: Pick<PGlite, "query">,
  sql: string,
  parameters: readonly SqlValue[],
): Promise<Row[]> {
  try {
    return (await connection.query<Row>(sql, [...parameters])).rows;
  } catch (error) {
    throw embeddedError(error);
  }
}

/** There is no way to this database that could be cut: what has no code of PostgreSQL's is a refusal too. */
function embeddedError(error: unknown): StorageError {
  const known = databaseError(error);
  const { code } = error as { readonly code?: unknown };
  return known instanceof DatabaseAwayError && code === undefined
    ? new DatabaseRefusalError(known.message)
    : known;
}

/** Two processes on the same files would destroy them; the lock goes with the process that holds it. */
async function lockDirectory(dataDirectory: string): Promise<Deno.FsFile> {
  const file = Deno.openSync(`${dataDirectory}/postgres.lock`, { create: true, write: true });
  const locked = file.lock(true).then(() => true, () => false);
  const timedOut = delay(new SystemClock(), lockPatienceMs).then(() => false);
  if (await Promise.race([locked, timedOut])) return file;
  throw new StorageError(
    `The data directory ${dataDirectory} is in use by another process: stop it, or use another directory`,
  );
}
