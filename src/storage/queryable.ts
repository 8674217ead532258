/**
 * What readers need of a database.
 * @module
 */
import type { Row, SqlValue } from "./database.ts";

/** Runs single statements: a database, a transaction of one, or the store of a run. */
export interface Queryable {
  /**
   * Runs one statement; `$1`, `$2`, … stand for the parameters.
   *
   * @throws {StorageError} or an error of the database, when it refuses the statement or is not there.
   */
  query(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}
