/**
 * The book-keeping of rows: each one that is recorded ends up stored or lost.
 * @module
 */
import { type TableName, tableNames } from "./table.ts";

/** What became of the rows of a table. */
export interface TableReport {
  /** Rows that were recorded. */
  readonly queued: number;
  /** Rows that the database has acknowledged. */
  readonly stored: number;
}

/** What became of all rows. Once nothing is pending, the rows queued are those stored plus those lost. */
export interface StorageReport {
  readonly rows: Readonly<Record<TableName, TableReport>>;
  /** Rows of any table that will never be stored. */
  readonly lost: number;
}

/** Counts rows. */
export class RowAccounts {
  readonly #queued = zeroes();
  readonly #stored = zeroes();
  #pending = 0;
  #lost = 0;

  /** Rows of which it is not known yet whether they are stored. */
  get pending(): number {
    return this.#pending;
  }

  /** Rows that will never be stored. */
  get lost(): number {
    return this.#lost;
  }

  /** A row was recorded. */
  queue(table: TableName): void {
    this.#queued[table] += 1;
    this.#pending += 1;
  }

  /** Rows were stored. */
  store(table: TableName, rows: number): void {
    this.#stored[table] += rows;
    this.#pending -= rows;
  }

  /** Rows are given up. */
  lose(rows: number): void {
    this.#lost += rows;
    this.#pending -= rows;
  }

  /** The state of the moment. */
  report(): StorageReport {
    const rows = Object.fromEntries(
      tableNames.map((name) => [name, { queued: this.#queued[name], stored: this.#stored[name] }]),
    ) as Record<TableName, TableReport>;
    return { rows, lost: this.#lost };
  }
}

function zeroes(): Record<TableName, number> {
  return Object.fromEntries(tableNames.map((name) => [name, 0])) as Record<TableName, number>;
}
