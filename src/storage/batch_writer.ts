/**
 * Stores the batches of one run.
 * @module
 */
import { errorMessage, StorageError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import { columnLiterals, insertStatement } from "./insert_statement.ts";
import type { RunRecord } from "./messages.ts";
import type { RowBatch } from "./row_batch.ts";
import { type TableName, tableNames } from "./table.ts";
import { tables } from "./tables.ts";

const statements = Object.fromEntries(
  tableNames.map((name) => [name, insertStatement(tables[name])]),
) as Readonly<Record<TableName, string>>;

/** Writes batches in the order given. A batch is stored as a whole or not at all. */
export class BatchWriter {
  readonly #database: Database;
  readonly #runId: number;
  /** Ids of rows in `symbols`, by the run's instrument id. */
  readonly #symbolIds: number[] = [];

  private constructor(database: Database, runId: number) {
    this.#database = database;
    this.#runId = runId;
  }

  /** Announces the run; announcing it again continues it. */
  static async start(database: Database, run: RunRecord): Promise<BatchWriter> {
    const rows = await database.query(
      `insert into runs (key, mode, seed, started_at) values ($1, $2, $3::text::bigint, to_timestamp($4::float8 / 1000))
      on conflict (key) do update set ended_at = null, lost_rows = null returning id`,
      [run.key, run.mode, run.seed === null ? null : String(run.seed), run.startedAt],
    );
    return new BatchWriter(database, Number(rows[0]?.["id"]));
  }

  /**
   * Stores a batch; one that was stored before is not stored again.
   *
   * @throws {StorageError} when the database refuses it: none of its rows is stored then.
   */
  async write(batch: RowBatch): Promise<void> {
    const table = tables[batch.table];
    const columns = columnLiterals(table, batch, this.#symbolIds);
    const parameters = table.ofRun ? [this.#runId, batch.sequence, batch.rows, ...columns] : columns;
    try {
      const rows = await this.#database.query(statements[batch.table], parameters);
      if (batch.table === "symbols") this.#noteSymbols(batch, rows);
    } catch (error) {
      throw new StorageError(
        `The database refused ${batch.rows} rows for ${batch.table}: ${errorMessage(error)}`,
      );
    }
  }

  /** Notes that the run has ended, and how many of its rows are missing. */
  async end(endedAt: number, lostRows: number): Promise<void> {
    await this.#database.query(
      "update runs set ended_at = to_timestamp($2::float8 / 1000), lost_rows = $3 where id = $1",
      [this.#runId, endedAt, lostRows],
    );
  }

  /** A venue's symbol has the same row in every run, an instrument id is only of this run. */
  #noteSymbols(batch: RowBatch, rows: readonly Record<string, unknown>[]): void {
    const ids = new Map(
      rows.map((row) => [`${row["exchange_id"]} ${row["exchange_symbol"]}`, Number(row["id"])]),
    );
    const [instruments, exchanges] = [0, batch.capacity];
    for (let row = 0; row < batch.rows; row++) {
      const id = ids.get(`${batch.numbers[exchanges + row]} ${batch.texts[0]![row]}`);
      if (id !== undefined) this.#symbolIds[batch.numbers[instruments + row]!] = id;
    }
  }
}
