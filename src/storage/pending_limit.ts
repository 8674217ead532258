/**
 * Which rows are dropped first when the database falls behind.
 * @module
 */
import { type TableName, tableNames } from "./table.ts";
import { tables } from "./tables.ts";

/** How much later the rows of a table are dropped than those of the table behind it, in shares of the limit. */
const steps = { before: 0.125, behind: 0.1 };
const bookTickers = tableNames.indexOf("book_ticker_snapshots");

/**
 * Rows on their way at which rows of a table are dropped: the less valuable a table is, the earlier. What others refer
 * to is never dropped.
 *
 * @param limit Rows at which book tickers are dropped, which are most of all rows.
 */
export function pendingLimit(table: TableName, limit: number): number {
  if (!tables[table].ofRun) return Infinity;
  const distance = bookTickers - tableNames.indexOf(table);
  return limit * (1 + distance * (distance > 0 ? steps.before : steps.behind));
}
