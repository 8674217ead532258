/**
 * The book-keeping of rows: each one that is recorded ends up stored or lost.
 * @module
 */
import type { DatabaseState } from "./messages.ts";
import { type TableName, tableNames } from "./table.ts";

/** What became of the rows of a table. */
export interface TableReport {
  /** Rows that were recorded. */
  readonly queued: number;
  /** Rows that the database has acknowledged. */
  readonly stored: number;
}

/** How far the database is behind. */
export interface StorageLag extends DatabaseState {
  /** Rows that are neither in the database nor on the disk. */
  readonly pendingRows: number;
  /** Age of the oldest of them, milliseconds; 0 for none. */
  readonly oldestPendingMs: number;
}

/**
 * What became of all rows. Once nothing is pending, the rows queued are those stored, those that wait on the disk and
 * those lost.
 */
export interface StorageReport {
  readonly rows: Readonly<Record<TableName, TableReport>>;
  /** Rows of any table that will never be stored. */
  readonly lost: number;
  /** Rows of this run that wait on the disk for the database. */
  readonly spooled: number;
  /** Rows that no table takes, because a value lies out of its bounds. They were not queued. */
  readonly refused: number;
  readonly lag: StorageLag;
}

/** Counts rows, by the place of their table in {@link tableNames}. */
export class RowAccounts {
  readonly #queued = new Float64Array(tableNames.length);
  readonly #stored = new Float64Array(tableNames.length);
  #pending = 0;
  #spooled = 0;
  #lost = 0;
  #refused = 0;

  /** Rows of which it is not known yet whether they are safe: in the database or on the disk. */
  get pending(): number {
    return this.#pending;
  }

  /** Rows that will never be stored. */
  get lost(): number {
    return this.#lost;
  }

  /** A row was recorded. */
  queue(table: number): void {
    this.#queued[table]! += 1;
    this.#pending += 1;
  }

  /** A row was not taken. */
  refuse(): void {
    this.#refused += 1;
  }

  /** Rows were written to the disk. */
  spool(rows: number): void {
    this.#pending -= rows;
    this.#spooled += rows;
  }

  /** Rows were stored, from memory or from the disk. */
  store(table: number, rows: number, spooled: boolean): void {
    this.#stored[table]! += rows;
    if (spooled) this.#spooled -= rows;
    else this.#pending -= rows;
  }

  /** Rows are given up, in memory or on the disk. */
  lose(rows: number, spooled: boolean): void {
    this.#lost += rows;
    if (spooled) this.#spooled -= rows;
    else this.#pending -= rows;
  }

  /** The state of the moment. */
  report(state: DatabaseState, oldestPendingMs: number): StorageReport {
    const rows = Object.fromEntries(
      tableNames.map((name, table) => [name, { queued: this.#queued[table], stored: this.#stored[table] }]),
    ) as Record<TableName, TableReport>;
    return {
      rows,
      lost: this.#lost,
      spooled: this.#spooled,
      refused: this.#refused,
      lag: { ...state, pendingRows: this.#pending, oldestPendingMs },
    };
  }
}
