/**
 * What the writer needs of a database, whichever it is.
 * @module
 */

/** A value that can be handed to a statement. */
export type SqlValue = string | number | boolean | null;

/**
 * A row of a result by column name. `bigint` beyond 2^53 arrives as a BigInt, a time as a Date; an array is to be asked
 * for as a text.
 */
export type Row = Record<string, unknown>;

/** A PostgreSQL database. Errors say whether it is away or refuses: see database_errors.ts. */
export interface Database {
  /** Runs one statement; `$1`, `$2`, … stand for the parameters. */
  query(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs any number of statements that take no parameters. */
  script(sql: string): Promise<void>;
  /**
   * Takes rows in the binary form of COPY; absent where the database has no way for them.
   *
   * @param statement `copy … from stdin (format binary)`.
   */
  copy?(statement: string, data: Uint8Array): Promise<void>;
  /** Runs `work` in a transaction, which is undone when it throws. */
  transaction<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
  /** Ends the connection; everything that was stored before is kept. */
  close(): Promise<void>;
}
