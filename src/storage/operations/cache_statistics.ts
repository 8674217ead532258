/**
 * How much of what is read comes from memory.
 * @module
 */
import type { Queryable } from "../queryable.ts";
import { numberOf, textOf } from "./row_reader.ts";

/** What was read of a table and its indexes since the database's statistics began. Blocks are of 8 KiB. */
export interface TableCacheStatistics {
  readonly table: string;
  /** Blocks that were in the database's memory. */
  readonly hitBlocks: number;
  /** Blocks that had to be asked of the system, which may have had them in its own memory. */
  readonly readBlocks: number;
  /** Hits of all, 0 to 1; NaN when nothing was read. */
  readonly hitRatio: number;
}

/** The database's own cache, table by table. A table that is cut by time is told in its chunks. */
export async function databaseCacheStatistics(database: Queryable): Promise<TableCacheStatistics[]> {
  const rows = await database.query(
    `select relname,
      (coalesce(heap_blks_hit, 0) + coalesce(idx_blks_hit, 0))::float8 as hits,
      (coalesce(heap_blks_read, 0) + coalesce(idx_blks_read, 0))::float8 as reads
    from pg_statio_user_tables order by relname`,
  );
  return rows.map((row) => {
    const hitBlocks = numberOf(row, "hits");
    const readBlocks = numberOf(row, "reads");
    return {
      table: textOf(row, "relname"),
      hitBlocks,
      readBlocks,
      hitRatio: hitBlocks / (hitBlocks + readBlocks),
    };
  });
}
