/**
 * Cutting time into buckets, with what the database has for it.
 * @module
 */
import type { Queryable } from "../queryable.ts";

/** The database's function: TimescaleDB's, which knows its chunks, or that of PostgreSQL 14 and later. */
export type BucketFunction = "time_bucket" | "date_bin";

/** Finds out which function the database has. Ask once for each database, not for each operation. */
export async function bucketFunctionOf(database: Queryable): Promise<BucketFunction> {
  const rows = await database.query("select 1 from pg_extension where extname = 'timescaledb'");
  return rows.length > 0 ? "time_bucket" : "date_bin";
}

/**
 * SQL for the start of the bucket that a time lies in. Buckets are counted from the epoch with both functions, so that
 * both give the same.
 *
 * @param parameter Number of the parameter with the bucket's length in milliseconds.
 */
export function bucketOf(name: BucketFunction, parameter: number, column: string): string {
  return `${name}(make_interval(secs => $${parameter}::float8 / 1000), ${column}, timestamptz 'epoch')`;
}
