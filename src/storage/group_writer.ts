/**
 * Several batches in one transaction.
 * @module
 */
import type { BatchWriter } from "./batch_writer.ts";
import { DatabaseRefusalError } from "./database_errors.ts";
import type { RowBatch } from "./row_batch.ts";

/** Rows that a transaction takes before it is ended. */
const mostRows = 20_000;
/** Batches that a transaction takes. */
const mostBatches = 64;

/** The first of these that go into one transaction; at least one. */
export function groupOf<Batch extends { readonly rows: number }>(batches: readonly Batch[]): Batch[] {
  let rows = 0;
  const end = batches.findIndex((batch, index) => (rows += batch.rows) > mostRows && index > 0);
  return batches.slice(0, Math.min(mostBatches, end < 0 ? batches.length : end));
}

/**
 * Stores batches, and tells by sequence which of them the database refuses and why. When it refuses them together,
 * each is tried alone.
 *
 * @throws {DatabaseAwayError} when the database is away; any of them may have been stored.
 */
export async function storeGroup(
  writer: BatchWriter,
  batches: readonly RowBatch[],
): Promise<Map<number, string>> {
  const refusals = new Map<number, string>();
  if (batches.length === 0) return refusals;
  try {
    await writer.write(batches);
    return refusals;
  } catch (error) {
    if (!(error instanceof DatabaseRefusalError)) throw error;
  }
  for (const batch of batches) {
    try {
      await writer.writeAlone(batch);
    } catch (error) {
      if (!(error instanceof DatabaseRefusalError)) throw error;
      refusals.set(batch.sequence, error.message);
    }
  }
  return refusals;
}
