/**
 * Reads values of a result, whichever form the database's client gives them.
 * @module
 */
import { StorageError } from "../../core/errors.ts";
import { type ExchangeKey, exchanges } from "../../core/exchange.ts";
import type { Row } from "../database.ts";

const keysById = new Map(exchanges.map(({ id, key }) => [id, key]));

/** A number; NaN for null. Large integers and decimals arrive as text or BigInt. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  return value === null || value === undefined ? NaN : Number(value);
}

/** A number; 0 for null. */
export function numberOrZero(row: Row, column: string): number {
  const value = row[column];
  return value === null || value === undefined ? 0 : Number(value);
}

/** A number; undefined for null. */
export function optionalNumber(row: Row, column: string): number | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : Number(value);
}

/** A text; empty for null. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? "" : String(value);
}

/** A text that is one of the schema's; the check constraint of its column vouches for it. */
export function wordOf<Word extends string>(row: Row, column: string): Word {
  return textOf(row, column) as Word;
}

/** A truth value. */
export function flagOf(row: Row, column: string): boolean {
  return row[column] === true;
}

/**
 * The key of a venue from the number of its row.
 *
 * @throws {StorageError} when this program does not know the venue.
 */
export function exchangeOf(row: Row, column: string): ExchangeKey {
  const key = keysById.get(Number(row[column]));
  if (key === undefined) {
    throw new StorageError(
      `The database has an exchange ${row[column]} that this program does not know: use a newer program`,
    );
  }
  return key;
}

/**
 * SQL for a time as epoch milliseconds, exact to the microsecond. Doubles throughout: `extract` counts in decimals, at
 * ten times the cost for each row.
 */
export function epochMs(column: string): string {
  return `(round(date_part('epoch', ${column}) * 1e6) / 1000)`;
}

/** SQL for a time from a parameter in epoch milliseconds. */
export function timeOf(parameter: number): string {
  return `to_timestamp($${parameter}::float8 / 1000)`;
}
